import { setTimeout as sleep } from 'node:timers/promises';

/** Both clocks and the waiting, so that 48 hours can be simulated. */
export interface WatchClock {
  now(): number;
  monotonic(): number;
  /** Resolves after the time, or at once when the signal is aborted. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

export const realClock: WatchClock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  wait: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
};

/** A reading of both clocks: the wall's, which can be set, and the monotonic one, which can't. */
export interface ClockReading {
  wallMs: number;
  monotonicMs: number;
}

export type ClockEvent =
  /** The wall clock was set by `byMs` against the monotonic one. */
  | { kind: 'jump'; byMs: number }
  /** Nothing ran for `forMs`: the machine slept, or the process was stopped. */
  | { kind: 'pause'; forMs: number };

/** Differences that a busy machine makes on its own. */
const toleranceMs = 2000;

/**
 * What happened between two readings that were meant to be `expectedMs` apart, beside `workMs` of work that has its own time
 * limits. Linux's monotonic clock stands still during suspend, so a suspend shows as a jump forward or as a pause, whichever
 * clock the platform keeps running; both mean that nobody watched.
 */
export function clockEvents(
  before: ClockReading,
  after: ClockReading,
  expectedMs: number,
  workMs = 0,
): ClockEvent[] {
  const wall = after.wallMs - before.wallMs;
  const monotonic = after.monotonicMs - before.monotonicMs;
  const jump = wall - monotonic;
  const late = monotonic - workMs - expectedMs;
  return [
    ...(Math.abs(jump) > toleranceMs ? [{ kind: 'jump' as const, byMs: jump }] : []),
    ...(late > Math.max(toleranceMs, expectedMs) ? [{ kind: 'pause' as const, forMs: late }] : []),
  ];
}
