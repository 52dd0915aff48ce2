import { z } from 'zod';
import { alertAnnotations, alertRecord } from '../alerts/index.ts';
import { documentHead } from '../core/index.ts';
import { knownCheckShape } from '../monitor/index.ts';

const time = z.number().describe('Milliseconds since 1970.');

const incident = z.strictObject({
  id: z.string(),
  startedMs: time,
  endedMs: time.optional().describe('Absent while one of its alerts fires.'),
  startedBy: z.string(),
  followedBy: z.array(z.string()),
});

const maintenanceWindow = z.strictObject({
  id: z.string(),
  reason: z.string(),
  fromMs: time,
  toMs: time,
  matchers: z
    .array(
      z.strictObject({ label: z.string(), operator: z.enum(['=', '!=', '=~', '!~']), value: z.string() }),
    )
    .readonly(),
  who: z.string().optional(),
});

/** The document of `vigil alerts --json`. */
export const alertsSchema = z
  .strictObject({
    ...documentHead,
    alerts: z
      .array(
        z.strictObject({
          ...alertRecord.shape,
          ...alertAnnotations.shape,
          id: z.string().describe('What a person types to name it.'),
          acknowledgedBy: z.string().nullable(),
        }),
      )
      .describe('Firing before pending, then by priority, then the oldest.'),
    incidents: z.array(incident),
    maintenance: z.array(maintenanceWindow).describe('Open now, or beginning within a week.'),
  })
  .describe('What is open, as vigil alerts --json prints it.');

export type AlertsDocument = z.output<typeof alertsSchema>;

/** The document of `vigil handover --json`. */
export const handoverSchema = z
  .strictObject({
    ...documentHead,
    stage: z.string(),
    open: z.string(),
    silenced: z.string(),
    unproven: z.string(),
    gate: z.string(),
  })
  .describe('Five sentences for the next shift, as vigil handover --json prints them.');

export type HandoverDocument = z.output<typeof handoverSchema>;

/** The document of `vigil checks --json`. */
export const checksSchema = z
  .strictObject({
    ...documentHead,
    by: z.string().describe('Who says so: the catalogue, a file, or the cycles so far.'),
    checks: z.array(knownCheckShape),
  })
  .describe('The checks that every cycle must run, as vigil checks --json prints them.');

export type ChecksDocument = z.output<typeof checksSchema>;
