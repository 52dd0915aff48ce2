import type { LiveSample } from '../../../src/alerts/signals/live-window.ts';

export const minute = 60_000;
export const start = Date.UTC(2026, 0, 1);

/** Counters at one instant: all operations fast but `slow`, which took between 0.25 and 0.5 s. */
export function sample(
  timeMs: number,
  operations: number,
  more: Partial<LiveSample> & { slow?: number } = {},
): LiveSample {
  const { slow = 0, ...rest } = more;
  return {
    timeMs,
    startedMs: start - 24 * 60 * minute,
    operations,
    errors: 0,
    buckets: [
      { le: 0.1, count: operations - slow },
      { le: 0.25, count: operations - slow },
      { le: 0.5, count: operations },
      { le: Number.POSITIVE_INFINITY, count: operations },
    ],
    residentMemoryBytes: 100 * 1024 ** 2,
    ...rest,
  };
}
