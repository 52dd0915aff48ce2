import { z } from 'zod';
import { dayMs, durationUpTo } from './duration.ts';
import { complain, secretReference } from './parts.ts';

const stage = z.strictObject({
  /** Share of the traffic. */
  percent: z.number().gt(0).max(100),
  /** How long after the deployment it may be taken, through the gate. */
  after: durationUpTo(365 * dayMs),
});

const plan = z
  .array(stage)
  .min(1, 'expected at least one stage')
  .max(20)
  .superRefine((stages, context) => {
    stages.forEach(({ percent, after }, index) => {
      const before = stages[index - 1];
      if (!before) return;
      const most = `expected more than the ${before.percent} of the stage before`;
      if (percent <= before.percent) complain(context, [index, 'percent'], most, percent);
      const later = 'expected more than that of the stage before';
      if (after <= before.after) complain(context, [index, 'after'], later, after);
    });
  });

const labelName = z.string().regex(/^[a-zA-Z_]\w*$/, 'expected the name of a label');

/** The conditions of the gate that may be only advisory: those that judge the release, not the evidence or the order. */
const advisable = [
  'passRate',
  'errorRatio',
  'latencyP95',
  'uptime',
  'restarts',
  'routeErrors',
  'routeRedirects',
  'routeLatency',
  'rejected',
  'errorBudget',
  'ErrorBudgetFastBurn',
  'ErrorBudgetSlowBurn',
  'alerts',
  'canaryLatency',
  'canaryErrors',
] as const;

const rolloutKeys = z.strictObject({
  plan: plan.prefault([
    { percent: 25, after: '15m' },
    { percent: 50, after: '6h' },
    { percent: 75, after: '24h' },
    { percent: 100, after: '48h' },
  ]),
  /** The plan of a release that had all of the traffic before: the same stages, sooner. */
  proven: plan.optional(),
  /** How long a check that failed in the soak must have passed; the shorter of the soak and an hour without it. */
  recovery: durationUpTo(365 * dayMs).optional(),
  /** Conditions that are judged and told, and keep no gate shut. */
  advisory: z
    .array(z.enum(advisable, { error: `expected one of ${advisable.join(', ')}` }))
    .max(advisable.length)
    .default([]),
  /** Which series are the baseline's and the canary's, where the target's metrics tell them apart. */
  canary: z
    .strictObject({ label: labelName, baseline: z.string().min(1), canary: z.string().min(1) })
    .refine(({ baseline, canary }) => baseline !== canary, 'expected two different values of the label')
    .optional(),
});

/** The part of the configuration that says how a release gets its traffic. */
export const rolloutSchema = rolloutKeys.superRefine(({ plan: usual, proven }, context) => {
  const percents = (stages: typeof usual) => stages.map(({ percent }) => percent).join(', ');
  if (proven && percents(proven) !== percents(usual))
    complain(context, ['proven'], `expected the stages of plan: ${percents(usual)}`, percents(proven));
});

const hostName = z
  .string()
  .regex(/^[a-z\d_](?:[a-z\d_.-]{0,251}[a-z\d_])?$/i, 'expected the name of a host, without scheme and port');

/** The part of the configuration that is about the loop's port. */
export const serverSchema = z.strictObject({
  /** Bearer token of everything that changes anything; without it nothing can be changed over HTTP. */
  token: secretReference.optional(),
  /** Who may read what is served: anybody without it. */
  read: z
    .strictObject({
      token: secretReference,
      /** Whether `/metrics` needs the token too. */
      metrics: z.boolean().default(false),
    })
    .optional(),
  /** Names, besides addresses and `localhost`, by which the port may be asked for. */
  hosts: z.array(hostName).max(100).default([]),
});
