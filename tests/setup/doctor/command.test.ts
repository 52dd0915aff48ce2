// @module-tag git

import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { answering, httpServer } from '../../clients/servers.ts';
import { git } from '../../release/rollback/two-releases.ts';
import { quietTarget } from '../../scripts/target.ts';
import { vigil } from '../../scripts/vigil.ts';
import { inOrder } from '../../support/in-order.ts';

function folderWith(config: object): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'vigil-doctor-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(path.join(folder, 'vigil.config.json'), JSON.stringify(config));
  return folder;
}

const doctor = (cwd: string, ...args: string[]) => vigil(['doctor', '--port', '0', ...args], { cwd });

test('a sound configuration passes, and what could be better is said', async () => {
  const cwd = folderWith({ target: { orchestration: await quietTarget() } });
  const { code, stdout } = await doctor(cwd);
  expect(stdout).toMatch(/✓ target\.orchestration +answers, 4 metric families/);
  expect(stdout).toMatch(/! rollback +no rollback is configured/);
  expect(stdout).toMatch(/! notifications +no notification channel/);
  expect(code).toBe(0);
});

test('only of a channel that has secrets it is said that they resolve; the suite is looked for', async () => {
  const cwd = folderWith({
    target: { orchestration: await quietTarget() },
    suite: { root: 'nowhere', command: ['no-such-runner', '{junit}'] },
    notifications: {
      channels: [
        { type: 'console' },
        { type: 'file', path: 'alerts.jsonl' },
        { type: 'webhook', secretUrl: 'file:url' },
      ],
    },
  });
  writeFileSync(path.join(cwd, 'url'), 'http://127.0.0.1:9/');
  const { stdout } = await doctor(cwd);
  expect(stdout).toMatch(/notifications\.console +configured;/);
  expect(stdout).toMatch(/notifications\.file +configured;/);
  expect(stdout).toMatch(/notifications\.webhook +its secrets resolve;/);
  expect(stdout).toMatch(/✗ suite +suite\.root does not exist: .*nowhere/);
});

test('everything that is wrong is found at once, each with what to do, and exits 1', async () => {
  const cwd = folderWith({
    target: {
      orchestration: 'http://127.0.0.1:9',
      logs: ['/nowhere/*.log'],
      release: { manifest: 'none.json' },
      smoke: { command: ['no-such-smoke', '{junit}'] },
    },
    notifications: { channels: [{ type: 'slack', secretUrl: 'env:VIGIL_TEST_NOT_SET' }] },
    rollback: {
      options: ['backup', 'git'],
      commands: { restart: ['true'] },
      backup: { archive: 'none.tar.gz', folder: 'live' },
      git: { folder: '.' },
    },
  });
  const { code, stdout } = await doctor(cwd, '--json');
  const { ok, findings } = JSON.parse(stdout);
  const problems = findings.filter(({ state }: { state: string }) => state === 'problem');
  expect(problems.map(({ subject }: { subject: string }) => subject)).toEqual([
    'target.orchestration',
    'target.logs',
    'target.release',
    'target.smoke',
    'notifications.slack',
    'rollback.backup',
    'rollback.git',
    'restore',
  ]);
  expect(problems.at(-1).hint).toMatch(/rollback\.budgets/);
  expect(problems.find(({ subject }: { subject: string }) => subject === 'rollback.backup').detail).toContain(
    'no SHA-256 is configured',
  );
  expect(ok).toBe(false);
  expect(code).toBe(1);
});

test('before a release the one that is named to go back to may run: a note, and the programs are looked for', async () => {
  const app = mkdtempSync(path.join(tmpdir(), 'vigil-doctor-app-'));
  onTestFinished(() => rmSync(app, { recursive: true }));
  git(app, 'init', '-q');
  git(app, 'commit', '-q', '--allow-empty', '-m', 'v1');
  git(app, 'tag', 'v1');
  const said = async (restart: string) => {
    const cwd = folderWith({
      target: { orchestration: await quietTarget() },
      rollback: { options: ['git'], commands: { restart: [restart] }, git: { folder: app, to: 'v1' } },
    });
    const { code, stdout } = await doctor(cwd);
    return { code, line: /^.*rollback\.git .*$/m.exec(stdout)?.[0] };
  };
  expect(await said('true')).toEqual({
    code: 0,
    line: expect.stringMatching(inOrder('✓ rollback.git', 'nothing to roll back to yet', 'at v1 already')),
  });
  expect(await said('no-such-program')).toEqual({
    code: 1,
    line: expect.stringContaining('no-such-program'),
  });
});

test('several probes page nobody without Prometheus and Alertmanager', async () => {
  const answers = (rules: object[], alertmanagers: object[]) =>
    httpServer(
      answering({
        '/api/v1/rules': [200, { status: 'success', data: { groups: [{ rules }] } }],
        '/api/v1/alertmanagers': [
          200,
          { status: 'success', data: { activeAlertmanagers: alertmanagers, droppedAlertmanagers: [] } },
        ],
      }),
    );
  const rule = { name: 'HealthCheckFailed', health: 'ok' };
  const probes = ['a', 'b'].map((name, index) => ({ name, url: `http://127.0.0.1:900${index}` }));
  const said = async (prometheus: string) => {
    const config = { target: { orchestration: await quietTarget() }, monitoring: { probes, prometheus } };
    return (await doctor(folderWith(config))).stdout;
  };
  expect(await said('http://127.0.0.1:9')).toMatch(/! monitoring\.probes +2 probes, and nothing pages/);
  expect(await said(await answers([], [{ url: 'http://am' }]))).toContain(
    'evaluates no rule HealthCheckFailed',
  );
  expect(await said(await answers([rule], []))).toContain('to no Alertmanager');
  expect(await said(await answers([rule], [{ url: 'http://am' }]))).toMatch(/✓ monitoring\.probes +2;/);
});

test('a service without metrics is sound when it answers', async () => {
  const probes = [{ type: 'http', url: '/' }];
  const cwd = folderWith({ target: { url: await httpServer((_, answer) => answer.end('hello')) }, probes });
  const { code, stdout } = await doctor(cwd);
  expect(stdout).toMatch(/✓ target\.url +answers 200; no metrics are configured/);
  expect(code).toBe(0);
  const down = folderWith({ target: { url: 'http://127.0.0.1:9' }, probes });
  expect((await doctor(down)).stdout).toMatch(/✗ target\.url /);
});

test('the way that each address takes is said', async () => {
  const url = await httpServer((_, answer) => answer.end('hello'));
  const cwd = folderWith({
    services: { api: { url } },
    probes: [
      { type: 'http', url: 'http://shop.example.com/' },
      { type: 'http', url: 'http://intern.example.com/' },
    ],
  });
  expect((await doctor(cwd)).stdout).toMatch(/✓ proxy +none: every address is asked directly/);
  const env = {
    HTTP_PROXY: 'http://vigil:hunter22@proxy.example.com:3128',
    NO_PROXY: 'intern.example.com',
  };
  const { stdout } = await vigil(['doctor', '--port', '0'], { cwd, env });
  expect(stdout).toContain('http://shop.example.com by http://proxy.example.com:3128');
  expect(stdout).toContain('http://intern.example.com directly');
  expect(stdout).toContain(`${url} directly`);
  expect(stdout).not.toContain('hunter22');
});

test('each instance of each service is looked at', async () => {
  const [one, two] = await Promise.all([
    httpServer(answering({ '/well': [204, ''], '/metrics': [200, 'shop_up 1\n'] })),
    httpServer(answering({ '/well': [503, ''] })),
  ]);
  const cwd = folderWith({
    services: { api: { url: one, instances: [one, two], health: '/well', metrics: '/metrics' } },
    probes: [{ type: 'http', url: '/' }],
  });
  const { code, stdout } = await doctor(cwd);
  expect(stdout).toMatch(/✓ services\.api +api at 127\.0\.0\.1:\d+: answers 204, 1 metric families/);
  expect(stdout).toMatch(/✗ services\.api +http:\/\/127\.0\.0\.1:\d+\/well answered 503/);
  expect(code).toBe(1);
});

test('the address that users come by is asked beside the instances behind it', async () => {
  const one = await httpServer(answering({ '/well': [200, ''] }));
  const front = await httpServer(answering({ '/well': [502, 'no live upstreams'] }));
  const said = async (url: string, health?: string) => {
    const api = { url, instances: [one], ...(health && { health }) };
    const { code, stdout } = await doctor(
      folderWith({ services: { api }, probes: [{ type: 'http', url: '/' }] }),
    );
    return { code, line: /^.*services\.api\.url .*$/m.exec(stdout)?.[0] };
  };
  expect(await said(front, '/well')).toMatchObject({
    code: 1,
    line: expect.stringMatching(/✗ .*answered 502/),
  });
  expect(await said('http://127.0.0.1:9')).toMatchObject({ code: 1, line: expect.stringMatching(/✗ .*127/) });
  expect(await said(front)).toMatchObject({ code: 0, line: expect.stringMatching(/✓ .*answers 404/) });
  expect((await said(one)).line).toBeUndefined();
});

test('every secret is resolved: those that are missing are named by doctor, and a watch exits 64 with all of them', async () => {
  const cwd = folderWith({
    target: { url: 'http://127.0.0.1:9' },
    suite: { env: { TOKEN: 'file:/nowhere/token' } },
    probes: [
      { type: 'http', url: '/', headers: { authorization: 'env:VIGIL_TEST_NOT_SET' } },
      { type: 'http', id: 'set', url: '/', headers: { authorization: 'env:VIGIL_TEST_SET_SECRET' } },
    ],
  });
  const env = { VIGIL_TEST_SET_SECRET: 'correct-horse-battery' };
  const { code, stdout } = await vigil(['doctor', '--port', '0'], { cwd, env });
  expect(stdout).toMatch(/✗ probes\.0\.headers\.authorization .*env:VIGIL_TEST_NOT_SET/);
  expect(stdout).toMatch(/✓ probes\.1\.headers\.authorization .*env:VIGIL_TEST_SET_SECRET resolves/);
  expect(stdout).toMatch(/✗ suite\.env\.TOKEN .*file:\/nowhere\/token/);
  expect(stdout).not.toContain('correct-horse');
  expect(code).toBe(1);
  for (const more of [[], ['--loop', '--port', '0'], ['--baseline']]) {
    const watch = await vigil(['monitor', ...more], { cwd, env });
    expect(watch.code).toBe(64);
    expect(watch.stderr).toMatch(/env:VIGIL_TEST_NOT_SET[\s\S]*file:\/nowhere\/token/);
  }
});

test('a port in use is found', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  const cwd = folderWith({ target: { orchestration: await quietTarget() } });
  const { code, stdout } = await vigil(['doctor', '--port', String(port)], { cwd });
  expect(stdout).toMatch(/✗ port +.*EADDRINUSE/);
  expect(code).toBe(1);
});

test('--explain shows every key with its value and who gave it, and no secret', async () => {
  const cwd = folderWith({
    name: 'shop',
    interval: '3m',
    target: { orchestration: 'http://user:hunter2@127.0.0.1:9' },
    rollback: {
      options: ['git'],
      git: { folder: 'app' },
      commands: { restart: ['true'] },
      budgets: { verify: '4m' },
    },
  });
  const env = { VIGIL_LIVE_WINDOW: '10m' };
  const { code, stdout } = await vigil(['doctor', '--explain', '--reports', 'elsewhere'], { cwd, env });
  const line = (key: string) => stdout.split('\n').find((one) => one.startsWith(`${key} `));
  const file = path.join(cwd, 'vigil.config.json');
  expect(line('interval')).toMatch(/^interval +3m +file$/);
  expect(line('liveWindow')).toMatch(/^liveWindow +10m +VIGIL_LIVE_WINDOW$/);
  expect(line('timeout')).toMatch(/^timeout +2m +default$/);
  expect(line('rollback.budgets.verify')).toMatch(/ 4m +file$/);
  expect(line('reports')).toMatch(new RegExp(`"${cwd}/elsewhere" +--reports$`));
  expect(stdout).toContain(`File: ${file}\n`);
  expect(stdout).toMatch(/^Without a value: .*target\.planner/m);
  expect(stdout).not.toContain('hunter2');
  expect(code).toBe(0);

  const json = await vigil(['doctor', '--explain', '--json'], { cwd, env });
  const { configuration } = JSON.parse(json.stdout);
  expect(configuration).toContainEqual({
    key: 'liveWindow',
    value: '10m',
    source: 'environment',
    from: 'VIGIL_LIVE_WINDOW',
    variable: 'VIGIL_LIVE_WINDOW',
  });
  const looked = await doctor(cwd);
  expect(looked.stdout).toMatch(/✓ configuration +\S+vigil\.config\.json, \d+ keys;/);
});

/** A folder with this configuration and a release before the present one. */
function repositoryWith(config: object): string {
  const folder = folderWith(config);
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { cwd: folder });
  git('init', '--quiet');
  for (const release of ['v1', 'v2']) git('commit', '--quiet', '--allow-empty', '--message', release);
  return folder;
}

test('a service that does not count its requests in flight is named where a rollback takes the traffic away', async () => {
  const url = await httpServer((_request, response) =>
    response.end('# TYPE shop_requests_now gauge\nshop_requests_now 3\n'),
  );
  const found = async (metric: string) => {
    const cwd = repositoryWith({
      services: { shop: { url, metrics: '/metrics' }, search: { url } },
      probes: [{ type: 'http', service: 'shop', url: '/' }],
      rollback: {
        options: ['git'],
        git: { folder: '.', to: 'HEAD~1' },
        commands: { drain: ['true'], undrain: ['true'], restart: ['true'] },
        drain: { metric },
      },
    });
    const { findings } = JSON.parse((await doctor(cwd, '--json')).stdout);
    const subjects = findings.map(({ subject }: { subject: string }) => subject);
    expect(subjects).toContain('rollback.git');
    return findings.filter(({ subject }: { subject: string }) => subject === 'rollback.drain.metric');
  };
  expect(await found('shop_requests_now')).toEqual([]);
  expect(await found('shop_active_requests')).toEqual([
    expect.objectContaining({
      state: 'warning',
      detail: expect.stringMatching(/^shop: no metric shop_active_requests/),
    }),
  ]);
});
