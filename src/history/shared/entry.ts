import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { alertEvent } from '../../alerts/index.ts';
import { documentVerdict } from '../../core/index.ts';
import { journals } from '../journal.ts';
import { maintenanceShape } from '../maintenance.ts';
import type { Store } from '../store.ts';

const value = z.union([z.string(), z.number(), z.null()]);
const text = z.string();
const time = z.number();
const percent = z.number();
/** A row as the table keeps it, without what only the machine that wrote it knows. */
const row = <const Name extends string>(names: readonly Name[]) => z.record(z.enum(names), value);

export const sharedColumns = [
  'id',
  'started_ms',
  'ended_ms',
  'type',
  'option',
  'status',
  'reason',
  'trigger',
  'episode',
  'who',
  'detail',
  'owner',
  'plan',
  'incident',
  'shared',
  'fence',
] as const;
export const stageColumns = [
  'run',
  'position',
  'name',
  'budget_ms',
  'started_ms',
  'ended_ms',
  'status',
  'detail',
] as const;
export const stepColumns = [
  'run',
  'id',
  'stage',
  'started_ms',
  'ended_ms',
  'attempts',
  'process',
  'detail',
] as const;

const decision = z.object({
  id: text,
  timeMs: time,
  from: percent,
  to: percent,
  verdict: documentVerdict,
  isTaken: z.boolean(),
  deployedMs: time.optional(),
  release: text.optional(),
  askedBy: text,
  via: text,
  override: z.object({ by: text, reason: text }).optional(),
  times: z.number(),
  lastMs: time,
  body: z.unknown(),
});

/** What is shared, by its kind. */
export const entryBodies = {
  deployments: journals.deployments,
  rollbacks: journals.rollbacks,
  acknowledgements: journals.acknowledgements,
  decision,
  /** How often a decision was given, and when last. */
  repeated: z.object({ id: text, times: z.number(), lastMs: time }),
  maintenance: maintenanceShape,
  baseline: z.array(z.object({ check: text, fingerprint: text, timeMs: time })),
  /** A state that every Vigil of the deployment needs. */
  state: z.object({ key: text, value: z.unknown(), timeMs: time }),
  /** One option of a rollback with its stages and steps. */
  run: z.object({
    run: row(sharedColumns),
    /** Whether no other option follows. */
    isOver: z.boolean(),
    stages: z.array(row(stageColumns)),
    steps: z.array(row(stepColumns)),
  }),
  abort: z.object({ run: text, timeMs: time }),
  settled: z.object({ timeMs: time }),
  /** What the leader last told somebody of an alert. */
  told: z.object({ event: alertEvent, timeMs: time }),
};

export type EntryKind = keyof typeof entryBodies;
export type EntryBody<Kind extends EntryKind> = z.output<(typeof entryBodies)[Kind]>;

/**
 * Queues what was recorded for the ledger. What is recorded once has an id of its own; what replaces an earlier one, as a
 * window that is ended early, has the same id again.
 */
export function shareEntry<Kind extends EntryKind>(
  store: Store,
  kind: Kind,
  body: EntryBody<Kind>,
  id: string = randomUUID(),
): void {
  store.run(
    'INSERT OR REPLACE INTO ledger_outbox (entry, kind, body) VALUES (?, ?, ?)',
    `${kind}:${id}`,
    kind,
    JSON.stringify(body),
  );
}

/** Kinds of which a later entry with the same id stands for the earlier one; applying one twice changes nothing. */
const replaced: readonly string[] = ['repeated', 'maintenance', 'baseline', 'state', 'run', 'abort', 'told'];
export const isReplaced = (kind: string): boolean => replaced.includes(kind);
