import { z } from 'zod';
import {
  documentBound,
  documentHead,
  documentTime,
  documentUnit,
  documentVerdict,
} from '../../core/index.ts';

const time = documentTime.or(z.literal('beyond every calendar'));
const whole = z.int().nonnegative();

const condition = z.strictObject({
  id: z.string(),
  title: z.string(),
  outcome: z
    .enum(['pass', 'fail', 'unknown', 'not configured', 'advisory'])
    .describe('Fail and unknown block the gate.'),
  value: z.number().nullable().describe('In base units.'),
  unit: documentUnit.nullable(),
  limit: documentBound.nullable(),
  detail: z.string(),
  next: z.string().nullable(),
  askAgainAt: time.nullable(),
});

const evidence = z.strictObject({
  source: z.string(),
  window: z.strictObject({ from: time, to: time }),
  target: z.string().nullable(),
  identity: z
    .strictObject({
      name: z.string().nullable(),
      releases: z.array(z.string()).readonly(),
      criteria: z.string().nullable(),
      unrecordedChange: z.strictObject({ at: time, from: z.string(), to: z.string() }).nullable(),
    })
    .nullable(),
  deployedAt: time.nullable(),
  stages: z.array(z.strictObject({ percent: z.number(), at: time, override: z.boolean() })),
  cycles: z.strictObject({
    pass: whole,
    fail: whole,
    inconclusive: whole,
    foreign: whole,
    onlyDown: whole
      .optional()
      .describe('Inconclusive ones of which nothing is wrong but that a service or an instance was down.'),
  }),
  coverage: z.strictObject({
    due: z.number(),
    observed: z.number(),
    largestGapSeconds: z.number(),
  }),
  newestCycle: z.string().nullable(),
  quarantined: z.array(z.string()).readonly().describe('Checks whose failures decide nothing for a while.'),
  operations: z.number(),
  sentinel: z.string().nullable(),
});

/** An answer of the gate: `vigil gate --to --json`, `GET /api/gate`, and what the history keeps. */
export const decisionSchema = z
  .strictObject({
    ...documentHead,
    at: time.describe('When it was decided.'),
    id: z.string(),
    from: z.number().describe('Share of the traffic in percent.'),
    to: z.number(),
    release: z.string().nullable(),
    verdict: documentVerdict.describe('What the evidence says, whatever was overridden.'),
    letThrough: z.boolean(),
    override: z.strictObject({ by: z.string(), reason: z.string() }).nullable(),
    conditions: z.array(condition),
    next: z.string(),
    askAgainAt: time.nullable(),
    proves: z.string().describe('What the sample can and cannot show.'),
    askedBy: z.string(),
    via: z.string(),
    evidence,
  })
  .describe('A decision of the gate.');

export type DecisionDocument = z.output<typeof decisionSchema>;

/** What `vigil gate --deployed --json` prints. */
const deployedSchema = z
  .strictObject({
    ...documentHead,
    deployment: z.strictObject({
      release: z.string(),
      at: documentTime,
      by: z.string(),
      note: z.string().nullable(),
    }),
    warning: z.string().optional(),
    next: z
      .strictObject({ to: z.number(), at: time })
      .nullable()
      .describe('The next stage, and when it is due.'),
  })
  .describe('A deployment that was recorded.');

export type DeployedDocument = z.output<typeof deployedSchema>;

/** Everything that `vigil gate --json` prints. */
export const gateSchema = z.union([decisionSchema, deployedSchema]);
