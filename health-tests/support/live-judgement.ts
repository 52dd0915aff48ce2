import { type Judgement, judgeErrorRatio, judgeP95, type LiveWindow } from '../../src/alerts/index.ts';
import { formatDuration, type Measurement, type ThresholdRef } from '../../src/core/index.ts';
import { type RunContext, UnknownOutcome } from '../../src/suite/index.ts';
import { type Measure, mustHold } from './measure.ts';

type Observed = LiveWindow | undefined;

/** A signal of live traffic under a limit of the run. */
interface LiveJudgement {
  judge(window: Observed): Judgement;
  /** Records what was observed. @throws UnknownOutcome where it is too little to judge */
  measured(window: Observed, measure: Measure): Measurement;
}

function judged(
  judge: LiveJudgement['judge'],
  record: (window: Observed, measure: Measure) => Measurement,
): LiveJudgement {
  return {
    judge,
    measured(window, measure) {
      const measurement = record(window, measure);
      const judgement = judge(window);
      if (judgement.outcome === 'unknown') throw new UnknownOutcome(judgement.reason);
      return measurement;
    },
  };
}

function noteOf(window: Observed): string {
  return window
    ? `${formatDuration(Math.round(window.seconds) * 1000)} since ${window.since}`
    : 'no second scrape';
}

/** The error ratio of live traffic; NaN when nothing was observed. */
export function liveErrorRatio({ thresholds }: RunContext, limit: ThresholdRef): LiveJudgement {
  const { bound } = mustHold(thresholds, limit);
  return judged(
    (window) => judgeErrorRatio(window ?? { operations: 0, errors: 0 }, bound),
    (window, measure) => {
      const operations = Math.round(window?.operations ?? 0);
      const ratio = operations === 0 ? Number.NaN : (window?.errors ?? 0) / operations;
      return measure('live error ratio', ratio, limit, { sample: operations, note: noteOf(window) });
    },
  );
}

/** The P95 latency of live traffic; NaN when nothing was observed. */
export function liveP95({ thresholds }: RunContext, limit: ThresholdRef): LiveJudgement {
  const { bound } = mustHold(thresholds, limit);
  return judged(
    (window) => judgeP95(window ?? { operations: 0, latencyP95: Number.NaN }, bound),
    (window, measure) => {
      const details = { sample: Math.round(window?.operations ?? 0), note: noteOf(window) };
      return measure('live P95 latency', window?.latencyP95 ?? Number.NaN, limit, details);
    },
  );
}
