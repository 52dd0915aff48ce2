import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { engineSetup } from '../../../../src/alerts/rules/engine-setup.ts';
import type { VigilConfigInput } from '../../../../src/core/config/schema.ts';
import { composeFile } from '../../../../src/setup/render/monitoring/containers/compose.ts';
import { stackFiles } from '../../../../src/setup/render/monitoring/monitoring-files.ts';
import { folderWith } from '../../../support/folder-with.ts';
import { said, settingsFor } from './rendered.ts';

const settings = settingsFor();
const textFor = (config: VigilConfigInput) =>
  stackFiles(settingsFor(config)).find(({ path: file }) => file === 'alertmanager.yml')?.text ?? '';

const everything = {
  slack: { apiUrlFile: '/etc/alertmanager/secrets/slack', channel: '#on-call' },
  pagerduty: { routingKeyFile: '/etc/alertmanager/secrets/pagerduty' },
  email: {
    smarthost: 'mail.example.com:587',
    from: 'vigil@example.com',
    to: ['a@example.com', 'b@example.com'],
    username: 'vigil',
    passwordFile: '/etc/alertmanager/secrets/mail',
  },
} satisfies VigilConfigInput['monitoring'];

const ofLoop = {
  notifications: {
    channels: [
      { type: 'slack', secretUrl: 'env:SLACK_URL' },
      { type: 'pagerduty', name: 'night', secretKey: 'file:/run/secrets/pagerduty' },
      {
        type: 'email',
        host: 'mail.example.com',
        port: 465,
        secure: true,
        from: 'vigil@example.com',
        to: ['a@example.com', 'b@example.com'],
        username: 'vigil',
        password: 'exec:10m:print-password',
      },
      { type: 'console' },
    ],
    routes: [
      { priority: ['P0'], channels: ['night'] },
      { severity: ['critical', 'warning'], channels: ['slack'] },
      { severity: ['info'], channels: ['email'] },
    ],
  },
} satisfies VigilConfigInput;

const kindsOf = (text: string): Record<string, string[]> =>
  Object.fromEntries(
    (parse(text).receivers as Record<string, unknown>[]).map(({ name, ...configs }) => [
      name,
      Object.keys(configs),
    ]),
  );

describe.each([
  ['with nothing but the webhook', {}],
  ['with Slack, PagerDuty and e-mail', { monitoring: everything }],
  ['with the channels of the loop', { notifications: { channels: ofLoop.notifications.channels } }],
  ['in a rehearsal', { monitoring: { timeScale: 0.01, heartbeatInterval: '1s' } }],
] satisfies [string, VigilConfigInput][])('%s', (_, config) => {
  const folder = () => folderWith({ 'alertmanager.yml': textFor(config) });

  test('a real amtool accepts the configuration', { tags: ['amtool'] }, async () => {
    const { exitCode, text } = await said('amtool', ['check-config', 'alertmanager.yml'], folder());
    expect(text).toContain('4 receivers');
    expect(exitCode).toBe(0);
  });

  test.each([
    ['heartbeat', ['alertname=Watchdog', 'severity=none']],
    // Taken for the gravest: nobody should have to wait for what nobody knows.
    ['critical', ['alertname=SomebodyElses']],
    ...settings.rules.map(({ name, severity, labels }): [string, string[]] => [
      severity,
      [`alertname=${name}`, ...Object.entries(labels).map(([label, value]) => `${label}=${value}`)],
    ]),
  ])('%s is told of %j', { tags: ['amtool'] }, async (receiver, labels) => {
    const args = ['--config.file', 'alertmanager.yml', `--verify.receivers=${receiver}`, ...labels];
    const { exitCode, text } = await said('amtool', ['config', 'routes', 'test', ...args], folder());
    expect({ exitCode, text: text.split('\n')[0] }).toEqual({ exitCode: 0, text: receiver });
  });
});

test('a wrong receiver is a failure of the same question, so that the answers above mean something', {
  tags: ['amtool'],
}, async () => {
  const args = ['--config.file', 'alertmanager.yml', '--verify.receivers=info', 'severity=critical'];
  const folder = folderWith({ 'alertmanager.yml': textFor({}) });
  expect((await said('amtool', ['config', 'routes', 'test', ...args], folder)).exitCode).not.toBe(0);
});

test('who is not configured is not told, and the webhook always is', () => {
  expect(kindsOf(textFor({}))).toEqual({
    critical: ['webhook_configs'],
    warning: ['webhook_configs'],
    info: ['webhook_configs'],
    heartbeat: ['webhook_configs'],
  });
  expect(kindsOf(textFor({ monitoring: everything }))).toEqual({
    critical: ['webhook_configs', 'slack_configs', 'pagerduty_configs', 'email_configs'],
    warning: ['webhook_configs', 'slack_configs', 'email_configs'],
    info: ['webhook_configs', 'email_configs'],
    heartbeat: ['webhook_configs'],
  });
});

test('secrets are named by file, and no key is there that would hold one itself', () => {
  const text = textFor({ monitoring: everything });
  for (const key of ['api_url_file', 'routing_key_file', 'auth_password_file'])
    expect.soft(text).toContain(`${key}: /etc/alertmanager/secrets/`);
  expect(text).not.toMatch(/(api_url|routing_key|service_key|auth_password|auth_secret):/);
});

test('the channels of the loop are told by its own routes, with their secrets by file', async () => {
  const text = textFor(ofLoop);
  expect(kindsOf(text)).toEqual({
    critical: ['webhook_configs', 'slack_configs'],
    'critical-p0': ['webhook_configs', 'slack_configs', 'pagerduty_configs'],
    warning: ['webhook_configs', 'slack_configs'],
    info: ['webhook_configs', 'email_configs'],
    heartbeat: ['webhook_configs'],
  });
  const { receivers } = parse(text);
  const config = (name: string, kind: string) =>
    receivers.find((one: { name: string }) => one.name === name)[kind][0];
  expect(config('critical', 'slack_configs').api_url_file).toBe('/etc/alertmanager/secrets/SLACK_URL');
  expect(config('critical-p0', 'pagerduty_configs')).toMatchObject({
    routing_key_file: '/run/secrets/pagerduty',
    url: 'https://events.pagerduty.com/v2/enqueue',
  });
  expect(config('info', 'email_configs')).toMatchObject({
    to: 'a@example.com, b@example.com',
    smarthost: 'mail.example.com:465',
    auth_password_file: '/etc/alertmanager/secrets/email-password',
    require_tls: false,
  });
  expect(text).toContain('each is sent twice');
  const byPrometheus = { ...ofLoop.notifications, rulesBy: 'prometheus' as const };
  expect(textFor({ notifications: byPrometheus })).not.toContain('each is sent twice');
  const compose = composeFile(settingsFor(ofLoop));
  expect(parse(compose).services.alertmanager.volumes).toEqual(
    expect.arrayContaining([
      './secrets/SLACK_URL:/etc/alertmanager/secrets/SLACK_URL:ro',
      '/run/secrets/pagerduty:/run/secrets/pagerduty:ro',
    ]),
  );
});

test('an alert of a priority with a route of its own goes there, in a real amtool', {
  tags: ['amtool'],
}, async () => {
  const folder = folderWith({ 'alertmanager.yml': textFor(ofLoop) });
  const of = async (...labels: string[]) => {
    const args = ['config', 'routes', 'test', '--config.file', 'alertmanager.yml', ...labels];
    return (await said('amtool', args, folder)).text.split('\n')[0];
  };
  expect(await of('severity=critical', 'priority=P0')).toBe('critical-p0');
  expect(await of('severity=critical', 'priority=P1')).toBe('critical');
});

test('receivers on this machine are marked as a demonstration, and no others', () => {
  const marked = (text: string) => text.match(/^ .*# a demonstration/gm) ?? [];
  expect(marked(textFor({}))).toHaveLength(4);
  const own = {
    webhook: 'https://on-call.example.com/alerts',
    heartbeat: 'https://on-call.example.com/beat',
  };
  expect(textFor({ monitoring: own })).not.toContain('demonstration');
});

test('a service that is down silences what is told of itself or of no service, never another’s', () => {
  const rules = parse(textFor({})).inhibit_rules.filter(
    ({ source_matchers: [source] }: { source_matchers: string[] }) => source === 'alertname="ServiceDown"',
  );
  expect(
    rules.map(({ target_matchers: [, ...whose], equal }: { target_matchers: string[]; equal: string[] }) => [
      ...whose,
      ...equal,
    ]),
  ).toEqual([
    ['service=""', 'deployment'],
    ['service!=""', 'instance=""', 'deployment', 'service'],
    ['instance!=""', 'deployment', 'service', 'instance'],
  ]);
});

test('grouping, reminders and inhibitions are those of Vigil’s own engine, within one deployment', () => {
  const { policy } = engineSetup(settings.rules);
  const { route, inhibit_rules: inhibited } = parse(textFor({}));
  expect(route.group_by).toEqual(['deployment', ...policy.groupBy]);
  expect(route.group_wait).toBe('30s');
  const repeats = Object.fromEntries(
    route.routes.map((one: { receiver: string; repeat_interval: string }) => [
      one.receiver,
      one.repeat_interval,
    ]),
  );
  expect(repeats).toEqual({ heartbeat: '30s', critical: '1h', warning: '4h', info: '120h' });
  expect(inhibited).toHaveLength(policy.inhibitions.length);
  policy.inhibitions.forEach(({ source, target, equal }, index) => {
    const texts = (matchers: typeof source) =>
      matchers.map(({ label, operator, value }) => `${label}${operator}"${value}"`);
    expect(inhibited[index]).toEqual({
      source_matchers: texts(source),
      target_matchers: texts(target),
      equal: ['deployment', ...equal],
    });
  });
});
