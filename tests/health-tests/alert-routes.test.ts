import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../fixtures/range/spawn-server.ts';
import { readAlertRoutes } from '../../health-tests/support/alert-routes.ts';
import { alertmanagerStatus } from '../../src/clients/alertmanager.ts';
import { startProgram } from '../clients/servers.ts';

const config = `
route:
  receiver: default
  routes:
    - match: { severity: critical, team: core }
      receiver: core-pager
      continue: true
    - match_re: { severity: crit.*|page }
      receiver: pager
      routes:
        - matchers: ['service="planner"']
          receiver: planner-pager
        - matchers: ['service=~"orch.*"', 'env!="dev"']
    - matchers: ['severity=~"warn|warning"', 'env !~ "dev|test"']
      receiver: chat
    - matchers: ['{severity="info", note="a, \\"b\\" = c"}']
      receiver: quoted
    - matchers: [ severity = info ]
      receiver: nowhere
      continue: true
    - matchers: [ 'severity=~"(?i)INFO"' ]
      receiver: mail
    - matchers: [ absent="", kind=odd ]
      receiver: mail
receivers:
  - name: default
  - name: core-pager
    webhook_configs: [{ url: 'http://127.0.0.1:1/core' }]
  - name: pager
    webhook_configs: [{ url: 'http://127.0.0.1:1/pager' }]
  - name: planner-pager
    webhook_configs: [{ url: 'http://127.0.0.1:1/planner' }]
  - name: chat
    webhook_configs: [{ url: 'http://127.0.0.1:1/chat' }]
  - name: quoted
    webhook_configs: []
  - name: nowhere
  - name: mail
    webhook_configs: [{ url: 'http://127.0.0.1:1/mail' }]
`;

const alerts: [labels: Record<string, string>, receivers: string[], own: boolean][] = [
  [{ severity: 'critical', team: 'core' }, ['core-pager', 'pager'], true],
  [{ severity: 'critical', team: 'other' }, ['pager'], true],
  [{ severity: 'critical', service: 'planner' }, ['planner-pager'], true],
  [{ severity: 'critical', service: 'orchestrator', env: 'prod' }, ['pager'], true],
  [{ severity: 'critical', service: 'orchestrator', env: 'dev' }, ['pager'], true],
  [{ severity: 'uncritical' }, ['default'], false],
  [{ severity: 'page' }, ['pager'], true],
  [{ severity: 'paged' }, ['default'], false],
  [{ severity: 'warning' }, ['chat'], true],
  [{ severity: 'warning', env: 'dev' }, ['default'], false],
  [{ severity: 'warning', env: 'develop' }, ['chat'], true],
  [{ severity: 'info', note: 'a, "b" = c' }, ['quoted'], true],
  [{ severity: 'info' }, ['nowhere', 'mail'], true],
  [{ severity: 'INFO' }, ['mail'], true],
  [{ kind: 'odd' }, ['mail'], true],
  [{ kind: 'odd', absent: 'no' }, ['default'], false],
  [{}, ['default'], false],
];

describe('the route tree', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'vigil-routes-'));
  const file = path.join(folder, 'alertmanager.yml');
  beforeAll(() => writeFileSync(file, config));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(alerts)('takes %j to %j', async (labels, receivers, own) => {
    const routes = await readAlertRoutes(config);
    expect(routes.receiversFor(labels)).toEqual(receivers);
    expect(routes.hasOwnRoute(labels)).toBe(own);
  });

  test('is walked as amtool walks it', { tags: ['amtool'] }, () => {
    for (const [labels, receivers] of alerts) {
      // amtool has its own splitting of arguments: what is quoted there is another thing.
      if ('note' in labels) continue;
      const pairs = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
      const said = execFileSync('amtool', ['config', 'routes', 'test', `--config.file=${file}`, ...pairs], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      expect([labels, said.toString().trim().split(',')]).toEqual([labels, receivers]);
    }
  });

  test('reads the newer syntax with quoted label names', async () => {
    const newer = `route: { receiver: a, routes: [{ receiver: b, matchers: ['"my.label"="x"'] }] }`;
    expect((await readAlertRoutes(newer)).receiversFor({ 'my.label': 'x' })).toEqual(['b']);
  });
});

test('a receiver delivers when it exists and has an integration', async () => {
  const { deliverable } = await readAlertRoutes(config);
  expect(['pager', 'nowhere', 'quoted', 'ghost'].map((name) => deliverable(name))).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

test.each([
  ['no YAML', 'route: [', 'YAML'],
  ['no route', 'receivers: []', 'a root route with a receiver'],
  [
    'a broken matcher',
    'route: { receiver: a, routes: [{ matchers: ["severity"] }] }',
    'bad matcher: severity',
  ],
  ['a stray quote', `route: { receiver: a, routes: [{ matchers: ['a="b'] }] }`, 'double quote'],
  ['a broken expression', `route: { receiver: a, routes: [{ matchers: ['a=~"("'] }] }`, 'regular expression'],
])('a configuration with %s is refused', async (_what, text, message) => {
  const asked = async () => (await readAlertRoutes(text)).receiversFor({ severity: 'x' });
  await expect(asked()).rejects.toThrow(message);
  await expect(asked()).rejects.toThrow('the configuration of Alertmanager');
});

test('a real Alertmanager tells its readiness, version and configuration', {
  tags: ['prometheus-alertmanager'],
}, async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'vigil-alertmanager-'));
  const file = path.join(folder, 'alertmanager.yml');
  writeFileSync(file, config);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const args = [
    `--config.file=${file}`,
    `--storage.path=${folder}/data`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address=',
  ];
  const { stop } = await startProgram('prometheus-alertmanager', args, `${url}/-/ready`);
  try {
    const status = await alertmanagerStatus(url);
    expect(status.ready).toBe(true);
    expect(status.version).toMatch(/^\d+\.\d+/);
    // What it gives back is written anew, and must lead alerts the same way.
    const routes = await readAlertRoutes(status.config);
    for (const [labels, receivers, own] of alerts) {
      expect([labels, routes.receiversFor(labels)]).toEqual([labels, receivers]);
      expect(routes.hasOwnRoute(labels)).toBe(own);
    }
    expect(routes.deliverable('pager')).toBe(true);
    expect(routes.deliverable('nowhere')).toBe(false);
  } finally {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
