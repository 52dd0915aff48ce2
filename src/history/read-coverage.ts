import { type Coverage, coverageOf, type SlotState, unscheduledIn, withUnscheduled } from './coverage.ts';
import { damaged } from './history-error.ts';
import { gapsOf, gridsOf } from './slots.ts';
import type { Store } from './store.ts';

/** How long after its slot a cycle has started at the latest, and how early a timer may have started it. */
const startWithin = { latestMs: 86_400_000, earlyMs: 1000 };

/** Times as one JSON list: two days hold tens of thousands, and a row for each takes longer to read than they do. */
const times = (store: Store, select: string, ...range: number[]): number[] =>
  JSON.parse(String(store.get(`SELECT json_group_array(slot_ms) AS list FROM (${select})`, ...range)?.list));

const observedIn = `SELECT slot_ms FROM slots WHERE slot_ms >= ?1 AND slot_ms < ?2 AND state = 'observed'`;

/** The slots of fromMs ≤ time < toMs by their time; one is lost where the cycle that observed it is not there. */
function statesOf(store: Store, fromMs: number, toMs: number): Map<number, SlotState> {
  const states = new Map<number, SlotState>();
  let beforeMs = Number.NEGATIVE_INFINITY;
  for (const slotMs of times(store, `${observedIn} ORDER BY slot_ms`, fromMs, toMs)) {
    if (!(slotMs > beforeMs)) throw damaged(store.file, 'its slots are out of order');
    beforeMs = slotMs;
    states.set(slotMs, { state: 'observed' });
  }
  const lost = times(
    store,
    `${observedIn} EXCEPT SELECT slot_ms FROM cycles WHERE started_ms BETWEEN ?3 AND ?4`,
    fromMs,
    toMs,
    fromMs - startWithin.earlyMs,
    toMs + startWithin.latestMs,
  );
  for (const slotMs of lost) states.set(slotMs, { state: 'lost' });
  const others = store.all(
    `SELECT slot_ms, state, reason FROM slots WHERE slot_ms >= ? AND slot_ms < ? AND state <> 'observed'`,
    fromMs,
    toMs,
  );
  for (const { slot_ms, state, reason } of others)
    states.set(Number(slot_ms), { state, reason } as SlotState);
  return states;
}

/** When cycles started that somebody asked for, outside of any schedule. */
const onDemandIn = (store: Store, fromMs: number, toMs: number): number[] =>
  store
    .all(
      'SELECT started_ms FROM cycles WHERE started_ms >= ? AND started_ms < ? AND on_demand = 1',
      fromMs,
      toMs,
    )
    .map(({ started_ms }) => Number(started_ms));

interface Asked {
  fromMs: number;
  toMs: number;
  nowMs: number;
  /** With it time without a schedule counts too; it is the interval that is in force before any schedule. */
  unscheduledMs?: number | undefined;
}

/** Coverage of [fromMs, toMs) as it stands now. */
export function readCoverage(store: Store, { unscheduledMs, ...range }: Asked): Coverage {
  const { fromMs, toMs } = range;
  // As of one instant: a slot whose cycle ends meanwhile is never seen as neither in flight nor observed.
  return store.frozen(() => {
    const grids = gridsOf(store);
    const scheduled = coverageOf(grids, statesOf(store, fromMs, toMs), range, gapsOf(store, fromMs, toMs));
    const parts = unscheduledMs === undefined ? [] : unscheduledIn(grids, range, unscheduledMs);
    return parts.length === 0
      ? scheduled
      : withUnscheduled(scheduled, parts, onDemandIn(store, fromMs, toMs));
  });
}
