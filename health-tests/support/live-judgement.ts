import { type Judgement, judgeErrorRatio, judgeP95, type LiveWindow } from '../../src/alerts/index.ts';
import { formatDuration, type Measurement, type ThresholdRef } from '../../src/core/index.ts';
import { type RunContext, UnknownOutcome } from '../../src/suite/index.ts';
import { type Measure, mustHold } from './measure.ts';

type Judge = (window: LiveWindow | undefined) => Judgement;

/** Judges an error ratio against a limit of the run. */
export function errorRatioJudge({ thresholds }: RunContext, limit: ThresholdRef): Judge {
  const { bound } = mustHold(thresholds, limit);
  return (window) => judgeErrorRatio(window ?? { operations: 0, errors: 0 }, bound);
}

/** Judges a P95 latency against a limit of the run. */
export function p95Judge({ thresholds }: RunContext, limit: ThresholdRef): Judge {
  const { bound } = mustHold(thresholds, limit);
  return (window) => judgeP95(window ?? { operations: 0, latencyP95: Number.NaN }, bound);
}

/** @throws UnknownOutcome where there is too little to judge */
export function refuseUnknown(judgement: Judgement): void {
  if (judgement.outcome === 'unknown') throw new UnknownOutcome(judgement.reason);
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
): Measurement {
  const operations = Math.round(window?.operations ?? 0);
  const ratio = operations === 0 ? Number.NaN : (window?.errors ?? 0) / operations;
  return measure('live error ratio', ratio, limit, { sample: operations, note: noteOf(window) });
}

/** Records the P95 latency of live traffic; NaN when nothing was observed. */
export function latencyOf(
  window: LiveWindow | undefined,
  measure: Measure,
  limit: ThresholdRef,
): Measurement {
  const details = { sample: Math.round(window?.operations ?? 0), note: noteOf(window) };
  return measure('live P95 latency', window?.latencyP95 ?? Number.NaN, limit, details);
}
