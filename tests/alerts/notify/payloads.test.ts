import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Channel } from '../../../src/alerts/notify/channel.ts';
import type { ChangeEvent, TestEvent } from '../../../src/alerts/notify/event.ts';
import { fileChannel } from '../../../src/alerts/notify/file.ts';
import { heartbeatChannel } from '../../../src/alerts/notify/heartbeat.ts';
import { pagerDutyChange, pagerDutyChannel, pagerDutyPayload } from '../../../src/alerts/notify/pagerduty.ts';
import { slackChannel, slackPayload } from '../../../src/alerts/notify/slack.ts';
import { consoleChannel } from '../../../src/alerts/notify/terminal.ts';
import { webhookChannel, webhookPayload } from '../../../src/alerts/notify/webhook.ts';
import { temporaryFolder } from '../../clients/servers.ts';
import { inOrder } from '../../support/in-order.ts';
import { alert, receiver, resolved, start } from './support.ts';

const context = { nowMs: start, idempotencyKey: 'key-1' };
const source = 'Genesis';
const change: ChangeEvent = {
  kind: 'change',
  change: 'rollback',
  id: 'r1-started',
  at: new Date(start).toISOString(),
  summary: 'v2 goes back to v1',
  details: { trigger: 'R01' },
  link: 'https://example.com/rollbacks/1',
};
const trial: TestEvent = { kind: 'test', id: 't1', at: new Date(start).toISOString(), state: 'firing' };

const kept = <T extends Channel>(channel: T): T => {
  onTestFinished(() => channel.close?.());
  return channel;
};

test('the webhook has the shape of Alertmanager’s, version 4', async () => {
  const { url, received } = await receiver();
  const channel = kept(webhookChannel({ name: 'hook', url, token: 'letmein', timeoutMs: 2000 }));
  await channel.deliver(alert(), context);
  expect(received[0]?.headers).toMatchObject({
    'content-type': 'application/json',
    'idempotency-key': 'key-1',
    authorization: 'Bearer letmein',
  });
  const labels = { alertname: 'HighLatencyP95', severity: 'critical', service: 'genesis' };
  const annotations = {
    summary: 'P95 latency 412 ms (< 200 ms)',
    description: '412 ms over the last 5 min',
    next: 'compare the means, hold the rollout',
    runbook_url: 'https://example.com/runbooks#highlatencyp95',
    value: '0.412',
    unit: 'seconds',
    threshold: '< 200 ms',
    priority: 'P1',
  };
  expect(JSON.parse(received[0]?.body ?? '')).toEqual({
    version: '4',
    groupKey: 'genesis_critical',
    truncatedAlerts: 0,
    status: 'firing',
    receiver: 'hook',
    groupLabels: { alertname: 'HighLatencyP95' },
    commonLabels: labels,
    commonAnnotations: annotations,
    externalURL: '',
    alerts: [
      {
        status: 'firing',
        labels,
        annotations,
        startsAt: '2026-01-01T00:00:00.000Z',
        endsAt: '0001-01-01T00:00:00Z',
        generatorURL: '',
        fingerprint: alert().fingerprint,
      },
    ],
  });
  const [ended] = webhookPayload(resolved(alert(), start + 1000), { receiver: 'hook' }).alerts;
  expect(ended).toMatchObject({ status: 'resolved', endsAt: '2026-01-01T00:00:01.000Z' });
});

/** The line that names an alert: its state, priority and rule, the target, the value and the limit. */
const headline = (state: string, limit = '< 200 ms') =>
  expect.stringMatching(inOrder(state, 'P1 HighLatencyP95', 'Genesis', '412 ms', limit));

test('a Slack message says state, figure, limit and next step, and links the runbook', () => {
  expect(slackPayload(alert(), { source })).toEqual({
    text: headline('[FIRING]', '&lt; 200 ms'),
    blocks: [
      headline(':red_circle: *[FIRING]', '&lt; 200 ms)*'),
      '*What* 412 ms over the last 5 min',
      '*Value* 412 ms',
      '*Limit* &lt; 200 ms',
      '*Next* compare the means, hold the rollout',
      '*Severity* critical',
      '*Since* 2026-01-01T00:00:00.000Z',
      '<https://example.com/runbooks#highlatencyp95|Runbook>',
    ].map((text) => ({ type: 'section', text: { type: 'mrkdwn', text, verbatim: true } })),
    unfurl_links: false,
    unfurl_media: false,
  });
});

test.for([
  ['ok', 200, 'ok', 'sent'],
  ['a page of a proxy', 200, '<html>', 'retry'],
  ['invalid_payload', 400, 'invalid_payload', 'drop'],
  ['no_service', 404, 'no_service', 'retry'],
  ['rollup_error', 500, 'rollup_error', 'retry'],
] as const)('Slack’s answer %s', async ([, status, body, result]) => {
  const { url } = await receiver((_request, response) => response.writeHead(status).end(body));
  const channel = kept(slackChannel({ name: 'slack', url, source, timeoutMs: 2000 }));
  expect((await channel.deliver(alert(), context)).result).toBe(result);
});

test('PagerDuty gets trigger, acknowledge and resolve under one key', () => {
  const of = (event: ReturnType<typeof alert>) => pagerDutyPayload(event, { routingKey: 'R', source });
  expect(of(alert())).toEqual({
    routing_key: 'R',
    event_action: 'trigger',
    dedup_key: alert().fingerprint,
    payload: {
      summary: headline('[FIRING]'),
      source,
      severity: 'critical',
      timestamp: '2026-01-01T00:00:00.000Z',
      component: source,
      group: 'genesis_critical',
      class: 'HighLatencyP95',
      custom_details: expect.objectContaining({
        value: '0.412',
        labels: expect.objectContaining({ service: 'genesis' }),
      }),
    },
    client: 'Vigil',
    links: [{ href: 'https://example.com/runbooks#highlatencyp95', text: 'Runbook' }],
  });
  const later = [of(alert({ acknowledgedBy: 'ada' })), of(resolved(alert(), start))];
  expect(later.map(({ event_action, dedup_key }) => [event_action, dedup_key])).toEqual([
    ['acknowledge', alert().fingerprint],
    ['resolve', alert().fingerprint],
  ]);
  expect(of(alert({ fingerprint: 'x'.repeat(300) })).dedup_key).toHaveLength(64);
});

test('an event too long for PagerDuty goes without its labels', () => {
  const labels = Object.fromEntries(
    Array.from({ length: 600 }, (_, index) => [`l${index}`, 'x'.repeat(1000)]),
  );
  const made = pagerDutyPayload(alert({ labels }), { routingKey: 'R', source });
  expect(made.payload.custom_details.labels).toBe('left out: too long');
  expect(made.payload.custom_details.value).toBe('0.412');
});

test('an address never ends its Slack link early', () => {
  const { blocks } = slackPayload(
    alert({ annotations: { summary: 's', runbook: 'https://example.com/a|b>c<d&e' } }),
    { source },
  );
  expect(blocks.at(-1)?.text.text).toBe('<https://example.com/a%7Cb%3Ec%3Cd&amp;e|Runbook>');
});

test('a change takes PagerDuty’s way for changes, which pages nobody', async () => {
  const { url, received } = await receiver((_request, response) => response.writeHead(202).end('{}'));
  const channel = kept(pagerDutyChannel({ name: 'pd', url, routingKey: 'R', source, timeoutMs: 2000 }));
  expect(await channel.deliver(change, context)).toEqual({ result: 'sent' });
  expect(await channel.deliver(alert(), context)).toEqual({ result: 'sent' });
  expect(await channel.deliver(trial, context)).toEqual({ result: 'sent' });
  expect(received.map(({ url: to }) => to)).toEqual(['/v2/change/enqueue', '/v2/enqueue', '/v2/enqueue']);
  expect(JSON.parse(received[0]?.body ?? '')).toEqual(pagerDutyChange(change, { routingKey: 'R', source }));
  expect(pagerDutyChange(change, { routingKey: 'R', source })).toEqual({
    routing_key: 'R',
    payload: {
      summary: '[ROLLBACK] Genesis: v2 goes back to v1',
      timestamp: '2026-01-01T00:00:00.000Z',
      source,
      custom_details: { change: 'rollback', trigger: 'R01' },
    },
    links: [{ href: 'https://example.com/rollbacks/1', text: 'Details' }],
  });
});

test.for([
  [202, 'sent'],
  [200, 'retry'],
  [400, 'drop'],
  [401, 'retry'],
  [429, 'retry'],
  [503, 'retry'],
] as const)('PagerDuty’s answer %i', async ([status, result]) => {
  const { url } = await receiver((_request, response) => response.writeHead(status).end());
  const channel = kept(pagerDutyChannel({ name: 'pd', url, routingKey: 'R', source, timeoutMs: 2000 }));
  expect((await channel.deliver(alert(), context)).result).toBe(result);
});

test('heartbeats go to the address, and its start and fail', async () => {
  const { url, received } = await receiver();
  const channel = kept(heartbeatChannel({ name: 'hc', url: `${url}/ping/1/`, source, timeoutMs: 2000 }));
  for (const state of ['start', 'success', 'fail'] as const)
    await channel.deliver({ kind: 'heartbeat', state, id: 'c1', at: trial.at }, context);
  expect(received.map(({ url: to }) => to)).toEqual(['/ping/1/start', '/ping/1', '/ping/1/fail']);
});

test('the console gets a line, and the next step under what fires', async () => {
  const lines: string[] = [];
  const channel = consoleChannel({ name: 'console', source, print: (line) => lines.push(line) });
  await channel.deliver(alert({ reminder: 2 }), context);
  await channel.deliver(resolved(alert(), start), context);
  await channel.deliver(trial, context);
  expect(lines).toEqual([
    headline('[STILL FIRING, reminder 2]'),
    '  next: compare the means, hold the rollout',
    headline('[RESOLVED]'),
    '[TEST] Genesis: a test of this channel, nothing is wrong',
  ]);
});

test('the file gets a line of JSON for each event, also after half a line that a crash left', async () => {
  const file = path.join(await temporaryFolder(), 'sub', 'notifications.jsonl');
  const channel = fileChannel({ name: 'file', path: file });
  await channel.deliver(alert({ annotations: { summary: 'two\nlines\u2028' } }), context);
  writeFileSync(file, `${readFileSync(file, 'utf8')}{"half`);
  await channel.deliver(change, context);
  const lines = readFileSync(file, 'utf8').split('\n');
  expect(lines).toHaveLength(4);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    idempotencyKey: 'key-1',
    annotations: { summary: 'two\nlines\u2028' },
  });
  expect(JSON.parse(lines[2] ?? '')).toEqual({ writtenAt: trial.at, idempotencyKey: 'key-1', ...change });
});

test('a file that can’t be written is tried again', async () => {
  const channel = fileChannel({ name: 'file', path: '/dev/null/notifications.jsonl' });
  expect(await channel.deliver(change, context)).toMatchObject({
    result: 'retry',
    reason: expect.stringMatching(/ENOTDIR|EEXIST/),
  });
});
