import { z } from 'zod';
import { thresholds } from '../thresholds/index.ts';
import { dayMs, duration, durationUpTo } from './duration.ts';
import { notificationsSchema } from './notifications.ts';
import { rollbackSchema } from './rollback.ts';
import { rolloutSchema, serverSchema } from './rollout.ts';

const httpUrl = z
  .url({ protocol: /^https?$/, error: 'expected an http:// or https:// URL' })
  .transform((url) => url.replace(/\/+$/, ''));

const command = z.array(z.string().min(1)).min(1, 'expected a command as a list: ["npm", "run", "smoke"]');

/** Whether it is known where a command writes its report. */
const reportsSomewhere = (run: { command?: string[] | undefined; junit?: string | undefined }): boolean =>
  !run.command || run.junit !== undefined || run.command.some((part) => part.includes('{junit}'));

const reportsNowhere =
  'expected the path of the report that the command writes ("-" for stdout), or {junit} in the command';

const bound = z.strictObject({
  operator: z.enum(['<', '<=', '>', '>=']).optional(),
  value: z.number(),
  forSeconds: z.number().nonnegative().optional(),
});

const signalOverride = z.strictObject({
  slo: bound.optional(),
  warning: bound.optional(),
  critical: bound.optional(),
  rollback: bound.optional(),
});

const traces = z.union(
  [
    z.strictObject({ receiver: httpUrl }),
    z.strictObject({ jaeger: httpUrl }),
    z.strictObject({ tempo: httpUrl }),
  ],
  { error: 'expected { receiver: URL }, { jaeger: URL } or { tempo: URL }' },
);

const target = z.strictObject({
  orchestration: httpUrl,
  planner: httpUrl.optional(),
  traces: traces.optional(),
  logs: z.array(z.string().min(1)).min(1).optional(),
  release: z.strictObject({ manifest: z.string().min(1) }).optional(),
  flags: z
    .strictObject({ key: z.string().min(1), percentage: z.number().min(0).max(100).optional() })
    .optional(),
  breaker: z.boolean().optional(),
  smoke: z
    .strictObject({
      command,
      junit: z.string().min(1).optional(),
      cwd: z.string().optional(),
      env: z.record(z.string(), z.string()).optional(),
      timeout: duration.default(30_000),
    })
    .optional(),
  host: z.strictObject({ nodeExporter: httpUrl.optional(), disk: z.string().optional() }).optional(),
  prometheus: z.strictObject({ url: httpUrl, jobs: z.array(z.string().min(1)).min(1) }).optional(),
  grafana: z.strictObject({ url: httpUrl, dashboard: z.string().default('genesis-48h') }).optional(),
  alertmanager: z.strictObject({ url: httpUrl }).optional(),
  containers: z
    .strictObject({
      socket: z.string().default('/var/run/docker.sock'),
      names: z.array(z.string().min(1)).min(1),
    })
    .optional(),
});

const suite = z.strictObject({
  /** Any command that writes JUnit; without it the suite is Vitest. */
  command: command.optional(),
  /** Where that command writes its report; `{junit}` in the command is replaced by a fresh path. */
  junit: z.string().min(1).optional(),
  /** Folder that holds the Vitest configuration of the suite. */
  root: z.string().min(1).optional(),
  /** More arguments for Vitest. */
  args: z.array(z.string()).default([]),
  env: z.record(z.string(), z.string()).default({}),
});

/** Everything that `vigil.config.ts` may say; durations come out in milliseconds. */
export const configSchema = z
  .strictObject({
    name: z.string().min(1).max(80).default('Genesis'),
    metricsPrefix: z
      .string()
      .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'expected a metric name prefix: letters, digits and _')
      .default('genesis'),
    target: target.optional(),
    suite: suite.prefault({}),
    /** How often the loop looks again after a first failure, until it is confirmed or gone. */
    fastInterval: duration.default(30_000),
    /** How often the loop scrapes and evaluates its rules between cycles. */
    sampleInterval: duration.default(15_000),
    /** How often a known failure travels the whole alert path, to prove it open. */
    sentinelInterval: duration.default(3_600_000),
    /** How long the loop's history keeps cycles, alerts and journals. */
    retention: durationUpTo(3650 * dayMs).default(60 * dayMs),
    notifications: notificationsSchema.prefault({}),
    rollout: rolloutSchema.prefault({}),
    server: serverSchema.prefault({}),
    rollback: rollbackSchema.optional(),
    interval: duration.default(300_000),
    timeout: duration.default(120_000),
    liveWindow: duration.default(300_000),
    reports: z.string().min(1).default('reports'),
    thresholds: z
      .partialRecord(z.enum(Object.keys(thresholds) as [keyof typeof thresholds]), signalOverride)
      .default({}),
  })
  .superRefine((config, context) => {
    if (config.timeout >= config.interval) {
      context.addIssue({
        code: 'custom',
        path: ['timeout'],
        message: `expected less than the interval (${config.interval} ms), so that two cycles never meet`,
        input: config.timeout,
      });
    }
    for (const [path, run] of [
      [['suite', 'junit'], config.suite],
      [['target', 'smoke', 'junit'], config.target?.smoke ?? {}],
    ] as const) {
      if (!reportsSomewhere(run))
        context.addIssue({ code: 'custom', path: [...path], message: reportsNowhere });
    }
  });

/** What a person writes. */
export type VigilConfigInput = z.input<typeof configSchema>;
/** What the rest of Vigil reads: validated, with defaults, durations in milliseconds. */
export type VigilConfig = z.output<typeof configSchema>;
export type TargetConfig = NonNullable<VigilConfig['target']>;
export type SmokeConfig = NonNullable<TargetConfig['smoke']>;
