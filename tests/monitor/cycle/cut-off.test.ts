import { expect, onTestFinished, test } from 'vitest';
import { createOutboxTables } from '../../../src/alerts/notify/outbox-tables.ts';
import { defaultNaming } from '../../../src/alerts/signals/algebra/signal-naming.ts';
import { openWitness } from '../../../src/clients/witness.ts';
import { redactorOf } from '../../../src/core/config/secrets.ts';
import { thresholds } from '../../../src/core/thresholds/thresholds.ts';
import { openHistory } from '../../../src/history/open-history.ts';
import { unlessWatchCutOff } from '../../../src/monitor/cycle/cut-off.ts';
import { openEvaluator } from '../../../src/monitor/loop/evaluator.ts';
import { unlessCutOff } from '../../../src/monitor/loop/scrape.ts';
import type { CheckOutcome } from '../../../src/suite/outcomes/check-outcome.ts';
import { answering, httpServer } from '../../clients/servers.ts';

const nobody = 'http://127.0.0.1:9';
const outcomeOf = (id: string, outcome: CheckOutcome['outcome']): CheckOutcome => ({
  id,
  title: id,
  group: 'probes',
  outcome,
  executed: true,
  measurements: [],
});
const seen = {
  outcomes: [outcomeOf('front', 'fail'), outcomeOf('local', 'pass'), outcomeOf('later', 'skipped')],
  observed: { up: false, downReason: 'shop does not answer', values: { memoryUsed: 0.4 }, instances: [] },
};

test('a witness that answers, whatever its status, leaves everything as it was seen', async () => {
  const other = await httpServer(answering({}));
  const witness = openWitness([nobody, other]);
  expect(await unlessWatchCutOff(seen, witness, 0)).toEqual(seen);
  expect(witness.isOffline()).toBe(false);
});

test('no witness answers: every outcome is unknown by one reason, and the services count as not looked at', async () => {
  const witness = openWitness([nobody, nobody], () => 500);
  const { outcomes, observed, cutOff } = await unlessWatchCutOff(seen, witness, 0);
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown', 'skipped']);
  expect(cutOff).toContain('the network of the watch was down');
  expect(outcomes[0]?.reason).toBe(cutOff);
  expect(observed).toEqual({ up: true, values: { memoryUsed: 0.4 }, instances: [] });
  expect(witness.isOffline()).toBe(true);
});

test('a network that came back while the cycle ran still explains what failed in it, and nothing of the next one', async () => {
  const witness = openWitness([nobody, nobody], () => 500);
  await witness.isCutOff(true);
  await witness.isCutOff(false);
  expect(witness.isOffline()).toBe(false);
  const back = { ...witness, isCutOff: async () => false };
  expect((await unlessWatchCutOff(seen, back, 400)).cutOff).toContain('the network of the watch was down');
  expect((await unlessWatchCutOff(seen, back, 600)).cutOff).toBeUndefined();
});

test('without witnesses, or without a failure, nobody is asked', async () => {
  let asked = 0;
  const other = await httpServer((_request, response) => {
    asked += 1;
    response.end();
  });
  const calm = { outcomes: [outcomeOf('front', 'pass')], observed: { up: true, values: {}, instances: [] } };
  expect(await unlessWatchCutOff(calm, openWitness([other, other]), 0)).toEqual(calm);
  expect(await unlessWatchCutOff(seen, undefined, 0)).toEqual(seen);
  expect(asked).toBe(0);
});

test('scrapes that failed leave no sample while the watch is cut off, not even that a service is down', async () => {
  const up = [{ series: { name: 'up', labels: { job: 'shop' } }, value: 0 }];
  const scrapes = [
    { job: 'shop', samples: up, failure: 'connection refused' },
    { job: 'node', samples: up },
  ];
  const samplesOf = async (witness: ReturnType<typeof openWitness>) =>
    (await unlessCutOff(scrapes, witness)).map(({ samples }) => samples.length);
  expect(await samplesOf(openWitness([nobody, nobody]))).toEqual([0, 1]);
  expect(await samplesOf(openWitness([nobody, await httpServer(answering({}))]))).toEqual([1, 1]);
});

test('while the watch is cut off one alert fires and no other, and what really fails is told when it is back', () => {
  const history = openHistory({ file: ':memory:' });
  onTestFinished(() => history.close());
  createOutboxTables(history.database);
  let offline = true;
  const evaluator = openEvaluator({
    history,
    catalogue: undefined,
    baseline: new Map(),
    maintenance: [],
    table: thresholds,
    naming: defaultNaming,
    url: 'http://vigil',
    route: () => [],
    redactor: redactorOf({ notifications: { channels: [] } } as never),
    witness: { isOffline: () => offline },
    evaluationIntervalMs: 60_000,
    cycleIntervalMs: 300_000,
  });
  const firing = () =>
    Object.values(evaluator.state().alerts).flatMap(({ rule, status }) =>
      status === 'firing' ? [rule] : [],
    );
  evaluator.evaluate(1_000_000, [outcomeOf('front', 'fail')], true);
  expect(firing()).toEqual(['WatchCutOff']);
  offline = false;
  evaluator.evaluate(1_060_000, [outcomeOf('front', 'fail')], true);
  expect(firing()).toEqual(['HealthCheckFailed']);
});
