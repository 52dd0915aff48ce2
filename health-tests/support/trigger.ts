import { type Point, sustained } from '../../src/alerts/index.ts';
import {
  type Bound,
  describeMeasurement,
  formatDuration,
  isMet,
  type Measurement,
  resolveThreshold,
  type ThresholdRef,
} from '../../src/core/index.ts';
import { type RunContext, UnknownOutcome } from '../../src/suite/index.ts';

/**
 * Judges a rollback trigger: met under its limit now, a failure when recorded evidence shows it over
 * the limit for the whole time, and unknown, with the time left, in between.
 */
export function judgeTrigger(
  now: Measurement,
  past: readonly Point[],
  limit: ThresholdRef | Bound,
  config: RunContext,
): void {
  if (isMet(now)) return;
  const bound = typeof limit === 'string' ? resolveThreshold(config.thresholds, limit).bound : limit;
  const points = [...past, { timeMs: Date.now(), value: now.value }];
  const result = sustained(points, bound, 2 * config.intervalMs);
  if (result.state === 'pending') {
    throw new UnknownOutcome(
      `pending: ${describeMeasurement(now)}; a rollback is due in ${formatDuration(Math.ceil(result.leftMs / 1000) * 1000)} unless it recovers`,
    );
  }
  const since = result.state === 'breached' ? new Date(result.sinceMs).toISOString() : 'now';
  throw new Error(`${describeMeasurement(now)} since ${since}: roll back to the previous release`);
}
