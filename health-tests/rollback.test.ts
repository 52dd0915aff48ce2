import { messageOf, type SmokeConfig } from '../src/core/index.ts';
import { NOT_DECLARED } from '../src/suite/index.ts';
import { test, UnknownOutcome } from './fixtures.ts';
import type { Live } from './support/live.ts';
import {
  errorRatioJudge,
  errorRatioOf,
  latencyOf,
  p95Judge,
  refuseUnknown,
} from './support/live-judgement.ts';
import { runSmoke } from './support/smoke.ts';
import { judgeTrigger } from './support/trigger.ts';

/** A trigger speaks by evidence only: a target that can't be asked is no evidence, and has a trigger of its own. */
async function observed(live: Live, judge: Parameters<Live['window']>[0]): ReturnType<Live['window']> {
  try {
    return await live.window(judge);
  } catch (thrown) {
    throw new UnknownOutcome(`live traffic can’t be observed: ${messageOf(thrown)}`);
  }
}

async function smokePassRate(smoke: SmokeConfig | undefined): Promise<number> {
  try {
    return (await runSmoke(smoke)).passRate;
  } catch (thrown) {
    throw new UnknownOutcome(messageOf(thrown));
  }
}

test('R01 rollback trigger · error ratio', async ({ live, history, config, measure }) => {
  const judge = errorRatioJudge(config, 'errorRatio.rollback');
  const window = await observed(live, judge);
  const measurement = errorRatioOf(window, measure, 'errorRatio.rollback');
  refuseUnknown(judge(window));
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

test('R03 rollback trigger · P95', async ({ live, history, config, measure }) => {
  const judge = p95Judge(config, 'latencyP95.rollback');
  const window = await observed(live, judge);
  const measurement = latencyOf(window, measure, 'latencyP95.rollback');
  refuseUnknown(judge(window));
  judgeTrigger(measurement, history.points('latency_p95_seconds'), 'latencyP95.rollback', config);
});
