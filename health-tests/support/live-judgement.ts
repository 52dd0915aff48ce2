import type { LiveWindow } from '../../src/alerts/index.ts';
import { type Bound, formatDuration, type Measurement, type ThresholdRef } from '../../src/core/index.ts';
import type { Measure } from './measure.ts';

export interface Judgeable {
  measurement: Measurement;
  /** What must hold. */
  bound: Bound;
}

function judgeable(measurement: Measurement): Judgeable {
  return { measurement, bound: measurement.bound as Bound };
}

function noteOf(window: LiveWindow | undefined): string {
  return window
    ? `${formatDuration(Math.round(window.seconds) * 1000)} since ${window.since}`
    : 'no second scrape';
}

/** Records the error ratio of live traffic; NaN when nothing was observed. */
export function errorRatioOf(
  window: LiveWindow | undefined,
  measure: Measure,
  limit: ThresholdRef,
): Judgeable {
  const operations = Math.round(window?.operations ?? 0);
  const ratio = operations === 0 ? Number.NaN : (window?.errors ?? 0) / operations;
  return judgeable(measure('live error ratio', ratio, limit, { sample: operations, note: noteOf(window) }));
}

/** Records the P95 latency of live traffic; NaN when nothing was observed. */
export function latencyOf(window: LiveWindow | undefined, measure: Measure, limit: ThresholdRef): Judgeable {
  const details = { sample: Math.round(window?.operations ?? 0), note: noteOf(window) };
  return judgeable(measure('live P95 latency', window?.latencyP95 ?? Number.NaN, limit, details));
}
