import { z } from 'zod';

/** Why an alert tells nobody. `by` names the inhibition and its source, the window's reason, or who took it. */
const mute = z.object({ kind: z.enum(['inhibited', 'maintenance', 'acknowledged']), by: z.string() });

/**
 * One alert from its first breach until its end has been told. JSON carries it without loss; times in ms since 1970. The
 * order of its fields is that in which `vigil alerts --json` shows them.
 */
export const alertRecord = z.object({
  fingerprint: z.string(),
  rule: z.string(),
  /** `alertname`, the rule's labels and the instance's. */
  labels: z.record(z.string(), z.string()),
  status: z.enum(['pending', 'firing', 'resolved']),
  /** The first breached reading of this episode; kept through everything that is unknown. */
  sinceMs: z.number(),
  /** How much of the time since then readings prove the breach: the sum of the steps from one breached reading to the next. */
  heldMs: z.number(),
  /** How much of the time readings prove that it is over, while it keeps firing. */
  clearMs: z.number(),
  last: z.object({ atMs: z.number(), state: z.enum(['breached', 'clear', 'unknown']) }),
  isNew: z.boolean(),
  /** The last finite value. */
  value: z.number().optional(),
  firedAtMs: z.number().optional(),
  /** The last reading that said anything, while there is none now. */
  noDataSinceMs: z.number().optional(),
  resolvedAtMs: z.number().optional(),
  /** When it was first and last told, how many reminders that were, and with which labels besides. */
  told: z
    .object({
      firstMs: z.number(),
      lastMs: z.number(),
      reminders: z.number(),
      externalLabels: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
  mute: mute.optional(),
  /** What made it so, as text that is the same for all that is so by it. */
  cause: z.string().optional(),
  /** It says again what other alerts of its cause say. */
  isDerived: z.boolean().optional(),
  isQuarantined: z.boolean().optional(),
  /** So many of these alerts explain it. */
  explainedBy: z.object({ alerts: z.array(z.string()), atLeast: z.number() }).optional(),
  /** By which alerts it was explained last, and when. */
  explained: z.object({ name: z.string(), sources: z.array(z.string()), atMs: z.number() }).optional(),
  /** The incident that it belongs to, once it fired. */
  incident: z.string().optional(),
  /** While it flaps: how many of its last readings were breaches. */
  flapping: z.object({ failed: z.number(), of: z.number() }).optional(),
});

/** An alert of an incident; its last episode. */
const incidentMember = alertRecord
  .pick({ fingerprint: true, rule: true, labels: true, cause: true, isDerived: true, isNew: true })
  .extend({
    firedMs: z.number(),
    endedMs: z.number().optional(),
    /** Whether somebody heard of it when it fired last. */
    wasHeard: z.boolean(),
  });

/** What went wrong as one: the alert that started it, and those that followed from it or have its cause. */
const incident = z.object({
  id: z.string(),
  startedMs: z.number(),
  /** When the last of its alerts ended. */
  endedMs: z.number().optional(),
  /** In the order in which they came; the first started it. */
  members: z.array(incidentMember),
});

/** Everything that a step needs of the past; as JSON in the history it outlives a restart. */
export const engineState = z.object({
  version: z.literal(1),
  /** By fingerprint; an alert that isn't here is inactive. */
  alerts: z.record(z.string(), alertRecord),
  /** When each waiting group is told, by group key. */
  groups: z.record(z.string(), z.number()),
  /** The last readings of what may flap and was breached lately, by fingerprint: `x` for a breach, `.` for clear. */
  recent: z.record(z.string(), z.string()).default({}),
  /** Those that are open, and those of the last two days, by id. */
  incidents: z.record(z.string(), incident).default({}),
});

export type Mute = z.output<typeof mute>;
export type AlertRecord = z.output<typeof alertRecord>;
export type AlertIncident = z.output<typeof incident>;
export type IncidentMember = z.output<typeof incidentMember>;
export type EngineState = z.output<typeof engineState>;

/** The state of a watch that has seen nothing. */
export const initialState = (): EngineState => ({
  version: 1,
  alerts: {},
  groups: {},
  recent: {},
  incidents: {},
});
