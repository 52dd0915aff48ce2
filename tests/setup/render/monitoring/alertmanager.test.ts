import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { engineSetup } from '../../../../src/alerts/rules/engine-setup.ts';
import type { VigilConfigInput } from '../../../../src/core/config/schema.ts';
import { stackFiles } from '../../../../src/setup/render/monitoring/monitoring-files.ts';
import { folderWith, said, settingsFor } from './rendered.ts';

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

test('grouping, reminders and inhibitions are those of Vigil’s own engine', () => {
  const { policy } = engineSetup(settings.rules);
  const { route, inhibit_rules: inhibited } = parse(textFor({}));
  expect(route.group_by).toEqual(policy.groupBy);
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
      ...(equal.length > 0 && { equal }),
    });
  });
});
