import { messageOf } from '../../core/index.ts';
import type { History, MissedReason } from '../../history/index.ts';
import type { Notes } from './notes.ts';
import type { WatchOptions } from './watch-options.ts';

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

export interface ScheduleOptions
  extends Pick<
    WatchOptions,
    'clock' | 'signal' | 'intervalMs' | 'fastMs' | 'durationMs' | 'thenIntervalMs' | 'onEnd'
  > {
  history: Pick<History, 'grids' | 'beginGrid' | 'endGrid' | 'recordMissed'>;
  notes: Notes;
  isConfirming(): boolean;
  /** Told that cycles come at another interval from now on. */
  onInterval(intervalMs: number): void;
}

export interface CycleSchedule {
  /**
   * The slots to run a cycle for, each when it is due, until the duration is over or the signal comes; `undefined` for
   * a cycle between two slots. The next is planned when the caller comes back for it.
   */
  slots(): AsyncGenerator<number | undefined, void>;
  isOver(): boolean;
  intervalMs(): number;
  /** Says that nothing ran for a while: slots that are found skipped next were slept through. */
  slept(): void;
  /** Writes the schedule down again where a new history knows none. */
  renewed(): void;
}

/** An early timer is no slot. */
const earlyMs = 100;

/** The cycles of a watch on a grid of slots: never two at once, none caught up, each slot run or recorded as missed. */
export function openCycleSchedule(options: ScheduleOptions): CycleSchedule {
  const { history, clock, notes, signal } = options;
  const startedMs = clock.now();
  const startedMonotonicMs = clock.monotonic();
  let { intervalMs } = options;
  let grid: Grid = { startMs: startedMs, intervalMs };
  /** The slot that was run or given up last. */
  let done = -1;
  let isRunning = false;
  let isLate = false;
  let missedBecause: MissedReason = 'overrun';

  /** By the clock that nobody can set; endless without a duration, and once it goes on after it. */
  const leftMs = () =>
    options.durationMs === undefined || isLate
      ? Number.POSITIVE_INFINITY
      : options.durationMs - (clock.monotonic() - startedMonotonicMs);
  const isOver = () => leftMs() <= 0;

  const begin = (startMs: number) => {
    grid = { startMs, intervalMs };
    done = -1;
    notes.attempt('the schedule could not be recorded', () => history.beginGrid(grid));
  };

  /** The schedule of before goes on when it is the same and was not ended; what came due meanwhile was missed. */
  const beginOrGoOn = () => {
    let startMs = startedMs;
    notes.attempt('the schedule could not be read', () => {
      const before = history.grids().at(-1);
      const goesOn = before && before.endMs === undefined && before.intervalMs === intervalMs;
      if (goesOn) startMs = before.startMs;
    });
    begin(startMs);
    done = slotAt(grid, startedMs) - 1;
  };

  const end = async () => {
    notes.attempt('the end could not be recorded', () => history.endGrid(clock.now()));
    try {
      await options.onEnd?.();
    } catch (thrown) {
      notes.warn(`at the end: ${messageOf(thrown)}`);
    }
    if (options.thenIntervalMs === undefined) return;
    isLate = true;
    intervalMs = options.thenIntervalMs;
    begin(clock.now());
    options.onInterval(intervalMs);
  };

  const skip = (slots: readonly number[]) => {
    const reason = missedBecause;
    missedBecause = 'overrun';
    if (slots.length === 0) return;
    const missed = slots.map((slot) => ({ slotMs: slotTime(grid, slot), reason }));
    notes.attempt('missed slots could not be recorded', () => history.recordMissed(missed));
    notes.warn(`${slots.length} slot${slots.length === 1 ? '' : 's'} skipped: ${reason}`);
  };

  /** Waits for the next cycle; `undefined` when the watch ends meanwhile, or a clock that was set makes it too early. */
  const nextDue = async (): Promise<{ plan: SlotPlan; isFast: boolean } | undefined> => {
    if (isSetBack(grid, done, clock.now())) {
      notes.warn('the clock was set back: a new schedule begins');
      begin(clock.now());
    }
    const plan = planNext(grid, done, clock.now());
    skip(plan.skipped);
    done = plan.next - 1;
    const fastAt = options.isConfirming() ? clock.now() + options.fastMs : Number.POSITIVE_INFINITY;
    const dueMs = Math.min(fastAt, plan.nextMs);
    await clock.wait(Math.max(0, Math.min(dueMs - clock.now(), leftMs())), signal);
    if (signal.aborted || isOver() || clock.now() < dueMs - earlyMs) return undefined;
    return { plan, isFast: fastAt < plan.nextMs };
  };

  return {
    isOver,
    intervalMs: () => intervalMs,
    slept() {
      missedBecause = 'suspended';
    },
    renewed() {
      notes.attempt('the schedule could not be recorded', () => {
        if (history.grids().length > 0) return;
        // Of the slots before nobody knows any more that they were observed: none is due but the one that runs.
        const first = isRunning ? done + 1 : slotAt(grid, clock.now()) + 1;
        history.beginGrid({ startMs: slotTime(grid, first), intervalMs });
      });
    },
    async *slots() {
      beginOrGoOn();
      while (!signal.aborted) {
        if (isOver()) await end();
        if (isOver()) return;
        const due = await nextDue();
        if (!due) continue;
        isRunning = true;
        yield due.isFast ? undefined : due.plan.nextMs;
        isRunning = false;
        if (!due.isFast) done = due.plan.next;
      }
    },
  };
}
