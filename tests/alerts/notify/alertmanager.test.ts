import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { freePort } from '../../../fixtures/range/spawn-server.ts';
import { alertmanagerChannel, alertmanagerPayload } from '../../../src/alerts/notify/alertmanager.ts';
import type { AlertEvent } from '../../../src/alerts/notify/event.ts';
import { startReceiptReceiver } from '../../../src/alerts/notify/receipt-receiver.ts';
import { send } from '../../../src/clients/http/http.ts';
import { validateConfig } from '../../../src/core/config/validate.ts';
import { alertmanagerConfig } from '../../../src/setup/render/monitoring/alertmanager-config.ts';
import { settingsOf } from '../../../src/setup/render/monitoring/settings.ts';
import { startProgram, temporaryFolder } from '../../clients/servers.ts';
import { until } from '../../stack/ask.ts';
import { alert, dispatching, minute, receiver, resolved, second, start } from './support.ts';

const channelTo = (url: string, more: object = {}) =>
  alertmanagerChannel({
    name: 'alertmanager',
    url,
    intervalMs: 5 * minute,
    resendMs: minute,
    spacingMs: minute,
    timeoutMs: 3000,
    ...more,
  });

test('a firing alert ends in the future, a resolved one never does nor before it began', () => {
  const times = { nowMs: start + 2 * minute, validForMs: 20 * minute };
  const ends = (event: ReturnType<typeof alert>) => {
    const [made] = alertmanagerPayload([event], times);
    return [made?.startsAt, made?.endsAt].map((text) => (Date.parse(text ?? '') - start) / minute);
  };
  expect(ends(alert())).toEqual([0, 22]);
  expect(ends(resolved(alert(), start + minute))).toEqual([0, 1]);
  expect(ends(resolved(alert(), start + 60 * minute))).toEqual([0, 2]);
  expect(ends(resolved(alert(), start - minute))).toEqual([0, 0]);
  expect(
    ends({ ...alert(), state: 'resolved', startsAt: new Date(start + 9 * minute).toISOString() }),
  ).toEqual([2, 2]);
});

test('labels are the identity and of a form that Alertmanager takes; the value is an annotation', () => {
  const [made] = alertmanagerPayload(
    [alert({ labels: { 'bad-name': 'x', '1st': 'y', empty: '', half: '\ud800' } })],
    { nowMs: start, validForMs: 1 },
  );
  expect(made?.labels).toEqual({
    alertname: 'HighLatencyP95',
    severity: 'critical',
    bad_name: 'x',
    _1st: 'y',
    half: '\ufffd',
  });
  expect(made?.annotations).toMatchObject({ value: '0.412', threshold: '< 200 ms', priority: 'P1' });
});

test('what fires is told again outside the cycle, what ended for five minutes more, after a restart too', async () => {
  const { url, received } = await receiver();
  const { queue, dispatcher, clock, db } = dispatching([channelTo(url)]);
  const states = () =>
    received
      .splice(0)
      .flatMap(({ body }) =>
        (JSON.parse(body) as { endsAt: string }[]).map(({ endsAt }) =>
          Date.parse(endsAt) > clock.ms ? 'firing' : 'resolved',
        ),
      );
  queue(alert());
  await dispatcher.tick();
  expect(states()).toEqual(['firing']);
  for (let step = 0; step < 5; step += 1) {
    clock.ms += minute;
    await dispatcher.tick();
  }
  expect(states()).toEqual(Array(5).fill('firing'));
  const again = dispatching([channelTo(url)], { db, now: () => clock.ms });
  await again.dispatcher.tick();
  expect(states()).toEqual(['firing']);
  queue(resolved(alert(), clock.ms));
  const endedMs = clock.ms;
  while (clock.ms < endedMs + 15 * minute) {
    clock.ms += 10 * second;
    await dispatcher.tick();
  }
  const told = states();
  expect(new Set(told)).toEqual(new Set(['resolved']));
  expect(told.length).toBeGreaterThanOrEqual(6);
  expect(told.length).toBeLessThanOrEqual(8);
  expect(dispatcher.statistics().alertmanager).toMatchObject({ sent: 2, pending: 0 });
});

test('a firing that waits for its resolution to be allowed is told as firing until then', async () => {
  const { url, received } = await receiver();
  const { queue, dispatcher, clock } = dispatching([channelTo(url, { resendMs: 20 * second })]);
  queue(alert(), resolved(alert(), start));
  const told: string[] = [];
  for (let step = 0; step <= 7; step += 1) {
    await dispatcher.tick();
    for (const { body } of received.splice(0)) {
      const [one] = JSON.parse(body) as { endsAt: string }[];
      told.push(Date.parse(one?.endsAt ?? '') > clock.ms ? 'firing' : 'resolved');
    }
    clock.ms += 10 * second;
  }
  expect(told.indexOf('resolved')).toBe(told.lastIndexOf('firing') + 1);
  expect(told.filter((state) => state === 'firing').length).toBeGreaterThanOrEqual(3);
});

test('a 400 that took some of them is taken apart, and says which were refused', async () => {
  const { url, received } = await receiver((request, response) => {
    const bad = (JSON.parse(request.body) as { labels: { alertname: string } }[]).some(
      ({ labels }) => labels.alertname === 'Bad',
    );
    if (bad) response.writeHead(400, { 'content-type': 'application/json' }).end('"invalid label set: Bad"');
    else response.end();
  });
  const channel = channelTo(url);
  const events = ['Good', 'Bad', 'Fine'].map((alertname) => alert({ alertname }));
  const delivery = await channel.resend?.deliver(events, start);
  expect(received).toHaveLength(4);
  expect(delivery).toEqual({
    result: 'drop',
    reason: `1 of 3 refused: Bad ${events[1]?.fingerprint}: HTTP 400: invalid label set: Bad`,
  });
});

test('a real Alertmanager takes alerts, groups and resolves them, and its webhook comes back as receipts', {
  tags: ['prometheus-alertmanager'],
}, async () => {
  const receipts = await startReceiptReceiver({ now: Date.now });
  onTestFinished(() => receipts.close());
  const folder = await temporaryFolder();
  const config = path.join(folder, 'alertmanager.yml');
  writeFileSync(
    config,
    stringify({
      route: {
        receiver: 'back',
        group_by: ['severity'],
        group_wait: '200ms',
        group_interval: '300ms',
        repeat_interval: '1h',
      },
      receivers: [{ name: 'back', webhook_configs: [{ url: receipts.url, send_resolved: true }] }],
    }),
  );
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const { stop } = await startProgram(
    'prometheus-alertmanager',
    [
      `--config.file=${config}`,
      `--storage.path=${path.join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
      '--log.level=error',
    ],
    `${url}/-/ready`,
  );
  onTestFinished(stop);
  const channel = channelTo(url, { spacingMs: 600, resendMs: 500 });
  const { queue, dispatcher } = dispatching([channel], { now: Date.now, pollMs: 50 });
  dispatcher.start();
  const startsAt = new Date(Date.now() - second).toISOString();
  const events = ['A', 'B'].map((alertname) =>
    alert({ alertname, startsAt, labels: { 'odd-name': 'ü, "quoted" \\ and\nbroken', empty: '' } }),
  );
  queue(...events);
  for (const { fingerprint, alertname } of events) {
    const receipt = await receipts.waitFor(fingerprint, { timeoutMs: 8000 });
    expect(receipt, `${alertname} has come back under our own fingerprint`).toMatchObject({ fingerprint });
  }
  const groups = (await (await fetch(`${url}/api/v2/alerts/groups`)).json()) as { alerts: object[] }[];
  expect(groups.map(({ alerts }) => alerts.length)).toEqual([2]);
  const [first] = events;
  if (!first) throw new Error('no event');
  queue(...events.map((event) => resolved(event, Date.now())));
  const end = await receipts.waitFor(first.fingerprint, { status: 'resolved', timeoutMs: 8000 });
  expect(end).toMatchObject({ status: 'resolved' });
  await expect.poll(() => dispatcher.pending()).toBe(0);
  // Firing and resolved queued at once, as after an outage: both are seen.
  const short = alert({ alertname: 'Short', startsAt });
  queue(short, resolved(short, Date.now()));
  expect(await receipts.waitFor(short.fingerprint, { timeoutMs: 8000 })).toBeDefined();
  expect(await receipts.waitFor(short.fingerprint, { status: 'resolved', timeoutMs: 8000 })).toBeDefined();
  expect(dispatcher.statistics().alertmanager).toMatchObject({ dropped: 0, failed: 0 });
  await dispatcher.stop();
});

test('of three probes one incident is one notification, and the end at one is not the end at the others', {
  tags: ['prometheus-alertmanager'],
}, async () => {
  const { url: hooks, received } = await receiver();
  const probes = ['north', 'south', 'west'].map((name) => ({ name, url: `http://${name}.test:8002` }));
  const config = validateConfig(
    {
      probes: [{ type: 'http', url: 'http://shop.test/' }],
      monitoring: { probes, webhook: hooks, timeScale: 0.03 },
    },
    'a test',
  );
  const folder = await temporaryFolder();
  writeFileSync(path.join(folder, 'alertmanager.yml'), alertmanagerConfig(settingsOf(config)));
  const own = `http://127.0.0.1:${await freePort()}`;
  const args = [
    `--config.file=${folder}/alertmanager.yml`,
    `--storage.path=${folder}`,
    `--web.listen-address=${new URL(own).host}`,
    '--cluster.listen-address=',
  ];
  const { stop } = await startProgram('prometheus-alertmanager', args, `${own}/-/ready`);
  onTestFinished(stop);
  const seenBy = (probe: string): AlertEvent => ({
    ...alert({ labels: { check: 'X2', severity: 'info', priority: 'P4', probe } }),
    alertname: 'HealthCheckFailed',
    severity: 'info',
    startsAt: new Date().toISOString(),
  });
  const tell = async (events: readonly object[]) => {
    const answer = await send(`${own}/api/v2/alerts`, { json: events });
    expect([answer.status, answer.text]).toEqual([200, '']);
  };
  const payload = (events: AlertEvent[]) =>
    alertmanagerPayload(events, { nowMs: Date.now(), validForMs: 20 * minute });
  const told = () =>
    received.map(
      ({ body }) => JSON.parse(body) as { status: string; alerts: { status: string; labels: object }[] },
    );
  const statesIn = (notification: ReturnType<typeof told>[number] | undefined) =>
    notification?.alerts
      .map(({ status, labels }) => `${(labels as { probe?: string }).probe} ${status}`)
      .sort();

  await tell(payload(['north', 'south', 'west'].map(seenBy)));
  await until('one notification', async () => told().length > 0);
  expect(told().map(statesIn)).toEqual([['north firing', 'south firing', 'west firing']]);

  const ended = { ...seenBy('north'), state: 'resolved' as const, endsAt: new Date().toISOString() };
  await tell(payload([ended]));
  await until('the end at one', async () => told().length > 1);
  expect(told()[1]).toMatchObject({ status: 'firing' });
  expect(statesIn(told()[1])).toEqual(['north resolved', 'south firing', 'west firing']);

  const quorum = {
    labels: { alertname: 'HealthCheckFailed', check: 'X2', severity: 'critical', priority: 'P1' },
  };
  await tell([quorum]);
  await until('the page', async () => told().length > 2);
  expect(told()[2]).toMatchObject({ status: 'firing', commonLabels: { severity: 'critical' } });
  const { alerts } = {
    alerts: (await send(`${own}/api/v2/alerts?inhibited=true`)).json<
      { labels: { probe?: string }; status: { state: string } }[]
    >(),
  };
  expect(
    alerts
      .filter(({ status }) => status.state === 'suppressed')
      .map(({ labels }) => labels.probe)
      .sort(),
  ).toEqual(['south', 'west']);
});
