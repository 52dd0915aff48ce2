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
  /** Slots that have gone by without a cycle since `lastRun`: the first, and how many. */
  skipped: { first: number; count: number };
}

/**
 * What to do after a cycle: slots that came due while it ran are skipped and said, never caught up,
 * so that two cycles never run at once. `lastRun` is the slot that was run last, −1 before the first.
 */
export function planNext(grid: Grid, lastRun: number, nowMs: number): SlotPlan {
  const due = slotAt(grid, nowMs);
  const first = lastRun + 1;
  if (due <= lastRun) return { next: first, nextMs: slotTime(grid, first), skipped: { first, count: 0 } };
  // A slot whose time is just now is run, those before it are gone.
  const isFresh = nowMs - slotTime(grid, due) < grid.intervalMs / 2;
  const next = isFresh ? due : due + 1;
  return { next, nextMs: slotTime(grid, next), skipped: { first, count: next - first } };
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
    'clock' | 'signal' | 'intervalMs' | 'fastMs' | 'durationMs' | 'thenIntervalMs' | 'isSingle' | 'onEnd'
  > {
  history: Pick<History, 'grids' | 'beginGrid' | 'endGrid' | 'recordMissed' | 'recordGap'>;
  notes: Notes;
  isConfirming(): boolean;
  /** Told that cycles come at another interval from now on. */
  onInterval(intervalMs: number): void;
}

/** More missed slots than this are recorded as one gap: a clock that jumps by months skips a million. */
const longestList = 100;

/** An early timer is no slot. */
const earlyMs = 100;

/** The cycles of a watch on a grid of slots: never two at once, none caught up, each slot run or recorded as missed. */
export class CycleSchedule {
  readonly #options: ScheduleOptions;
  readonly #startedMs: number;
  readonly #startedMonotonicMs: number;
  #grid: Grid;
  /** The slot that was run or given up last. */
  #done = -1;
  #isRunning = false;
  #isLate = false;
  #missedBecause: MissedReason = 'overrun';

  constructor(options: ScheduleOptions) {
    this.#options = options;
    this.#startedMs = options.clock.now();
    this.#startedMonotonicMs = options.clock.monotonic();
    this.#grid = { startMs: this.#startedMs, intervalMs: options.intervalMs };
  }

  /**
   * The slots to run a cycle for, each when it is due, until the duration is over or the signal comes; `undefined` for
   * a cycle between two slots. The next is planned when the caller comes back for it.
   */
  async *slots(): AsyncGenerator<number | undefined, void> {
    this.#beginOrGoOn();
    if (this.#options.isSingle) {
      yield slotTime(this.#grid, this.#done + 1);
      return;
    }
    while (!this.#options.signal.aborted) {
      // Asked once: between two questions the time may come to its end, and the end would be neither recorded nor told.
      if (this.isOver()) {
        await this.#end();
        if (!this.#isLate) return;
      }
      const due = await this.#nextDue();
      if (!due) continue;
      this.#isRunning = true;
      yield due.isFast ? undefined : due.plan.nextMs;
      this.#isRunning = false;
      if (!due.isFast) this.#done = due.plan.next;
    }
  }

  /** The schedule of before goes on when it is the same and was not ended; what came due meanwhile was missed. */
  #beginOrGoOn(): void {
    const { history, notes } = this.#options;
    // Whoever starts one cycle at a time does so by the clock, and never quite in time.
    const sinceSlotMs = this.#options.isSingle ? this.#startedMs % this.intervalMs() : 0;
    let startMs = this.#startedMs - sinceSlotMs;
    notes.attempt('the schedule could not be read', () => {
      const before = history.grids().at(-1);
      // One that begins in the future was begun under a clock that was wrong.
      const goesOn =
        before &&
        before.endMs === undefined &&
        before.intervalMs === this.intervalMs() &&
        before.startMs <= this.#startedMs;
      if (goesOn) startMs = before.startMs;
    });
    this.#begin({ startMs, intervalMs: this.intervalMs() });
    this.#done = slotAt(this.#grid, this.#startedMs) - 1;
  }

  #begin(grid: Grid): void {
    this.#grid = grid;
    this.#done = -1;
    const { history, notes } = this.#options;
    notes.attempt('the schedule could not be recorded', () => history.beginGrid(grid));
  }

  /** Waits for the next cycle; `undefined` when the watch ends meanwhile, or a clock that was set makes it too early. */
  async #nextDue(): Promise<{ plan: SlotPlan; isFast: boolean } | undefined> {
    const { clock, notes, signal, fastMs, isConfirming } = this.#options;
    if (isSetBack(this.#grid, this.#done, clock.now())) {
      notes.warn('the clock was set back: a new schedule begins');
      this.#begin({ startMs: clock.now(), intervalMs: this.intervalMs() });
    }
    const plan = planNext(this.#grid, this.#done, clock.now());
    this.#skip(plan.skipped);
    this.#done = plan.next - 1;
    const fastAt = isConfirming() ? clock.now() + fastMs : Number.POSITIVE_INFINITY;
    const dueMs = Math.min(fastAt, plan.nextMs);
    await clock.wait(Math.max(0, Math.min(dueMs - clock.now(), this.#leftMs())), signal);
    if (signal.aborted || this.isOver() || clock.now() < dueMs - earlyMs) return undefined;
    return { plan, isFast: fastAt < plan.nextMs };
  }

  #skip({ first, count }: SlotPlan['skipped']): void {
    const { history, notes } = this.#options;
    const reason = this.#missedBecause;
    this.#missedBecause = 'overrun';
    if (count === 0) return;
    // The newest may not be over yet, so it is always told by itself.
    const listed = count > longestList ? 1 : count;
    const slotMs = (index: number) => slotTime(this.#grid, first + index);
    const [fromMs, toMs] = [slotMs(0), slotMs(count - listed)];
    const intervalMs = this.intervalMs();
    notes.attempt('missed slots could not be recorded', () => {
      if (toMs > fromMs) history.recordGap({ fromMs, toMs, intervalMs, reason });
      history.recordMissed(
        Array.from({ length: listed }, (_, index) => ({ slotMs: slotMs(count - listed + index), reason })),
      );
    });
    notes.warn(`${count} slot${count === 1 ? '' : 's'} skipped: ${reason}`);
  }

  async #end(): Promise<void> {
    const { history, clock, notes, thenIntervalMs, onEnd, onInterval } = this.#options;
    notes.attempt('the end could not be recorded', () => history.endGrid(clock.now()));
    try {
      await onEnd?.();
    } catch (thrown) {
      notes.warn(`at the end: ${messageOf(thrown)}`);
    }
    if (thenIntervalMs === undefined) return;
    this.#isLate = true;
    this.#begin({ startMs: clock.now(), intervalMs: thenIntervalMs });
    onInterval(thenIntervalMs);
  }

  /** By the clock that nobody can set; endless without a duration, and once it goes on after it. */
  #leftMs(): number {
    const { clock, durationMs } = this.#options;
    if (durationMs === undefined || this.#isLate) return Number.POSITIVE_INFINITY;
    return durationMs - (clock.monotonic() - this.#startedMonotonicMs);
  }

  isOver(): boolean {
    return this.#leftMs() <= 0;
  }

  intervalMs(): number {
    return this.#grid.intervalMs;
  }

  /** Says that nothing ran for a while: slots that are found skipped next were slept through. */
  slept(): void {
    this.#missedBecause = 'suspended';
  }

  /** Writes the schedule down again where a new history knows none. */
  renewed(): void {
    const { history, clock, notes } = this.#options;
    notes.attempt('the schedule could not be recorded', () => {
      if (history.grids().length > 0) return;
      // Of the slots before nobody knows any more that they were observed: none is due but the one that runs.
      const first = this.#isRunning ? this.#done + 1 : slotAt(this.#grid, clock.now()) + 1;
      history.beginGrid({ startMs: slotTime(this.#grid, first), intervalMs: this.intervalMs() });
    });
  }
}
