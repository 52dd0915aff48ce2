import type { Measurement } from '../../src/catalogue/index.ts';
import { UnknownOutcome } from '../../src/run/index.ts';
import { holds } from '../../src/thresholds/index.ts';
import { formatValue } from '../../src/units/index.ts';

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
