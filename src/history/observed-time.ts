import { z } from 'zod';
import { loadState, saveState } from './state.ts';
import type { Store } from './store.ts';

/** How long loops were seen running on this history, milliseconds: a clock that is set adds nothing to it. */
const stateKey = 'observed time';
const duration = z.number().nonnegative();

/** Tables whose rows are numbered in the order in which they were written, whatever the clock said. */
const numbered = [
  'cycles',
  'scrapes',
  'violations',
  'transitions',
  'notifications',
  'deployments',
  'rollbacks',
  'acknowledgements',
  'mutes',
  'decisions',
  'rollback_runs',
  'maintenance',
  'outbox',
];

const observedMs = (store: Store): number => loadState(store, stateKey, duration) ?? 0;

/** The last row number of every numbered table that there is. */
function lastRows(store: Store): Record<string, number> {
  const here = store
    .all(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name IN (SELECT value FROM json_each(?))`,
      JSON.stringify(numbered),
    )
    .map(({ name }) => String(name));
  return Object.fromEntries(
    here.map((name) => [name, Number(store.get(`SELECT max(rowid) AS last FROM ${name}`)?.last ?? 0)]),
  );
}

/** Notes that a loop ran for so long; marks every `markMs` of it how far the tables have come. */
export function addObserved(store: Store, ranMs: number, nowMs: number, markMs: number): void {
  store.transaction(() => {
    const totalMs = observedMs(store) + Math.max(0, ranMs);
    saveState(store, stateKey, totalMs, nowMs);
    const newest = store.get('SELECT max(observed_ms) AS at FROM marks')?.at;
    if (typeof newest === 'number' && newest <= totalMs && totalMs - newest < markMs) return;
    store.insert(
      'marks',
      { observed_ms: totalMs, wall_ms: nowMs, last_rows: lastRows(store) },
      'ON CONFLICT (observed_ms) DO NOTHING',
    );
  });
}

/** What was written before loops had run for `keepMs` since: rows up to a number, and times that no clock has shown since. */
export interface Beyond {
  lastRow(table: string): number;
  beforeMs: number;
  /** The observed time of the mark that says so; older ones are needed no more. */
  markMs: number;
}

/** What is older than `keepMs` of observed time; `undefined` while nothing is. */
export function beyond(store: Store, keepMs: number): Beyond | undefined {
  const markMs = store.get(
    'SELECT max(observed_ms) AS at FROM marks WHERE observed_ms <= ?',
    observedMs(store) - keepMs,
  )?.at;
  if (typeof markMs !== 'number') return undefined;
  const beforeMs = store.get('SELECT min(wall_ms) AS at FROM marks WHERE observed_ms >= ?', markMs)?.at;
  return {
    markMs,
    beforeMs: Number(beforeMs),
    // The least of all since: a table that was emptied begins to count anew.
    lastRow: (table) =>
      Number(
        store.get(
          `SELECT min(coalesce(last_rows ->> ?, 0)) AS last FROM marks WHERE observed_ms >= ?`,
          `$.${table}`,
          markMs,
        )?.last,
      ),
  };
}
