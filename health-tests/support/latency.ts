import { formatValue, holds, type Measurement, quantile } from '../../src/core/index.ts';
import { UnknownOutcome } from '../../src/suite/index.ts';
import type { Batch } from './batch.ts';
import { operationTimeoutMs } from './operation.ts';

/**
 * A latency over its limit is the target's only as far as the probe wasn't late itself: when the
 * probe's own delay accounts for all of the excess, nothing is known. Lateness never makes a pass.
 */
export function refuseStarvedProbe(latency: Measurement, probeDelayMs: number): void {
  const delay = probeDelayMs / 1000;
  if (!latency.bound || holds(latency.bound, latency.value) || !holds(latency.bound, latency.value - delay))
    return;
  throw new UnknownOutcome(
    `${latency.name} ${formatValue(latency.value, 'seconds')}, but the probe itself was late by up to ${formatValue(delay, 'seconds')}`,
  );
}

/** P95 of a batch in seconds, how many operations it rests on, and how many of them got no answer. */
export function latencyOf({ operations }: Batch): { p95: number; sample: number; lost: number } {
  const lost = operations.filter(({ status }) => status === 0);
  if (lost.length === operations.length) throw new Error(lost[0]?.error ?? 'no operation was sent in time');
  // Who got no answer at all waited at least as long as we did: leaving them out would call the rest fast.
  const seconds = operations.map(({ status, durationMs }) =>
    status === 0 ? Math.max(durationMs, operationTimeoutMs) / 1000 : durationMs / 1000,
  );
  return { p95: quantile(seconds, 0.95), sample: seconds.length, lost: lost.length };
}

/** The batch with the lower P95. */
export function calmer(first: Batch, second: Batch): Batch {
  return latencyOf(second).p95 < latencyOf(first).p95 ? second : first;
}
