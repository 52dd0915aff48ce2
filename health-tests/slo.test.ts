import { operationTimeoutMs } from '../src/probe/index.ts';
import { quantile } from '../src/stats/index.ts';
import { expect, test, UnknownOutcome } from './fixtures.ts';
import { refuseStarvedProbe } from './support/latency.ts';
import { runSmoke } from './support/smoke.ts';

/** Fewer than this many operations can't carry a P95 or an error ratio. */
const fewestOperations = 100;

test('S01 pass-rate baseline', async ({ config, measure }) => {
  const smoke = await runSmoke(config.target.smoke);
  const measured = measure('smoke suite pass rate', smoke.passRate, 'smokePassRate.slo', {
    sample: smoke.total,
    ...(smoke.failures.length > 0 && { note: smoke.failures.join('; ') }),
  });
  expect(measured).toMeetObjective();
  expect(measure.none('problems of the smoke run', smoke.problems)).toMeetObjective();
});

test('S02 latency baseline', async ({ target, measure }) => {
  const { operations, probeDelayMs } = await target.baseline();
  const answered = operations.filter(({ status }) => status !== 0);
  if (answered.length === 0) throw new Error(operations[0]?.error ?? 'no operation was sent in time');
  // Who got no answer at all waited at least as long as we did: leaving them out would call the rest fast.
  const seconds = operations.map(({ status, durationMs }) =>
    status === 0 ? Math.max(durationMs, operationTimeoutMs) / 1000 : durationMs / 1000,
  );
  const lost = operations.length - answered.length;
  const p95 = measure('P95 latency', quantile(seconds, 0.95), 'latencyP95.slo', {
    sample: seconds.length,
    ...(lost > 0 && { note: `${lost} without an answer` }),
  });
  refuseStarvedProbe(p95, probeDelayMs);
  expect(p95).toMeetObjective();
  if (answered.length < fewestOperations) {
    throw new UnknownOutcome(`${answered.length} of ${fewestOperations} operations were answered in time`);
  }
});

test('S03 error-rate baseline', async ({ target, measure }) => {
  const { operations } = await target.baseline();
  const failed = operations.filter(({ error }) => error !== undefined);
  const ratio = measure('error ratio', failed.length / operations.length, 'errorRatio.slo', {
    sample: operations.length,
    ...(failed.length > 0 && {
      note: failed
        .slice(0, 3)
        .map(({ error, traceId }) => `${error}, trace ${traceId}`)
        .join('; '),
    }),
  });
  expect(ratio).toMeetObjective();
  if (operations.length < fewestOperations) {
    throw new UnknownOutcome(`${operations.length} of ${fewestOperations} operations were sent in time`);
  }
});
