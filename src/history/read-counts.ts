import type { Store } from './store.ts';

/** How much the history holds. */
export interface HistoryCounts {
  cycles: number;
  outcomes: number;
  observedSlots: number;
  missedSlots: number;
  inFlight: number;
  scrapes: number;
  transitions: number;
  /** Size of the database file, its log not counted. */
  bytes: number;
}

/** Counts what is recorded. */
export function countsOf(store: Store): HistoryCounts {
  const row = store.get(`SELECT
    (SELECT count(*) FROM cycles) AS cycles,
    (SELECT total(passed + failed + unknown + skipped) FROM cycles) AS outcomes,
    (SELECT count(*) FROM slots WHERE state = 'observed') AS observedSlots,
    (SELECT count(*) FROM slots WHERE state = 'missed') AS missedSlots,
    (SELECT count(*) FROM slots WHERE state = 'in flight') AS inFlight,
    (SELECT count(*) FROM scrapes) AS scrapes,
    (SELECT count(*) FROM transitions) AS transitions,
    (SELECT page_count * page_size FROM pragma_page_count, pragma_page_size) AS bytes`);
  return { ...(row as unknown as HistoryCounts) };
}
