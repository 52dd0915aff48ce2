import { z } from 'zod';
import { documentHead, documentTime } from '../../core/index.ts';

const timeMs = z.number().describe('Milliseconds since 1970.');
const lengthMs = z.number().describe('Milliseconds.');
const count = z.int().nonnegative();
const labels = z.record(z.string(), z.string());

const episode = z.strictObject({
  alert: z.string(),
  labels: labels.readonly(),
  severity: z.string(),
  pendingMs: timeMs,
  firedMs: timeMs,
  resolvedMs: timeMs.optional().describe('Absent while it fires at the end of the evidence.'),
});

/** One alert from its first breach to its end. */
export type Episode = z.output<typeof episode>;

const score = z.strictObject({
  detections: z.array(
    z.strictObject({
      incident: z.string(),
      alert: z.string().nullable().describe('The first alert that saw it.'),
      delayMs: lengthMs.nullable(),
      rollbackDelayMs: lengthMs.nullable(),
    }),
  ),
  missed: count,
  falseAlarms: count.nullable().describe('Null while nothing counts as true.'),
  falseCritical: count.nullable(),
  falseRollbacks: count.nullable(),
});

const stage = z.strictObject({
  percent: z.number(),
  dueMs: timeMs,
  takenMs: timeMs.nullable().describe('When the gate would have let it through.'),
  heldBy: z.array(z.string()),
  asked: count,
});

/** The document of `vigil replay --json`. */
export const replaySchema = z
  .strictObject({
    ...documentHead,
    from: documentTime.describe('Begin of the evidence.'),
    to: documentTime,
    fromMs: timeMs.describe('As from, in milliseconds since 1970; kept.'),
    toMs: timeMs.describe('As to, in milliseconds since 1970; kept.'),
    evaluations: count,
    lostCycles: count,
    graceMs: lengthMs,
    truth: z.strictObject({
      source: z.enum(['file', 'recorded', 'nothing']),
      explanation: z.string(),
      incidents: z.array(
        z.strictObject({
          name: z.string(),
          fromMs: timeMs,
          toMs: timeMs,
          alerts: z.array(z.string()).readonly().optional(),
        }),
      ),
    }),
    recorded: z.strictObject({
      episodes: z.array(episode),
      score,
      taken: z.array(z.strictObject({ percent: z.number(), takenMs: timeMs, isOverride: z.boolean() })),
    }),
    reproduction: z.strictObject({
      recorded: count,
      replayed: count,
      onlyRecorded: z.array(z.string()),
      onlyReplayed: z.array(z.string()),
    }),
    policies: z
      .array(
        z.strictObject({
          name: z.string(),
          episodes: z.array(episode),
          told: count.describe('Notifications, without reminders and ends.'),
          score,
          rollout: z
            .strictObject({ release: z.string(), deployedMs: timeMs, stages: z.array(stage) })
            .nullable(),
        }),
      )
      .describe('The current policy first.'),
    remarks: z.array(z.string()),
  })
  .describe('Recorded history under several policies, as vigil replay --json prints it.');

/** Several policies over the same evidence. */
export type ReplayDocument = z.output<typeof replaySchema>;
/** One policy over the evidence. */
export type PolicyResult = ReplayDocument['policies'][number];
