import { type Coverage, coverageOf, type SlotState, unscheduledIn, withUnscheduled } from './coverage.ts';
import { damaged } from './history-error.ts';
import { gapsOf, gridsOf } from './slots.ts';
import type { Store } from './store.ts';

/** How long after its slot a cycle has started at the latest, and how early a timer may have started it. */
const startWithin = { latestMs: 86_400_000, earlyMs: 1000 };

/** The slots of fromMs ≤ time < toMs by their time; one is lost where the cycle that observed it is not there. */
function statesOf(store: Store, fromMs: number, toMs: number): Map<number, SlotState> {
  const states = new Map<number, SlotState>();
  const rows = store.all(
    `WITH ran AS (SELECT DISTINCT slot_ms FROM cycles WHERE started_ms BETWEEN ?3 AND ?4)
     SELECT slot_ms, iif(state = 'observed' AND slot_ms NOT IN (SELECT slot_ms FROM ran), 'lost', state) AS state, reason
     FROM slots WHERE slot_ms >= ?1 AND slot_ms < ?2 ORDER BY slot_ms`,
    fromMs,
    toMs,
    fromMs - startWithin.earlyMs,
    toMs + startWithin.latestMs,
  );
  let beforeMs = Number.NEGATIVE_INFINITY;
  for (const { slot_ms, state, reason } of rows) {
    const slotMs = Number(slot_ms);
    if (!(slotMs > beforeMs)) throw damaged(store.file, 'its slots are out of order');
    beforeMs = slotMs;
    states.set(slotMs, { state, reason } as SlotState);
  }
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
