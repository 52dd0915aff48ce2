/** A grid of slots from a start: slot n is due at start + n × interval. Milliseconds throughout. */
export interface Grid {
  startMs: number;
  intervalMs: number;
}

/** When slot `index` is due; computed from the start, so that no delay adds up. */
export function slotTime({ startMs, intervalMs }: Grid, index: number): number {
  return startMs + index * intervalMs;
}

/** The newest slot that is due at `nowMs`; negative before the start. */
export function slotAt({ startMs, intervalMs }: Grid, nowMs: number): number {
  return Math.floor((nowMs - startMs) / intervalMs);
}

export interface SlotPlan {
  /** The slot to run next and when. */
  next: number;
  nextMs: number;
  /** Slots that have gone by without a cycle since `lastRun`. */
  skipped: number[];
}

/**
 * What to do after a cycle: slots that came due while it ran are skipped and said, never caught up,
 * so that two cycles never run at once. `lastRun` is the slot that was run last, −1 before the first.
 */
export function planNext(grid: Grid, lastRun: number, nowMs: number): SlotPlan {
  const due = slotAt(grid, nowMs);
  if (due <= lastRun) return { next: lastRun + 1, nextMs: slotTime(grid, lastRun + 1), skipped: [] };
  // A slot whose time is just now is run, those before it are gone.
  const isFresh = nowMs - slotTime(grid, due) < grid.intervalMs / 2;
  const next = isFresh ? due : due + 1;
  const skipped = Array.from({ length: next - lastRun - 1 }, (_, index) => lastRun + 1 + index);
  return { next, nextMs: slotTime(grid, next), skipped };
}

/** Differences that are no clock that was set. */
const toleranceMs = 2000;

/** Whether the slot that was run last is still to come: then the clock was set back, and its grid would make the watch wait. */
export function isSetBack(grid: Grid, lastRun: number, nowMs: number): boolean {
  return slotTime(grid, lastRun) - nowMs > toleranceMs;
}

/** Cycles that must fail in a row, at the fast cadence, before a first failure counts as confirmed. */
export const confirmations = 3;

export type Confirmation =
  | { state: 'none' }
  /** A first failure is looked at again at the fast cadence. */
  | { state: 'confirming'; failures: number; sinceMs: number }
  | { state: 'confirmed'; sinceMs: number };

/** The confirmation after one more cycle; `inconclusive` neither confirms nor clears. */
export function confirm(
  before: Confirmation,
  verdict: 'pass' | 'fail' | 'inconclusive',
  atMs: number,
): Confirmation {
  if (verdict === 'pass') return { state: 'none' };
  if (verdict === 'inconclusive' || before.state === 'confirmed') return before;
  const failures = before.state === 'confirming' ? before.failures + 1 : 1;
  const sinceMs = before.state === 'confirming' ? before.sinceMs : atMs;
  return failures >= confirmations
    ? { state: 'confirmed', sinceMs }
    : { state: 'confirming', failures, sinceMs };
}
