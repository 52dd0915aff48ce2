import { type Bound, messageOf, resolveThreshold, type SmokeConfig } from '../src/core/index.ts';
import { NOT_DECLARED, type RunContext } from '../src/suite/index.ts';
import { patient, test, UnknownOutcome } from './fixtures.ts';
import type { Live } from './support/live.ts';
import { liveErrorRatio, liveP95 } from './support/live-judgement.ts';
import type { MetricsClient } from './support/metrics.ts';
import { refuseSeveralInstances } from './support/several-instances.ts';
import { runSmoke } from './support/smoke.ts';
import { judgeTrigger } from './support/trigger.ts';
import { errorRatioMet, latencyMet, refuseWithoutUsers, rejectedShare } from './support/watch-met.ts';

/** A trigger speaks by evidence only: a target that can't be asked is no evidence, and has a trigger of its own. */
async function observed(
  { live, config, metrics }: { live: Live; config: RunContext; metrics: MetricsClient },
  judge: Parameters<Live['window']>[0],
): ReturnType<Live['window']> {
  try {
    await refuseSeveralInstances(config, metrics);
    return await live.window(judge);
  } catch (thrown) {
    if (thrown instanceof UnknownOutcome) throw thrown;
    throw new UnknownOutcome(`live traffic can’t be observed: ${messageOf(thrown)}`);
  }
}

/** A rise in rejected requests is a trigger as a rise in errors is: it must have held for its whole time. */
function judgeRise(
  { measurement, past }: NonNullable<ReturnType<typeof rejectedShare>>,
  config: RunContext,
): void {
  const { value } = measurement.bound as Bound;
  const { forSeconds } = resolveThreshold(config.thresholds, 'errorRatio.rollback').bound;
  judgeTrigger(measurement, past, { operator: '>', value, forSeconds }, config);
}

async function smokePassRate(smoke: SmokeConfig | undefined): Promise<number> {
  try {
    return (await runSmoke(smoke)).passRate;
  } catch (thrown) {
    throw new UnknownOutcome(messageOf(thrown));
  }
}

test('R01 rollback trigger · error ratio', patient, async ({ live, metrics, history, config, measure }) => {
  const met = errorRatioMet(config, measure);
  if (met) judgeTrigger(met.measurement, met.past, 'errorRatio.rollback', config);
  const judged = liveErrorRatio(config, 'errorRatio.rollback');
  const window = await observed({ live, config, metrics }, judged.judge);
  const rejected = rejectedShare(config, window, measure);
  if (rejected) judgeRise(rejected, config);
  refuseWithoutUsers(config, window);
  const measurement = judged.measured(window, measure);
  judgeTrigger(measurement, history.points('error_ratio'), 'errorRatio.rollback', config);
});

test('R02 rollback trigger · pass rate', async ({ history, config, measure, skip }) => {
  const points = history.points('pass_rate');
  const newest = points.at(-1);
  const ageMs = newest === undefined ? Number.NaN : Date.now() - newest.timeMs;
  // Evidence dated in the future (a clock that was set back) says nothing about now.
  const isFresh = newest !== undefined && ageMs >= 0 && ageMs <= 2 * config.intervalMs;
  if (!newest && !config.target.smoke) skip(`${NOT_DECLARED}smoke, and no cycle is recorded yet`);
  if (config.onDemand && !isFresh && !config.target.smoke)
    skip(`${NOT_DECLARED}smoke, and no loop records here`);
  if (!isFresh && !config.target.smoke) {
    throw new UnknownOutcome('no recent cycle is recorded and no smoke suite is declared');
  }
  const value = isFresh ? newest.value : await smokePassRate(config.target.smoke);
  const note = isFresh ? 'the last recorded cycle' : 'smoke suite, no recent cycle recorded';
  const measurement = measure('pass rate', value, 'passRate.rollback', { note });
  judgeTrigger(measurement, points, 'passRate.rollback', config);
});

test('R03 rollback trigger · P95', patient, async ({ live, metrics, history, config, measure }) => {
  const met = latencyMet(config, measure);
  if (met) judgeTrigger(met.measurement, met.past, 'latencyP95.rollback', config);
  const judged = liveP95(config, 'latencyP95.rollback');
  const window = await observed({ live, config, metrics }, judged.judge);
  refuseWithoutUsers(config, window);
  const measurement = judged.measured(window, measure);
  judgeTrigger(measurement, history.points('latency_p95_seconds'), 'latencyP95.rollback', config);
});
