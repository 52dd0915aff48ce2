// @module-tag root
// @module-tag unshare
// @module-tag setpriv
// @module-tag ip

import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { emptyProject, must, pack, type Ran, repository } from './install.ts';
import { node, type Place, runIn } from './place.ts';

let installed: string;

/** A service that answers, and a suite that asks it and says where it is at home. */
const suite = {
  'vigil.config.json': JSON.stringify({
    target: { url: 'http://127.0.0.1:3000' },
    suite: { root: 'checks', catalogue: 'checks/checks.json' },
  }),
  'checks/vitest.config.ts':
    "import { healthTests } from 'vitest-vigil/config';\nexport default healthTests();\n",
  'checks/checks.json': JSON.stringify({
    version: 1,
    checks: [
      {
        id: 'W01',
        title: 'answers',
        group: 'own.check.ts',
        severity: 'critical',
        priority: 'P1',
        next: 'look',
      },
    ],
  }),
  'checks/own.check.ts': `
    import { mkdirSync, writeFileSync } from 'node:fs';
    import { homedir } from 'node:os';
    import { check } from 'vitest-vigil/vitest';
    check('answers', { id: 'W01', objective: '< 5 s' }, async ({ target, measure }) => {
      const answer = await target.get('/');
      measure.none('errors', answer.status === 200 ? [] : [\`status \${answer.status}\`]);
      measure(answer.durationMs / 1000);
      mkdirSync(homedir() + '/.cache', { recursive: true });
      writeFileSync(homedir() + '/.cache/own', '');
    });`,
  'empty.json': '{}',
};

beforeAll(async () => {
  installed = emptyProject();
  chmodSync(installed, 0o755);
  for (const [name, text] of Object.entries(suite)) {
    mkdirSync(path.dirname(path.join(installed, name)), { recursive: true });
    writeFileSync(path.join(installed, name), text);
  }
  writeFileSync(path.join(installed, 'package.json'), '{ "private": true, "type": "module" }\n');
  const tarball = await pack(installed);
  await must(
    'npm',
    ['install', '--no-audit', '--no-fund', '--prefer-offline', tarball, 'vitest@5'],
    installed,
  );
}, 300_000);
afterAll(() => rmSync(installed, { recursive: true, force: true }));

/** A folder of this machine that a user of the place may write. */
function folderOf(user: number): string {
  const folder = emptyProject();
  chownSync(folder, user, user);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const vigil = 'node_modules/vitest-vigil/dist/bin/vigil.js';
const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin';

/** The installation as it is in each of the places: read-only, with one folder for reports. */
function installation(user: number, env: Record<string, string>): Place & { reports: string } {
  const reports = folderOf(user);
  return {
    user,
    reports,
    env: { PATH: systemPath, ...env },
    cwd: '/opt/vigil',
    has: { '/opt/vigil': installed },
    writable: { '/reports': reports },
    temporary: ['/tmp'],
  };
}

const service = `require('http').createServer((_, answer) => answer.end('ok')).listen(3000, '127.0.0.1')`;
/** Runs a command line beside the service. */
const beside = ['sh', '-c', `${node} -e "$0" & sleep 0.5; exec "$@"`, service];

const cycle = (place: Place, config = 'vigil.config.json'): Promise<Ran> => {
  const command = [...beside, node, vigil, 'monitor', '--config', config, '--reports', '/reports', '--json'];
  return runIn(place, command, folderOf(0));
};

test.for<[string, number, Record<string, string>, string]>([
  ['of a user without a home', 65_534, {}, '/reports/.home'],
  ['of a user whose home is the root', 65_534, { HOME: '/' }, '/reports/.home'],
  ['of root, whose home can’t be written', 0, { HOME: '/root' }, '/reports/.home'],
  ['of a user that nobody knows', 12_345, {}, '/reports/.home'],
  ['of a user with a home', 1000, { HOME: '/tmp' }, '/tmp'],
])('a cycle %s passes on a read-only root, and the suite has a home', async ([, user, env, home]) => {
  const place = installation(user, env);
  const { code, stdout, stderr } = await cycle(place);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({ checks: [{ id: 'W01', outcome: 'pass' }] });
  const kept = path.join(place.reports, '.home/.cache/own');
  if (home === '/tmp') expect(() => readFileSync(kept)).toThrow('ENOENT');
  else expect(readFileSync(kept, 'utf8')).toBe('');
});

test('all 36 checks are judged on a read-only root, by a user without a home', {
  timeout: 180_000,
}, async () => {
  const { stdout, stderr } = await cycle(installation(65_534, {}), 'empty.json');
  expect(stderr).not.toContain('fault');
  const { checks } = JSON.parse(stdout) as { checks: { executed: boolean; outcome: string }[] };
  expect(checks).toHaveLength(36);
  // On a busy machine one may fail or wait, but every one that is declared has run.
  expect(checks.filter(({ executed, outcome }) => executed || outcome === 'skipped')).toHaveLength(36);
});

test.for([
  ['monitor', '--config', 'vigil.config.json', '--reports', '/reports'],
  ['monitor', '--loop', '--port', '0', '--config', 'vigil.config.json', '--reports', '/reports'],
  ['drill', '--check', 'H05', '--reports', '/reports'],
  ['target', '--port', '0'],
  ['demo'],
])('without a folder for temporary files "vigil %s" ends with one sentence and 64', async (args) => {
  const place = installation(65_534, { TMPDIR: '/opt/vigil' });
  const ran = await runIn(place, [node, vigil, ...args], folderOf(0));
  expect(ran).toMatchObject({
    code: 64,
    stdout: '',
    stderr: expect.stringMatching(
      /^the temporary folder \/opt\/vigil can’t be written \(\w+\): set TMPDIR to a folder that can\n$/,
    ),
  });
});

test('who deploys is named by number where the user has no name', async () => {
  const place = installation(12_345, {});
  const command = ['gate', '--config', 'vigil.config.json', '--reports', '/reports', '--deployed', 'v1'];
  const ran = await runIn(place, [node, vigil, ...command], folderOf(0));
  expect(ran, ran.stderr).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('v1 is recorded as deployed'),
  });
});

/** Starts a command line, waits until the loop's port says that a cycle has ended, and ends it as a supervisor does. */
const untilReady = (command: string) => [
  'sh',
  '-c',
  `${command} & pid=$!
  for _ in $(seq 120); do
    kill -0 $pid 2>/dev/null || break
    ${node} -e "fetch('http://127.0.0.1:8002/readyz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))" && break
    sleep 1
  done
  kill -TERM $pid; wait $pid; echo "ended with $?"`,
];

/** That the suite of the last cycle ran to its end; on a busy machine a check may fail or wait. */
function expectWholeCycle(reports: string): void {
  const snapshots = JSON.parse(readFileSync(path.join(reports, 'metrics_snapshot.json'), 'utf8'));
  const { passed, skipped } = snapshots.at(-1).checks;
  expect(skipped).toBe(4);
  expect(passed).toBeGreaterThan(20);
  const report = readFileSync(path.join(reports, 'health_test_results.xml'), 'utf8');
  expect(report.match(/<testcase /g)).toHaveLength(36);
}

const rendered = (file: string) => readFileSync(path.join(repository, 'monitoring', file), 'utf8');

/** A file of a text, for a place to have. */
function fileOf(text: string): string {
  const file = path.join(folderOf(0), 'file');
  writeFileSync(file, text);
  return file;
}

test('the unit’s command line watches as systemd runs it', { timeout: 240_000 }, async () => {
  const lines = rendered('vigil.service').matchAll(/^(\w+)=(.*)$/gm);
  const unit = new Map([...lines].map(([, name, value]) => [name, value]));
  for (const name of ['DynamicUser', 'NoNewPrivileges', 'ProtectHome', 'PrivateTmp'])
    expect.soft(unit.get(name), name).toBe('yes');
  expect(unit.get('ProtectSystem')).toBe('strict');
  const state = `/var/lib/${unit.get('StateDirectory')}`;
  const user = 61_184;
  const reports = folderOf(user);
  const place: Place = {
    user,
    // A dynamic user's home is the root.
    env: { PATH: systemPath, HOME: '/', USER: 'vigil', LOGNAME: 'vigil', STATE_DIRECTORY: state },
    cwd: unit.get('WorkingDirectory') ?? '',
    has: { '/opt/vigil': installed, '/etc/vigil/vigil.config.json': fileOf('{}') },
    writable: { [state]: reports },
    temporary: ['/tmp', '/var/tmp'],
    umask: unit.get('UMask') ?? '',
  };
  const command = unit.get('ExecStart')?.replace('/usr/bin/node', node) ?? '';
  const ran = await runIn(place, untilReady(command), folderOf(0));
  expect(ran.stdout, ran.stderr).toMatch(/ended with [012]$/m);
  expectWholeCycle(reports);
});

interface Container {
  args: string[];
  env?: { name: string; value?: string }[];
  volumeMounts: { name: string; mountPath: string }[];
  securityContext: object;
}

test('the container’s command line watches as Kubernetes runs it', { timeout: 240_000 }, async () => {
  const image = rendered('Dockerfile');
  const { spec } = parse(rendered('kubernetes/deployment/deployment.yaml')).spec.template;
  const { data } = parse(rendered('kubernetes/deployment/config-map.yaml'));
  const { args, env = [], volumeMounts, securityContext } = spec.containers[0] as Container;
  expect(securityContext).toMatchObject({ readOnlyRootFilesystem: true, allowPrivilegeEscalation: false });
  const mounts = new Map(volumeMounts.map(({ name, mountPath }) => [name, mountPath]));
  const of = (name: string) => mounts.get(name) ?? '';
  mkdirSync(path.join(repository, path.relative('/vigil', of('vite-temp'))), { recursive: true });
  const named = env.map(({ name, value = 'here' }) => [name, value.replaceAll('$(POD_NAMESPACE)', 'here')]);
  const user = 1000;
  const reports = folderOf(user);
  const place: Place = {
    user,
    env: {
      PATH: `${path.dirname(node)}:${systemPath}`,
      HOME: '/home/node',
      NODE_ENV: /^ENV NODE_ENV=(.*)$/m.exec(image)?.[1] ?? '',
      ...Object.fromEntries(named),
    },
    cwd: /^WORKDIR (.*)$/m.exec(image)?.[1] ?? '',
    has: { '/vigil': repository, [`${of('config')}/vigil.config.json`]: fileOf(data['vigil.config.json']) },
    writable: { [of('reports')]: reports },
    temporary: [of('tmp'), of('vite-temp')],
  };
  const entry = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(image)?.[1] ?? '[]') as string[];
  const command = [...entry, ...args].map((one) => `'${one}'`).join(' ');
  const ran = await runIn(place, untilReady(command), folderOf(0));
  expect(ran.stdout, ran.stderr).toMatch(/ended with [012]$/m);
  expectWholeCycle(reports);
});
