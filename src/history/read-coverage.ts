import { type Coverage, coverageOf, type SlotState, type SlotStates } from './coverage.ts';
import { damaged } from './history-error.ts';
import { gridsOf } from './slots.ts';
import type { Store } from './store.ts';

/** The observed slots as one text: a row for each would take most of the time. */
const selectObserved = `SELECT group_concat(slot_ms) FILTER (WHERE state = 'observed') AS observed,
  count(*) FILTER (WHERE state <> 'observed') AS others
  FROM (SELECT slot_ms, state FROM slots WHERE slot_ms >= ? AND slot_ms < ? ORDER BY slot_ms)`;
const selectOthers = `SELECT slot_ms, state, reason FROM slots
  WHERE slot_ms >= ? AND slot_ms < ? AND state <> 'observed'`;

const isObserved: SlotState = { state: 'observed' };

/** The slots that were observed, ascending, beside the few that were not. */
function statesOf(observed: readonly number[], others: ReadonlyMap<number, SlotState>): SlotStates {
  let next = 0;
  return {
    get(slotMs) {
      while ((observed[next] ?? slotMs) < slotMs) next += 1;
      return observed[next] === slotMs ? isObserved : others.get(slotMs);
    },
  };
}

function readObserved(text: unknown, file: string): number[] {
  const observed = typeof text === 'string' ? (JSON.parse(`[${text}]`) as number[]) : [];
  for (let index = 1; index < observed.length; index += 1) {
    // What follows goes through them once: out of their order some would not be found.
    if ((observed[index] as number) <= (observed[index - 1] as number))
      throw damaged(file, 'its slots are out of order');
  }
  return observed;
}

/** Coverage of [fromMs, toMs) as it stands now. */
export function readCoverage(store: Store, fromMs: number, toMs: number, nowMs: number): Coverage {
  // As of one instant: a slot whose cycle ends meanwhile is never seen as neither in flight nor observed.
  return store.frozen(() => {
    const row = store.get(selectObserved, fromMs, toMs);
    const rows = row?.others === 0 ? [] : store.all(selectOthers, fromMs, toMs);
    const others = new Map(
      rows.map(({ slot_ms, state, reason }) => [Number(slot_ms), { state, reason } as SlotState]),
    );
    const states = statesOf(readObserved(row?.observed, store.file), others);
    return coverageOf(gridsOf(store), states, { fromMs, toMs, nowMs });
  });
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
