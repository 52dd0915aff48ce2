// @module-tag root
// @module-tag unshare
// @module-tag setpriv
// @module-tag ip
// @module-tag curl

import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { soonJudged } from '../scripts/crowded.ts';
import { emptyProject, linkModules, must, type Ran, repository, writeFiles } from './install.ts';
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
};

beforeAll(async () => {
  installed = emptyProject();
  chmodSync(installed, 0o755);
  // An image has it, as the place where the history is mounted.
  mkdirSync(path.join(installed, 'reports'));
  writeFiles(installed, { ...suite, 'package.json': '{ "private": true, "type": "module" }\n' });
  await linkModules(installed);
});
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

const cycle = (place: Place): Promise<Ran> => {
  const options = ['--config', 'vigil.config.json', '--reports', '/reports', '--json'];
  const command = [...beside, node, vigil, 'monitor', ...options];
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
      /^the temporary folder \/opt\/vigil can’t be written \(\w+: [^)]+\): set TMPDIR to a folder that can\n$/,
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
    curl --silent --fail --output /dev/null http://127.0.0.1:8002/readyz && break
    sleep 1
  done
  kill -TERM $pid; wait $pid; echo "ended with $?"`,
];

/** That the suite of the last cycle ran to its end: on a busy machine a check may fail or wait, but each has run. */
function expectWholeCycle(reports: string): void {
  const snapshots = JSON.parse(readFileSync(path.join(reports, 'metrics_snapshot.json'), 'utf8'));
  const { checks, coverage } = snapshots.at(-1);
  expect(checks.skipped).toBe(4);
  expect(checks.passed).toBeGreaterThan(20);
  expect(coverage).toBe(32 / 36);
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

test('the unit’s command line watches as systemd runs it', async () => {
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
    has: {
      '/opt/vigil': installed,
      '/etc/vigil/vigil.config.json': fileOf(JSON.stringify({ thresholds: soonJudged })),
    },
    writable: { [state]: reports },
    temporary: ['/tmp', '/var/tmp'],
    umask: unit.get('UMask') ?? '',
  };
  const command = unit.get('ExecStart')?.replace('/usr/bin/node', node) ?? '';
  const ran = await runIn(place, untilReady(command), folderOf(0));
  expect(ran.stdout, ran.stderr).toMatch(/ended with [012]$/m);
  expect(ran.stderr).not.toContain('fault');
  expectWholeCycle(reports);
});

/** What an image says of itself. */
function imageOf(dockerfile: string) {
  const instruction = (name: string) => new RegExp(`^${name} (.*)$`, 'm').exec(dockerfile)?.[1] ?? '';
  return {
    cwd: instruction('WORKDIR'),
    env: Object.fromEntries([instruction('ENV').split('=')].filter(([name]) => name !== '')),
    command: [...JSON.parse(instruction('ENTRYPOINT')), ...JSON.parse(instruction('CMD'))] as string[],
    entry: JSON.parse(instruction('ENTRYPOINT')) as string[],
  };
}

/** Runs a command line of an image until its first cycle has ended; user 1000, as the image says, on a read-only root. */
async function watchIn(image: ReturnType<typeof imageOf>, command: readonly string[], more: Partial<Place>) {
  const place: Place = {
    user: 1000,
    cwd: image.cwd,
    has: {},
    temporary: ['/tmp'],
    ...more,
    env: { PATH: `${path.dirname(node)}:${systemPath}`, HOME: '/home/node', ...image.env, ...more.env },
  };
  const line = command.map((one) => `'${one}'`).join(' ');
  return runIn(place, untilReady(line), folderOf(0));
}

/** For a command line of an image: starts the service first. */
const besides = ['sh', '-c', `${node} -e "$SERVICE" & sleep 0.5; exec "$@"`, 'sh'];
const withService = (place: Partial<Place>) => ({ ...place, env: { ...place.env, SERVICE: service } });

/** That the last cycle passed with the one check of its suite. */
function expectOnePassed(reports: string): void {
  const snapshots = JSON.parse(readFileSync(path.join(reports, 'metrics_snapshot.json'), 'utf8'));
  expect(snapshots.at(-1)).toMatchObject({ verdict: 'pass', checks: { passed: 1 } });
}

test('the container’s command line watches as Kubernetes runs it', async () => {
  const image = imageOf(rendered('Dockerfile'));
  const { spec } = parse(rendered('kubernetes/statefulset/stateful-set.yaml')).spec.template;
  const { args, env, volumeMounts, securityContext } = spec.containers[0];
  expect(securityContext).toMatchObject({ readOnlyRootFilesystem: true, allowPrivilegeEscalation: false });
  const at = Object.fromEntries(
    volumeMounts.map(({ name, mountPath }: { name: string; mountPath: string }) => [name, mountPath]),
  );
  const named = env.map(({ name, value = 'a secret' }: { name: string; value?: string }) => [
    name,
    value.replaceAll('$(POD_NAMESPACE)', 'here'),
  ]);
  const reports = folderOf(1000);
  const configured = (text: string): Partial<Place> => ({
    env: Object.fromEntries(named),
    has: { [image.cwd]: installed, [`${at.config}/vigil.config.json`]: fileOf(text) },
    writable: { [at.reports]: reports },
    temporary: [at.tmp],
  });
  // As it is rendered it names what is missing, and is green for nothing.
  const { data } = parse(rendered('kubernetes/statefulset/config-map.yaml'));
  const unset = await watchIn(image, [...image.entry, ...args], configured(data['vigil.config.json']));
  expect(unset.stderr).toMatch(/target\.url: .*SET THIS/);
  expect(unset.stdout).toMatch(/ended with 64$/m);
  const config = {
    server: { token: 'env:GATE_TOKEN' },
    target: { url: 'http://127.0.0.1:3000' },
    suite: { root: `${image.cwd}/checks`, catalogue: `${image.cwd}/checks/checks.json` },
  };
  const place = configured(JSON.stringify(config));
  const ran = await watchIn(image, [...besides, ...image.entry, ...args], withService(place));
  expect(ran.stdout, ran.stderr).toMatch(/ended with [02]$/m);
  expectOnePassed(reports);
});

test('the image that init writes for a suite watches with it', async () => {
  const init = ['--no', 'vitest-vigil', 'init', '--yes', '--docker', '--url', 'http://127.0.0.1:3000'];
  expect(await must('npx', init, installed)).toContain('written vigil.Dockerfile');
  const image = imageOf(readFileSync(path.join(installed, 'vigil.Dockerfile'), 'utf8'));
  const reports = folderOf(1000);
  const place = { has: { [image.cwd]: installed }, writable: { [`${image.cwd}/reports`]: reports } };
  const ran = await watchIn(image, [...besides, ...image.command], withService(place));
  expect(ran.stdout, ran.stderr).toMatch(/ended with [02]$/m);
  expectOnePassed(reports);
});
