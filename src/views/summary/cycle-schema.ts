import { z } from 'zod';

const outcome = z.enum(['pass', 'fail', 'unknown', 'skipped']);
const verdict = z.enum(['pass', 'fail', 'inconclusive']);
const severity = z.enum(['critical', 'warning', 'info']);
const priority = z.enum(['P0', 'P1', 'P2', 'P3', 'P4']);
const unit = z.enum(['ratio', 'seconds', 'bytes', 'count', 'perSecond', 'bytesPerHour', 'bytesPerOperation']);

const measurement = z.strictObject({
  name: z.string(),
  value: z.number().nullable().describe('In base units; null when it was no finite number.'),
  unit,
  bound: z
    .strictObject({
      operator: z.enum(['<', '<=', '>', '>=']),
      value: z.number(),
      forSeconds: z.number().optional(),
    })
    .optional()
    .describe('What must hold; absent for a figure that is only recorded.'),
  sample: z.number().optional().describe('How many observations stand behind the value.'),
  note: z.string().optional(),
  met: z.boolean(),
});

const quarantineNote = z.strictObject({ owner: z.string(), until: z.string(), reason: z.string() });

const check = z.strictObject({
  id: z.string(),
  was: z.string().optional().describe('What it was called before version 0.2, by class and name alone.'),
  shown: z.string().optional().describe('What people know it by, where its id is a longer path.'),
  title: z.string(),
  group: z.string(),
  outcome,
  startedAtMs: z.number().optional().describe('Milliseconds since 1970.'),
  quarantined: quarantineNote.optional().describe('Set on a failure that decides nothing for a while.'),
  severity: severity.optional(),
  priority: priority.optional(),
  next: z.string().optional().describe('The next step for the person on call.'),
  executed: z.boolean(),
  reason: z.string().nullable().describe('Why it is no pass.'),
  failingSince: z
    .strictObject({ timestamp: z.iso.datetime(), cycles: z.int().positive() })
    .optional()
    .describe('Since when it has been failing without a break.'),
  durationSeconds: z.number().nullable(),
  measurements: z.array(measurement),
});

const alert = z.strictObject({
  timestamp: z.iso.datetime(),
  cycle: z.string(),
  alertname: z.string(),
  severity,
  priority,
  check: z.string().nullable(),
  value: z.number().nullable(),
  unit: z.string().nullable(),
  threshold: z.string().nullable(),
  for_seconds: z.number(),
  summary: z.string(),
  next: z.string(),
  runbook: z.string(),
});

/** The document of `vigil monitor --json`. */
export const cycleSchema = z
  .strictObject({
    version: z.literal(1),
    cycle: z.string(),
    startedAt: z.iso.datetime(),
    durationSeconds: z.number().nonnegative(),
    target: z.strictObject({ id: z.string(), url: z.string(), name: z.string() }),
    verdict: verdict.describe('Inconclusive is no success.'),
    signals: z.strictObject({
      passed: z.int().nonnegative(),
      failed: z.int().nonnegative().describe('Without those in quarantine.'),
      unknown: z.int().nonnegative(),
      skipped: z.int().nonnegative().describe('Skipped for a declared reason.'),
      quarantined: z.int().positive().optional(),
      passRate: z.number().nullable().describe('passed / (passed + failed + unknown)'),
      coverage: z.number().describe('executed / all'),
      values: z.record(z.string(), z.number()).describe('Signals by name, in base units.'),
    }),
    checks: z.array(check),
    quarantine: z
      .array(
        quarantineNote.extend({
          check: z.string(),
          state: z.enum(['excused', 'idle', 'expired', 'absent']),
        }),
      )
      .optional(),
    completeness: z
      .enum(['catalogue', 'declared', 'remembered', 'unknown'])
      .optional()
      .describe('By what it is known which checks must be there.'),
    alerts: z.array(alert),
    problems: z
      .array(z.string())
      .describe('What keeps the run from being believed, though no check carries it.'),
    leftBehind: z
      .array(z.string())
      .optional()
      .describe('Processes that the suite left running, by command line and number; they were ended.'),
    files: z.array(z.string()),
    warnings: z.array(z.string()),
  })
  .describe('One cycle, as vigil monitor --json prints it.');

/** The document of `vigil monitor --json`. */
export type CycleDocument = z.output<typeof cycleSchema>;
