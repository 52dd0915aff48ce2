import type { Bound } from './bound.ts';
import { hour, minute } from './seconds.ts';

/** When the error budget burns too fast: by this factor, over both windows, so that it is neither old nor a blip. */
export interface BurnWindow {
  factor: number;
  longSeconds: number;
  shortSeconds: number;
  forSeconds: number;
}

/** The pairs of windows after the SRE workbook, "Alerting on SLOs". */
export const burnWindows = {
  fast: { factor: 14.4, longSeconds: 1 * hour, shortSeconds: 5 * minute, forSeconds: 2 * minute },
  slow: { factor: 6, longSeconds: 6 * hour, shortSeconds: 30 * minute, forSeconds: 15 * minute },
} as const satisfies Record<string, BurnWindow>;

/** How long the target's counters may be absent, seconds. */
export const metricsAbsentSeconds = 5 * minute;

/** How often a check's outcome may change within `windowSeconds`. */
export const checkFlips = {
  windowSeconds: 1 * hour,
  bound: { operator: '>', value: 2, forSeconds: 0 } satisfies Bound,
} as const;

/** Time from one cycle to the next unless it is configured, seconds. */
export const cycleIntervalSeconds = 5 * minute;

/**
 * When no cycle ends any more: two slots of the schedule without one, held for a third. With the usual
 * interval that is 15 minutes; a shorter one doesn't make it less.
 */
export function cycleAgeBound(
  intervalSeconds: number = cycleIntervalSeconds,
): Bound & { forSeconds: number } {
  const seconds = Math.max(intervalSeconds, cycleIntervalSeconds);
  return { operator: '>', value: 2 * seconds, forSeconds: seconds };
}
