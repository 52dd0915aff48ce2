import { type Coverage, coverageOf, type SlotState } from './coverage.ts';
import { damaged } from './history-error.ts';
import { gridsOf } from './slots.ts';
import type { Store } from './store.ts';

/** The slots of fromMs ≤ time < toMs by their time. */
function statesOf(store: Store, fromMs: number, toMs: number): Map<number, SlotState> {
  const states = new Map<number, SlotState>();
  const rows = store.columns(
    'SELECT slot_ms, state, reason FROM slots WHERE slot_ms >= ? AND slot_ms < ? ORDER BY slot_ms',
    fromMs,
    toMs,
  );
  let beforeMs = Number.NEGATIVE_INFINITY;
  for (const [time, state, reason] of rows) {
    const slotMs = Number(time);
    if (!(slotMs > beforeMs)) throw damaged(store.file, 'its slots are out of order');
    beforeMs = slotMs;
    states.set(slotMs, { state, reason } as SlotState);
  }
  return states;
}

/** Coverage of [fromMs, toMs) as it stands now. */
export function readCoverage(store: Store, range: { fromMs: number; toMs: number; nowMs: number }): Coverage {
  // As of one instant: a slot whose cycle ends meanwhile is never seen as neither in flight nor observed.
  return store.frozen(() => coverageOf(gridsOf(store), statesOf(store, range.fromMs, range.toMs), range));
}
