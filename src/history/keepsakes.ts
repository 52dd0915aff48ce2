import type { Matcher } from '../core/index.ts';
import type { Store } from './store.ts';

/** A time in which a declared work explains what is seen. */
export interface MaintenanceWindow {
  id: string;
  reason: string;
  fromMs: number;
  toMs: number;
  /** What the labels of an alert must be for it to be covered; none for all. */
  matchers: readonly Matcher[];
  who?: string | undefined;
}

/** A failure that was there before the deployment. */
export interface BaselineEntry {
  check: string;
  fingerprint: string;
  timeMs: number;
}

/** Keeps a state as JSON under a key; the one before is replaced. */
export function saveState(store: Store, key: string, value: unknown, nowMs: number): void {
  store.run(
    `INSERT INTO state (key, json, time_ms) VALUES (?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET json = excluded.json, time_ms = excluded.time_ms`,
    key,
    JSON.stringify(value) ?? 'null',
    nowMs,
  );
}

/** The state under a key; `undefined` when none was saved. */
export function loadState(store: Store, key: string): unknown {
  const json = store.get('SELECT json FROM state WHERE key = ?', key)?.json;
  return json === undefined ? undefined : JSON.parse(String(json));
}

/** When the state under a key was saved; `undefined` when none was. */
export function stateSavedMs(store: Store, key: string): number | undefined {
  const timeMs = store.get('SELECT time_ms FROM state WHERE key = ?', key)?.time_ms;
  return timeMs === undefined ? undefined : Number(timeMs);
}

/** Keeps a maintenance window; one with the same id is replaced (so it can be ended early). */
export function saveMaintenance(store: Store, window: MaintenanceWindow): void {
  store.run(
    `INSERT INTO maintenance (id, reason, from_ms, to_ms, matcher, who) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET reason = excluded.reason, from_ms = excluded.from_ms,
       to_ms = excluded.to_ms, matcher = excluded.matcher, who = excluded.who`,
    window.id,
    window.reason,
    Math.round(window.fromMs),
    Math.round(window.toMs),
    JSON.stringify(window.matchers),
    window.who ?? null,
  );
}

/** Matchers as they were kept: a list, or labels with the value that they must have. */
function matchersOf(kept: readonly Matcher[] | Record<string, string>): readonly Matcher[] {
  if (Array.isArray(kept)) return kept;
  return Object.entries(kept).map(([label, value]) => ({ label, operator: '=', value }));
}

/** The windows that touch fromMs ≤ time ≤ toMs, by their begin; a window's end no longer belongs to it. */
export function maintenanceIn(store: Store, fromMs: number, toMs: number): MaintenanceWindow[] {
  return store
    .all(
      'SELECT * FROM maintenance WHERE from_ms <= ? AND to_ms > ? ORDER BY from_ms, id',
      Math.round(toMs),
      Math.round(fromMs),
    )
    .map((row) => ({
      id: String(row.id),
      reason: String(row.reason),
      fromMs: Number(row.from_ms),
      toMs: Number(row.to_ms),
      matchers: matchersOf(JSON.parse(String(row.matcher))),
      ...(row.who !== null && { who: String(row.who) }),
    }));
}

/** Replaces the baseline: what failed before the deployment, and nothing of an earlier baseline. */
export function replaceBaseline(store: Store, entries: readonly BaselineEntry[]): void {
  store.transaction(() => {
    store.run('DELETE FROM baseline');
    for (const { check, fingerprint, timeMs } of entries) {
      store.run(
        'INSERT OR REPLACE INTO baseline ("check", fingerprint, time_ms) VALUES (?, ?, ?)',
        check,
        fingerprint,
        Math.round(timeMs),
      );
    }
  });
}

/** The baseline, by check. */
export function baselineOf(store: Store): BaselineEntry[] {
  return store.all('SELECT * FROM baseline ORDER BY "check", fingerprint').map((row) => ({
    check: String(row.check),
    fingerprint: String(row.fingerprint),
    timeMs: Number(row.time_ms),
  }));
}
