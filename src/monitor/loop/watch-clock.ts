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
