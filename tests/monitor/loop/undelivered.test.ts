import { expect, onTestFinished, test } from 'vitest';
import type { Delivery } from '../../../src/alerts/notify/channel.ts';
import { createRouter } from '../../../src/alerts/notify/routing.ts';
import { observeChannels } from '../../../src/alerts/rules/observe-channels.ts';
import { openHistory } from '../../../src/history/open-history.ts';
import { openEvaluator } from '../../../src/monitor/loop/evaluator.ts';
import { statusDocument } from '../../../src/monitor/loop/watch-status.ts';
import { openAlerts } from '../../../src/views/page/open-alerts.ts';
import { alert, dispatching, type Heard, hearing, minute } from '../../alerts/notify/support.ts';
import { factsOf } from '../../views/page/support/facts.ts';
import { plainOptions } from './evaluator-options.ts';

const notDeployed: Delivery = { result: 'retry', reason: 'HTTP 404: no such hook' };

/** A pager that answers as told and a chat that always hears, with the evaluation that watches both. */
function open(pagerSays: (attempt: number) => Delivery) {
  const heard: Heard[] = [];
  const channels = [
    hearing([], (_event, attempt) => pagerSays(attempt), { name: 'pager' }),
    hearing(heard, undefined, { name: 'chat' }),
  ];
  const notifying = dispatching(channels);
  const { db, redactor, dispatcher, clock } = notifying;
  const history = openHistory({ file: ':memory:' });
  onTestFinished(() => history.close());
  const routes = [{ severity: ['critical' as const], channels: ['pager'] }];
  const evaluator = openEvaluator({
    history: new Proxy(history, {
      get: (target, name) => (name === 'database' ? db : Reflect.get(target, name, target)),
    }),
    ...plainOptions,
    route: createRouter(channels, { routes }),
    channels: () => dispatcher.statistics(),
    redactor,
  });
  const told = () =>
    heard.flatMap(({ event }) =>
      event.kind === 'alert' && event.labels.channel ? [`${event.state} ${event.annotations.summary}`] : [],
    );
  return {
    ...notifying,
    evaluator,
    told,
    /** Evaluates and delivers once a minute. */
    async pass(minutes: number) {
      for (let left = minutes; left > 0; left -= 1) {
        evaluator.evaluate(clock.ms);
        await dispatcher.tick();
        clock.ms += minute;
      }
    },
  };
}

test('a channel that delivers nothing for 5 min is an alert through the others, on the page and in the status', async () => {
  let isMended = false;
  const { queue, evaluator, dispatcher, told, pass, clock } = open(() =>
    isMended ? { result: 'sent' } : notDeployed,
  );
  queue(alert({ severity: 'critical', labels: { only: 'pager' } }));
  await pass(5);
  expect(told()).toEqual([]);
  await pass(2);
  const words = 'channel pager has delivered nothing for 6m';
  expect(told()).toEqual([expect.stringContaining(`firing ${words}`)]);
  expect(told().at(-1)).toContain('HTTP 404: no such hook');
  const facts = factsOf({ status: { alerts: evaluator.state(), channels: dispatcher.statistics() } });
  expect(openAlerts(facts)).toContainEqual(
    expect.objectContaining({
      name: 'NotificationsUndelivered',
      subject: 'pager',
      status: 'firing',
      says: expect.stringMatching(/channel pager has delivered nothing for .*: HTTP 404: no such hook/),
    }),
  );
  expect(statusDocument(facts.status).channels.pager).toMatchObject({
    pending: 3,
    reason: 'HTTP 404: no such hook',
    undeliveredSeconds: (clock.ms - Date.parse('2026-01-01T00:00:00.000Z')) / 1000,
  });
  isMended = true;
  await pass(8);
  expect(told().at(-1)).toContain('resolved channel pager');
  expect(dispatcher.statistics().pager).toMatchObject({ undeliveredSeconds: 0, reason: undefined });
});

test('a channel that refuses all of it for good is an alert too, though nothing waits', async () => {
  const { queue, told, pass } = open(() => ({ result: 'drop', reason: 'HTTP 400: bad' }));
  queue(alert());
  await pass(8);
  expect(told().at(-1)).toMatch(/firing channel pager has delivered nothing for .*: HTTP 400: bad/);
});

test('of a channel that is no longer configured nothing fires', async () => {
  const opened = open(() => notDeployed);
  opened.queue(alert());
  await opened.pass(8);
  const without = structuredClone(opened.evaluator.state());
  expect(observeChannels({}, without)).toMatchObject([
    { labels: { channel: 'pager' }, reading: { state: 'gone' } },
  ]);
});
