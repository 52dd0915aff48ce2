import type { MissedRange, MissedReason, SlotGrid } from './slots.ts';

/** What is recorded of one slot. */
export type SlotState =
  | { state: 'in flight' }
  | { state: 'observed' }
  /** Observed, and its cycle is not in the history any more. */
  | { state: 'lost' }
  | { state: 'missed'; reason: MissedReason };

/** Why there is no evidence of a time. */
export type GapReason = MissedReason | 'no loop was running' | 'its cycle is lost';

/** Time without evidence: from its first slot to the end of its last one. */
export interface Gap {
  fromMs: number;
  toMs: number;
  reason: GapReason;
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

/** Slots that follow one another with the same record of them, or none. */
interface SlotRun {
  fromMs: number;
  count: number;
  /** Where the last of them ends; a grid that ends cuts it short. */
  toMs: number;
  intervalMs: number;
  state: SlotState | undefined;
}

/** Time without any schedule, with the interval that is in force in it. */
interface Unscheduled {
  fromMs: number;
  toMs: number;
  intervalMs: number;
}

/** The schedules oldest first, each with when it ended: a schedule ends where the next one begins. */
function boundedGrids(grids: readonly SlotGrid[]) {
  const sorted = grids.toSorted((a, b) => a.startMs - b.startMs);
  return sorted.map((grid, index) => {
    const nextMs = sorted[index + 1]?.startMs ?? Number.POSITIVE_INFINITY;
    return { ...grid, nextMs, endMs: Math.min(grid.endMs ?? Number.POSITIVE_INFINITY, nextMs) };
  });
}

/** Every slot of the schedules in [fromMs, toMs), oldest first, those without a record in runs. */
function* slotRuns(
  grids: readonly SlotGrid[],
  slots: SlotStates,
  fromMs: number,
  toMs: number,
): Generator<SlotRun> {
  const recorded = Float64Array.from(slots.keys()).sort();
  let at = 0;
  for (const { startMs, intervalMs, endMs } of boundedGrids(grids)) {
    const end = Math.min(endMs, toMs);
    const run = (from: number, count: number, state: SlotState | undefined): SlotRun => ({
      fromMs: from,
      count,
      toMs: Math.min(from + count * intervalMs, endMs),
      intervalMs,
      state,
    });
    let nextMs = startMs + Math.max(0, Math.ceil((fromMs - startMs) / intervalMs)) * intervalMs;
    for (; at < recorded.length && (recorded[at] ?? 0) < end; at += 1) {
      const slotMs = recorded[at] ?? 0;
      // Of another grid, or of another phase.
      if (slotMs < nextMs || (slotMs - startMs) % intervalMs !== 0) continue;
      if (slotMs > nextMs) yield run(nextMs, (slotMs - nextMs) / intervalMs, undefined);
      yield run(slotMs, 1, slots.get(slotMs));
      nextMs = slotMs + intervalMs;
    }
    if (nextMs < end) yield run(nextMs, Math.ceil((end - nextMs) / intervalMs), undefined);
  }
}

/** How many slots of a run have come to something by now, the first of them; the answer of the others is still awaited. */
function settled({ fromMs, count, intervalMs, state }: SlotRun, nowMs: number): number {
  if (state && state.state !== 'in flight') return count;
  // A cycle may run into the next slot. One that runs longer has lost its process.
  const patience = state ? 2 * intervalMs : intervalMs;
  return Math.max(0, Math.min(count, Math.floor((nowMs - patience - fromMs) / intervalMs) + 1));
}

/** Why a slot that was not observed, and is over, was not. */
function reasonOf(state: SlotState): GapReason {
  if (state.state === 'missed') return state.reason;
  return state.state === 'lost' ? 'its cycle is lost' : 'killed';
}

/** A stretch without evidence in parts that have one reason each: that of the recorded gap that covers it, else that nothing ran. */
function* reasonsOf(run: SlotRun, untilMs: number, gaps: readonly MissedRange[]): Generator<Gap> {
  const own = gaps.filter(
    ({ fromMs, intervalMs }) => intervalMs === run.intervalMs && (run.fromMs - fromMs) % run.intervalMs === 0,
  );
  for (let atMs = run.fromMs; atMs < untilMs; ) {
    const covering = own.find((gap) => gap.fromMs <= atMs && atMs < gap.toMs);
    const nextMs = Math.min(...own.map(({ fromMs }) => fromMs).filter((fromMs) => fromMs > atMs));
    const toMs = Math.min(untilMs, covering ? covering.toMs : nextMs);
    yield { fromMs: atMs, toMs, reason: covering?.reason ?? 'not running' };
    atMs = toMs;
  }
}

/** Gaps oldest first, neighbours with the same reason as one. */
function joined(gaps: readonly Gap[]): Gap[] {
  const found: Gap[] = [];
  for (const gap of gaps.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = found.at(-1);
    if (last?.toMs === gap.fromMs && last.reason === gap.reason) last.toMs = gap.toMs;
    else found.push({ ...gap });
  }
  return found;
}

/** The longest time without evidence; gaps with different reasons that touch are one. Nothing without a gap. */
export function largestGapOf(gaps: readonly Gap[]) {
  let largest: { lengthMs: number; toMs: number; reasons: GapReason[] } | undefined;
  let fromMs = Number.NaN;
  let endMs = Number.NaN;
  let reasons: GapReason[] = [];
  for (const gap of gaps) {
    if (gap.fromMs !== endMs) {
      fromMs = gap.fromMs;
      reasons = [];
    }
    endMs = gap.toMs;
    reasons = [...new Set([...reasons, gap.reason])];
    const lengthMs = endMs - fromMs;
    if (lengthMs >= (largest?.lengthMs ?? 0)) largest = { lengthMs, toMs: endMs, reasons };
  }
  return largest;
}

const coverageWith = (observed: number, missed: number, unjoined: readonly Gap[]): Coverage => {
  const due = observed + missed;
  const gaps = joined(unjoined);
  const ratio = due === 0 ? undefined : observed / due;
  return { due, observed, missed, ratio, largestGapMs: largestGapOf(gaps)?.lengthMs ?? 0, gaps };
};

/**
 * Coverage of [fromMs, toMs): each slot of the schedule that is over counts as observed or missed, one
 * without any record as missed, because nothing ran or for the reason of the gap that it is in. Cycles outside the
 * schedule don't count.
 */
export function coverageOf(
  grids: readonly SlotGrid[],
  slots: SlotStates,
  { fromMs, toMs, nowMs }: { fromMs: number; toMs: number; nowMs: number },
  recordedGaps: readonly MissedRange[] = [],
): Coverage {
  const gaps: Gap[] = [];
  let observed = 0;
  let missed = 0;
  for (const run of slotRuns(grids, slots, fromMs, toMs)) {
    const over = settled(run, nowMs);
    if (run.state?.state === 'observed') observed += over;
    if (over === 0 || run.state?.state === 'observed') continue;
    missed += over;
    const untilMs = Math.min(run.fromMs + over * run.intervalMs, run.toMs);
    if (run.state) gaps.push({ fromMs: run.fromMs, toMs: untilMs, reason: reasonOf(run.state) });
    else gaps.push(...reasonsOf(run, untilMs, recordedGaps));
  }
  return coverageWith(observed, missed, gaps);
}

/** The parts of [fromMs, toMs) that no schedule covers: before the first, between two, after one that ended. */
export function unscheduledIn(
  grids: readonly SlotGrid[],
  { fromMs, toMs }: { fromMs: number; toMs: number },
  firstIntervalMs: number,
): Unscheduled[] {
  const bounded = boundedGrids(grids);
  const [first] = bounded;
  const before = {
    fromMs,
    toMs: first?.startMs ?? toMs,
    intervalMs: first?.intervalMs ?? firstIntervalMs,
  };
  const after = bounded.map(({ intervalMs, endMs, nextMs }) => ({ fromMs: endMs, toMs: nextMs, intervalMs }));
  return [before, ...after]
    .map((part) => ({ ...part, fromMs: Math.max(part.fromMs, fromMs), toMs: Math.min(part.toMs, toMs) }))
    .filter((part) => part.toMs > part.fromMs);
}

/** The same coverage with the time that no schedule covers: each pause in it is a gap unless a cycle on demand is due once an interval. */
export function withUnscheduled(
  scheduled: Coverage,
  parts: readonly Unscheduled[],
  onDemandMs: readonly number[],
): Coverage {
  let { observed, missed } = scheduled;
  const gaps = [...scheduled.gaps];
  for (const { fromMs, toMs, intervalMs } of parts) {
    const starts = onDemandMs.filter((startMs) => startMs >= fromMs && startMs < toMs);
    let lastMs: number | undefined;
    for (const nextMs of [...starts.toSorted((a, b) => a - b), toMs]) {
      const pauseMs = nextMs - (lastMs ?? fromMs);
      // Half an interval after the cycle before is a look at the same again.
      if (lastMs !== undefined && pauseMs < intervalMs / 2) continue;
      const isGap = pauseMs > (lastMs === undefined ? 0 : 1.5 * intervalMs);
      if (isGap) {
        missed +=
          lastMs === undefined ? Math.floor(pauseMs / intervalMs) : Math.round(pauseMs / intervalMs) - 1;
        gaps.push({ fromMs: lastMs ?? fromMs, toMs: nextMs, reason: 'no loop was running' });
      }
      observed += Number(nextMs < toMs);
      lastMs = nextMs;
    }
  }
  return coverageWith(observed, missed, gaps);
}
