import { type Coverage, coverageOf, type SlotState } from './coverage.ts';
import { gridsOf } from './slots.ts';
import type { Store } from './store.ts';

const observed: SlotState = { state: 'observed' };

/** Coverage of [fromMs, toMs) as it stands now. */
export function readCoverage(store: Store, fromMs: number, toMs: number, nowMs: number): Coverage {
  // Nearly all slots are observed: they come as one text, a third of the time that as many rows take.
  const seen = store.get(
    `SELECT group_concat(slot_ms) AS slots FROM slots WHERE slot_ms >= ? AND slot_ms < ? AND state = 'observed'`,
    fromMs,
    toMs,
  )?.slots;
  const slots = new Map<number, SlotState>();
  if (typeof seen === 'string') for (const slot of seen.split(',')) slots.set(Number(slot), observed);
  const others = store.all(
    `SELECT slot_ms, state, reason FROM slots WHERE slot_ms >= ? AND slot_ms < ? AND state <> 'observed'`,
    fromMs,
    toMs,
  );
  for (const { slot_ms, state, reason } of others) slots.set(Number(slot_ms), { state, reason } as SlotState);
  return coverageOf(gridsOf(store), slots, { fromMs, toMs, nowMs });
}

/** How much the history holds. */
export interface HistoryCounts {
  cycles: number;
  outcomes: number;
  observedSlots: number;
  missedSlots: number;
  inFlight: number;
  scrapes: number;
  transitions: number;
  notifications: number;
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
    (SELECT count(*) FROM notifications) AS notifications,
    (SELECT page_count * page_size FROM pragma_page_count, pragma_page_size) AS bytes`);
  return { ...(row as unknown as HistoryCounts) };
}
