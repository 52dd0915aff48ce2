import type { MissedReason, SlotGrid } from './slots.ts';

/** What is recorded of one slot. */
export type SlotState =
  | { state: 'in flight' }
  | { state: 'observed' }
  | { state: 'missed'; reason: MissedReason };

/** Time without evidence: from its first slot to the end of its last one. */
export interface Gap {
  fromMs: number;
  toMs: number;
  reason: MissedReason;
}

/** How much of what should have been watched was. */
export interface Coverage {
  due: number;
  observed: number;
  missed: number;
  /** observed ÷ due; `undefined` when nothing was due. */
  ratio: number | undefined;
  /** Longest time without evidence, whatever the reasons; 0 without a gap. */
  largestGapMs: number;
  /** Oldest first; neighbours with the same reason are one gap. */
  gaps: Gap[];
}

/** The state of a slot by its time; absent where nothing is recorded. */
export type SlotStates = ReadonlyMap<number, SlotState>;

interface DueSlot {
  slotMs: number;
  endMs: number;
  intervalMs: number;
}

/** Every slot of the grids in [fromMs, toMs), oldest first; a grid ends where the next one begins. */
function* slotsDue(grids: readonly SlotGrid[], fromMs: number, toMs: number): Generator<DueSlot> {
  const sorted = grids.toSorted((a, b) => a.startMs - b.startMs);
  for (const [index, { startMs, intervalMs, endMs }] of sorted.entries()) {
    const gridEnd = Math.min(
      endMs ?? Number.POSITIVE_INFINITY,
      sorted[index + 1]?.startMs ?? Number.POSITIVE_INFINITY,
    );
    const first = startMs + Math.max(0, Math.ceil((fromMs - startMs) / intervalMs)) * intervalMs;
    for (let slotMs = first; slotMs < Math.min(gridEnd, toMs); slotMs += intervalMs)
      yield { slotMs, endMs: Math.min(slotMs + intervalMs, gridEnd), intervalMs };
  }
}

/** The state of a due slot as it stands now; `undefined` while its answer is still awaited. */
function settled({ slotMs, intervalMs }: DueSlot, state: SlotState | undefined, nowMs: number) {
  if (state?.state === 'observed' || state?.state === 'missed') return state;
  // A cycle may run into the next slot. One that runs longer has lost its process.
  const patience = state ? 2 * intervalMs : intervalMs;
  if (nowMs < slotMs + patience) return undefined;
  return { state: 'missed', reason: state ? 'killed' : 'not running' } as const;
}

/**
 * Coverage of [fromMs, toMs): each slot of the schedule that is over counts as observed or missed, one
 * without any record as missed because nothing ran. Cycles outside the schedule don't count.
 */
export function coverageOf(
  grids: readonly SlotGrid[],
  slots: SlotStates,
  { fromMs, toMs, nowMs }: { fromMs: number; toMs: number; nowMs: number },
): Coverage {
  const gaps: Gap[] = [];
  let observed = 0;
  let missed = 0;
  let largestGapMs = 0;
  let dark: { fromMs: number; toMs: number } | undefined;
  for (const due of slotsDue(grids, fromMs, toMs)) {
    const state = settled(due, slots.get(due.slotMs), nowMs);
    if (state?.state !== 'missed') {
      observed += Number(state !== undefined);
      continue;
    }
    missed += 1;
    const joins = dark?.toMs === due.slotMs;
    dark = { fromMs: joins && dark ? dark.fromMs : due.slotMs, toMs: due.endMs };
    largestGapMs = Math.max(largestGapMs, dark.toMs - dark.fromMs);
    const last = gaps.at(-1);
    if (joins && last?.reason === state.reason) last.toMs = due.endMs;
    else gaps.push({ fromMs: due.slotMs, toMs: due.endMs, reason: state.reason });
  }
  const due = observed + missed;
  return { due, observed, missed, ratio: due === 0 ? undefined : observed / due, largestGapMs, gaps };
}
