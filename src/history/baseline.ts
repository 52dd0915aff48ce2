import type { Store } from './store.ts';

/** A failure that was there before the deployment. */
export interface BaselineEntry {
  check: string;
  fingerprint: string;
  timeMs: number;
}

/** Replaces the baseline: what failed before the deployment, and nothing of an earlier baseline. */
export function replaceBaseline(store: Store, entries: readonly BaselineEntry[]): void {
  store.transaction(() => {
    store.run('DELETE FROM baseline');
    for (const { check, fingerprint, timeMs } of entries) {
      const again = 'ON CONFLICT ("check", fingerprint) DO UPDATE SET time_ms = excluded.time_ms';
      store.insert('baseline', { check, fingerprint, time_ms: timeMs }, again);
    }
  });
}

/** The baseline, by check. */
export function storedBaseline(store: Store): BaselineEntry[] {
  return store.all('SELECT * FROM baseline ORDER BY "check", fingerprint').map((row) => ({
    check: String(row.check),
    fingerprint: String(row.fingerprint),
    timeMs: Number(row.time_ms),
  }));
}
