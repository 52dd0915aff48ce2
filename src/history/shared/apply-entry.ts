import type { z } from 'zod';
import { noteNotified } from '../../alerts/index.ts';
import { readStored } from '../../core/index.ts';
import { replaceBaseline } from '../baseline.ts';
import { addDecision } from '../decisions.ts';
import { addEntry } from '../journal.ts';
import { saveMaintenance } from '../maintenance.ts';
import { saveState } from '../state.ts';
import type { NewRow, Store } from '../store.ts';
import { type EntryBody, type EntryKind, entryBodies } from './entry.ts';

function applyRun(store: Store, { run, stages, steps }: EntryBody<'run'>): void {
  const isOver = run.status !== 'running';
  store.insert(
    'rollback_runs',
    { ...run, elsewhere: isOver ? null : 'alive' },
    `ON CONFLICT (id) DO UPDATE SET ended_ms = excluded.ended_ms, status = excluded.status, detail = excluded.detail,
       owner = excluded.owner, fence = excluded.fence, elsewhere = excluded.elsewhere`,
  );
  const replace = (table: string, rows: readonly NewRow[]) => {
    store.run(`DELETE FROM ${table} WHERE run = ?`, run.id);
    for (const each of rows) store.insert(table, each);
  };
  replace('rollback_stages', stages);
  replace('rollback_steps', steps);
}

/** Settles the rollbacks that have ended until now; how many these are. */
export const settleRuns = (store: Store, timeMs: number): number =>
  store.run(
    "UPDATE rollback_runs SET settled_ms = ? WHERE status <> 'running' AND settled_ms IS NULL",
    timeMs,
  ).changes;

/** Records an entry as its own machine did; whether it could be read. */
type Apply = (store: Store, body: string) => boolean;

const applying =
  <T>(shape: z.ZodType<T>, apply: (store: Store, body: T) => void): Apply =>
  (store, body) => {
    const found = readStored(shape, body);
    if (found !== undefined) apply(store, found);
    return found !== undefined;
  };

const applied: Record<EntryKind, Apply> = {
  deployments: applying(entryBodies.deployments, (store, body) => addEntry(store, 'deployments', body)),
  rollbacks: applying(entryBodies.rollbacks, (store, body) => addEntry(store, 'rollbacks', body)),
  acknowledgements: applying(entryBodies.acknowledgements, (store, body) =>
    addEntry(store, 'acknowledgements', body),
  ),
  decision: applying(entryBodies.decision, addDecision),
  repeated: applying(entryBodies.repeated, (store, { id, times, lastMs }) => {
    const more =
      'UPDATE decisions SET times = max(times, ?), last_ms = max(last_ms, ?) WHERE decision_id = ?';
    store.run(more, times, lastMs, id);
  }),
  maintenance: applying(entryBodies.maintenance, saveMaintenance),
  baseline: applying(entryBodies.baseline, replaceBaseline),
  state: applying(entryBodies.state, (store, { key, value, timeMs }) => saveState(store, key, value, timeMs)),
  run: applying(entryBodies.run, applyRun),
  abort: applying(entryBodies.abort, (store, { run, timeMs }) => {
    const asked = 'UPDATE rollback_runs SET abort_asked_ms = coalesce(abort_asked_ms, ?) WHERE id = ?';
    store.run(asked, timeMs, run);
  }),
  settled: applying(entryBodies.settled, (store, { timeMs }) => void settleRuns(store, timeMs)),
  told: applying(entryBodies.told, ({ run }, { event, timeMs }) => noteNotified(run, event, timeMs)),
};

const isKind = (kind: string): kind is EntryKind => Object.hasOwn(applied, kind);

/** Records what another Vigil shared; whether it could be read: a newer one may share what this one doesn't know. */
export const applyEntry = (store: Store, kind: string, body: string): boolean =>
  isKind(kind) && applied[kind](store, body);
