import { damaged } from './history-error.ts';
import { isOwnerAlive, ownOwner } from './process-owner.ts';
import type { Store } from './store.ts';

/** Why a slot has no cycle. */
export type MissedReason = 'overrun' | 'not running' | 'suspended' | 'killed';

export interface MissedSlot {
  slotMs: number;
  reason: MissedReason;
}

/** The slots of a watch: one each `intervalMs` from `startMs` on, before `endMs`; without an end while it lasts. */
export interface SlotGrid {
  startMs: number;
  intervalMs: number;
  endMs?: number | undefined;
}

/** Says before the suite runs that it does: a process that is killed leaves this behind. */
export function beginSlot(store: Store, slotMs: number, cycleId: string): void {
  store.insert(
    'slots',
    { slot_ms: slotMs, state: 'in flight', cycle_id: cycleId, owner: ownOwner() },
    `ON CONFLICT (slot_ms) DO UPDATE SET state = excluded.state, reason = NULL, cycle_id = excluded.cycle_id,
       owner = excluded.owner WHERE state <> 'observed'`,
  );
}

/** Records slots without a cycle. What was observed stays observed, and the first reason stays the reason. */
export function recordMissed(store: Store, slots: readonly MissedSlot[]): void {
  store.transaction(() => {
    for (const { slotMs, reason } of slots) {
      store.insert(
        'slots',
        { slot_ms: slotMs, state: 'missed', reason },
        `ON CONFLICT (slot_ms) DO UPDATE SET state = excluded.state, reason = excluded.reason, owner = NULL
         WHERE state = 'in flight'`,
      );
    }
  });
}

/** Slots without a cycle that follow one another, from the first to before `toMs`. */
export interface MissedRange {
  fromMs: number;
  toMs: number;
  intervalMs: number;
  reason: MissedReason;
}

/** Records why a long gap has no cycles, as one row however long it is; what was observed in it stays observed. */
export function recordGap(store: Store, { fromMs, toMs, intervalMs, reason }: MissedRange): void {
  store.insert(
    'gaps',
    { from_ms: fromMs, to_ms: toMs, interval_ms: intervalMs, reason },
    'ON CONFLICT (from_ms) DO UPDATE SET to_ms = max(to_ms, excluded.to_ms)',
  );
}

/** The long gaps that touch fromMs ≤ time < toMs, oldest first. */
export function gapsOf(store: Store, fromMs: number, toMs: number): MissedRange[] {
  return store
    .all('SELECT * FROM gaps WHERE from_ms < ? AND to_ms > ? ORDER BY from_ms', toMs, fromMs)
    .map((row) => ({
      fromMs: Number(row.from_ms),
      toMs: Number(row.to_ms),
      intervalMs: Number(row.interval_ms),
      reason: String(row.reason) as MissedReason,
    }));
}

/** Turns every slot in flight whose process is dead into a missed one; returns these slots, oldest first. */
export function settleKilled(store: Store): number[] {
  const inFlight = store.all(`SELECT slot_ms, owner FROM slots WHERE state = 'in flight' ORDER BY slot_ms`);
  const dead = inFlight
    .filter(({ owner }) => !isOwnerAlive(String(owner)))
    .map(({ slot_ms }) => Number(slot_ms));
  if (dead.length > 0) {
    recordMissed(
      store,
      dead.map((slotMs) => ({ slotMs, reason: 'killed' })),
    );
  }
  return dead;
}

/** Sets the schedule from `startMs` on; whatever was set before ends there. */
export function beginGrid(store: Store, { startMs, intervalMs, endMs }: SlotGrid): void {
  store.insert(
    'grids',
    { start_ms: startMs, interval_ms: intervalMs, end_ms: endMs },
    'ON CONFLICT (start_ms) DO UPDATE SET interval_ms = excluded.interval_ms, end_ms = excluded.end_ms',
  );
}

/** Ends the newest schedule: no slot is due from `endMs` on. */
export function endGrid(store: Store, endMs: number): void {
  store.run(
    'UPDATE grids SET end_ms = ? WHERE start_ms = (SELECT max(start_ms) FROM grids)',
    Math.round(endMs),
  );
}

/** The schedules so far, oldest first. */
export function gridsOf(store: Store): SlotGrid[] {
  return store.all('SELECT start_ms, interval_ms, end_ms FROM grids ORDER BY start_ms').map((row) => {
    const intervalMs = Number(row.interval_ms);
    // Its slots could not be counted to an end.
    if (!(intervalMs > 0)) throw damaged(store.file, 'a schedule has no interval');
    return {
      startMs: Number(row.start_ms),
      intervalMs,
      endMs: row.end_ms === null ? undefined : Number(row.end_ms),
    };
  });
}
