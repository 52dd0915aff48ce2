import { z } from 'zod';
import {
  documentBound,
  documentHead,
  documentTime,
  documentUnit,
  documentVerdict,
} from '../../core/index.ts';

const outcome = z.enum(['pass', 'fail', 'unknown', 'skipped']);
const severity = z.enum(['critical', 'warning', 'info']);
const priority = z.enum(['P0', 'P1', 'P2', 'P3', 'P4']);

const measurement = z.strictObject({
  name: z.string(),
  value: z.number().nullable().describe('In base units; null when it was no finite number.'),
  unit: documentUnit,
  bound: documentBound.optional().describe('What must hold; absent for a figure that is only recorded.'),
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
  service: z.string().optional().describe('The service of which it tells.'),
  instance: z.string().optional().describe('The instance of that service, where it asks one.'),
  executed: z.boolean(),
  reason: z.string().nullable().describe('Why it did not pass.'),
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
  service: z.string().optional(),
  instance: z.string().optional(),
});

/** The document of `vigil monitor --json`. */
export const cycleSchema = z
  .strictObject({
    ...documentHead,
    at: documentTime.describe('When the cycle ended.'),
    cycle: z.string(),
    startedAt: z.iso.datetime(),
    durationSeconds: z.number().nonnegative(),
    target: z.strictObject({ id: z.string(), url: z.string(), name: z.string() }),
    verdict: documentVerdict.describe('Inconclusive is not a success.'),
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
      .describe('How the expected checks are known.'),
    alerts: z.array(alert),
    problems: z.array(z.string()).describe('Problems of the run as a whole.'),
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
