import { expect, test } from 'vitest';
import type { Channel } from '../../../src/alerts/notify/channel.ts';
import { createEscalation, createRouter } from '../../../src/alerts/notify/routing.ts';
import { testNotifications } from '../../../src/alerts/notify/test-notifications.ts';
import { notificationsSchema } from '../../../src/core/config/notifications.ts';
import { createRedactor } from '../../../src/core/text/redactor.ts';
import { inOrder } from '../../support/in-order.ts';
import { alert, type Heard, hearing, start } from './support.ts';

const named = (name: string, more: Partial<Channel> = {}) =>
  hearing([], undefined, { name, type: name, ...more });
const channels = [
  named('slack', { accepts: ({ kind }) => kind !== 'heartbeat' }),
  named('pagerduty', { accepts: ({ kind }) => kind !== 'heartbeat' }),
  named('console', { accepts: ({ kind }) => kind !== 'heartbeat' }),
  named('file'),
];
const info = alert({ severity: 'info', priority: 'P4' });
const warning = alert({ severity: 'warning', priority: 'P2' });

test('by default critical and warning go to all, info to console and file', () => {
  const route = createRouter(channels);
  expect(route(alert())).toEqual(['slack', 'pagerduty', 'console', 'file']);
  expect(route(warning)).toEqual(['slack', 'pagerduty', 'console', 'file']);
  expect(route(info)).toEqual(['console', 'file']);
});

test('routes add up, and what none names takes the default', () => {
  const route = createRouter(channels, {
    routes: [
      { severity: ['critical'], channels: ['pagerduty'] },
      { priority: ['P0', 'P1'], channels: ['slack', 'pagerduty'] },
    ],
  });
  expect(route(alert())).toEqual(['slack', 'pagerduty']);
  expect(route(alert({ priority: 'P3' }))).toEqual(['pagerduty']);
  expect(route(warning)).toHaveLength(4);
  expect(route(info)).toEqual(['console', 'file']);
});

test('a route that waits takes an alert after its time, and no channel that has it at once', () => {
  const routes = [
    { priority: ['P1' as const], channels: ['slack'] },
    { priority: ['P1' as const], after: 600_000, channels: ['pagerduty', 'slack', 'nobody'] },
  ];
  expect(createRouter(channels, { routes })(alert())).toEqual(['slack']);
  const escalate = createEscalation(channels, { routes });
  expect(escalate(alert())).toEqual([{ channel: 'pagerduty', afterMs: 600_000 }]);
  expect(escalate(warning)).toEqual([]);
  expect(escalate(alert({ only: ['slack'] }))).toEqual([]);
  const byPrometheus = createEscalation(channels, { routes, rulesBy: 'prometheus' });
  expect(byPrometheus(alert({ alertname: 'HighLatencyP95' }))).toEqual([]);
  // Without a route of now the default is told at once, but for who waits.
  const waiting = { routes: [{ after: 600_000, channels: ['pagerduty'] }] };
  expect(createRouter(channels, waiting)(alert())).toEqual(['slack', 'console', 'file']);
  expect(createEscalation(channels, waiting)(alert())).toEqual([{ channel: 'pagerduty', afterMs: 600_000 }]);
});

test('where Prometheus tells of the rules, their alerts take no channel, and all others do', () => {
  const route = createRouter(channels, { rulesBy: 'prometheus' });
  expect(route(alert({ alertname: 'HighLatencyP95' }))).toEqual([]);
  expect(route(alert({ alertname: 'HealthCheckFailed' }))).toHaveLength(4);
  expect(route({ kind: 'change', change: 'rollback', id: '1', at: '', summary: '' })).toHaveLength(4);
});

test('an event that names its channels takes no other, and each takes only what it knows', () => {
  const route = createRouter(channels, { routes: [{ channels: ['pagerduty'] }] });
  expect(route(alert({ only: ['slack', 'nobody'] }))).toEqual(['slack']);
  expect(route({ kind: 'heartbeat', state: 'success', id: '1', at: '' })).toEqual(['file']);
  expect(route({ kind: 'change', change: 'deployment', id: '1', at: '', summary: '' })).toHaveLength(4);
});

test('a test goes through every channel, and says how long it took and why it failed', async () => {
  const heard: Heard[] = [];
  const clock = { ms: start };
  const slow = hearing(
    heard,
    () => {
      clock.ms += 25;
      return { result: 'sent' };
    },
    { name: 'slow', type: 'pagerduty' },
  );
  const refused = hearing(heard, () => ({ result: 'drop', reason: 'HTTP 403: Bearer abcdefgh1234' }), {
    name: 'no',
  });
  const broken = hearing(
    heard,
    () => {
      throw new Error('a mistake');
    },
    { name: 'broken' },
  );
  const options = { redactor: createRedactor(), now: () => clock.ms, id: 't1' };
  expect(await testNotifications([slow, refused, broken], options)).toEqual([
    { channel: 'slow', type: 'pagerduty', delivered: true, latencyMs: 25 },
    {
      channel: 'no',
      type: 'ear',
      delivered: false,
      latencyMs: expect.any(Number),
      error: 'HTTP 403: Bearer [redacted]',
    },
    { channel: 'broken', type: 'ear', delivered: false, latencyMs: expect.any(Number), error: 'a mistake' },
  ]);
  expect(heard.map(({ event }) => event.kind === 'test' && event.state)).toEqual(['firing', 'resolved']);
});

const says = (input: unknown) =>
  (notificationsSchema.safeParse(input).error?.issues ?? []).map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  );

test('the configuration has its defaults', () => {
  expect(notificationsSchema.parse({ channels: [{ type: 'alertmanager', url: 'http://am:9093/' }] })).toEqual(
    {
      channels: [
        { type: 'alertmanager', url: 'http://am:9093', timeout: 10_000, resend: 60_000, spacing: 60_000 },
      ],
      routes: [],
      rulesBy: 'vigil',
    },
  );
});

test.for([
  [
    { type: 'slack', secretUrl: 'https://hooks.slack.com/services/x' },
    /secretUrl: expected a reference, env:NAME/,
  ],
  [{ type: 'slack' }, /secretUrl: expected a reference to the secret/],
  [{ type: 'pagerduty', secretKey: 'abcdef' }, /secretKey: expected a reference/],
  [
    { type: 'email', host: 'm', from: 'a@b.co', to: ['a@b.co'], username: 'x', password: 'y' },
    /password: expected a ref/,
  ],
  [{ type: 'email', host: 'm', from: 'a@b.co', to: ['a@b.co\r\nBcc: e@e.co'] }, /to.0: expected an e-mail/],
  [
    { type: 'email', host: 'm', from: 'a@b.co', to: ['a@b.co'], username: 'x' },
    /username and password together/,
  ],
  [{ type: 'webhook' }, /expected either url, or secretUrl/],
  [{ type: 'webhook', url: 'http://user:pass@host/' }, /without user and password/],
  [{ type: 'webhook', url: 'ftp://host/' }, /http:\/\/ or https/],
  [{ type: 'pigeon' }, /expected one of the types/],
  [{ type: 'console', name: 'a b' }, /at most 40 letters/],
  [{ type: 'alertmanager', url: 'http://a', resend: 'soon' }, /resend: expected a duration/],
] as const)('a mistake in %o is named', ([channel, message]) => {
  expect(says({ channels: [channel] }).join('\n')).toMatch(message);
});

test('two channels of a name and a route to nobody are refused', () => {
  expect(
    says({ channels: [{ type: 'console' }, { type: 'console' }], routes: [{ channels: ['slack'] }] }),
  ).toEqual([
    expect.stringMatching(inOrder('channels.1.name', '"console" is taken')),
    expect.stringMatching(inOrder('routes.0.channels.0', 'console, console')),
  ]);
});
