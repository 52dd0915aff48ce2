// @module-tag git

import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { create } from 'tar';
import { describe, expect, onTestFinished, test } from 'vitest';
import { inspectArchive } from '../../../src/release/rollback/archive.ts';
import type { RollbackType } from '../../../src/release/rollback/runs/run.ts';
import { perform } from '../../../src/release/rollback/steps/steps.ts';
import { httpServer } from '../../clients/servers.ts';
import { inOrder } from '../../support/in-order.ts';
import { runsOf } from './runs-of.ts';
import { placeOf, type SmallDeployment, useDeployments } from './small-deployment.ts';
import { git, sha256 } from './two-releases.ts';
import { vigil } from './vigil-process.ts';

const deployments = useDeployments();

const execute = (...more: string[]) => ['rollback', '--execute', '--reason', 'a test', ...more];
const untouched = () => placeOf(deployments.deployment());

/** A folder until the test ends. */
function folder(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'vigil-archive-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** Whether a process does anything still; one that ended and that nobody has reaped yet does not. */
function isRunning(pid: string): boolean {
  if (!existsSync(`/proc/${pid}/stat`)) return false;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return !stat.slice(stat.lastIndexOf(')')).startsWith(') Z');
}

describe('an archive that would write outside of the release', () => {
  const bad: [string, (from: string) => string[]][] = [
    ['a path with ..', () => ['../evil.txt']],
    ['an absolute path', (from) => [path.join(from, '..', 'evil.txt')]],
    [
      'a link out of the folder',
      (from) => {
        symlinkSync('/etc', path.join(from, 'etc'));
        return ['etc'];
      },
    ],
    [
      'a fifo',
      (from) => {
        execFileSync('mkfifo', [path.join(from, 'fifo')]);
        return ['fifo'];
      },
    ],
  ];
  test.each(bad)('%s is refused before anything is unpacked', async (_, filesIn) => {
    const home = folder();
    const from = path.join(home, 'from');
    mkdirSync(from);
    writeFileSync(path.join(home, 'evil.txt'), 'evil\n');
    const archive = path.join(home, 'bad.tar');
    const names = filesIn(from);
    // A fifo and an absolute path are left out by the library; GNU tar keeps them.
    execFileSync('tar', ['-P', '-cf', archive, '-C', from, ...names]);
    await expect(inspectArchive(archive, 0)).rejects.toThrow(/the archive is refused|can’t be read/);
  });

  /** With an archive that holds `name`, a path that leads out of the folder. */
  function withEvil(options: RollbackType[]): SmallDeployment {
    const small = deployments.deployment();
    writeFileSync(path.join(small.folder, 'evil.txt'), 'evil\n');
    execFileSync('tar', ['-P', '-cf', small.file('v1.tar.gz'), '-C', small.file('live'), '../evil.txt']);
    rmSync(small.file('evil.txt'));
    writeFileSync(small.file('v1.tar.gz.sha256'), `${sha256(small.file('v1.tar.gz'))}\n`);
    small.config('backup', {
      options,
      commands: {
        drain: ['touch', small.file('drained')],
        undrain: ['true'],
        restart: ['cp', small.file('app/release.txt'), small.file('restarted')],
      },
    });
    return small;
  }

  test('by the command: in the plan, before anything is begun or any traffic taken away', async () => {
    const small = withEvil(['backup']);
    for (const args of [['rollback'], execute()]) {
      const { code, stderr } = await vigil(args, small.folder);
      expect(code).toBe(64);
      expect(stderr).toContain('../evil.txt leads out of the folder');
    }
    expect(runsOf(small)).toEqual([]);
    expect(existsSync(small.file('drained'))).toBe(false);
    expect({ ...placeOf(small), names: [] }).toEqual({ ...untouched(), names: [] });
  });

  test('by the command, with another way back: that one is gone, and the plan says why', async () => {
    const small = withEvil(['backup', 'git']);
    const shown = await vigil(['rollback'], small.folder);
    expect(shown.stdout).toMatch(/backup[\s\S]*leads out of the folder/);
    expect((await vigil(execute(), small.folder)).code).toBe(0);
    expect(runsOf(small).map(({ type, status }) => [type, status])).toEqual([['git', 'succeeded']]);
  });

  test('an empty and a torn archive are refused', async () => {
    const home = folder();
    const archive = path.join(home, 'a.tar.gz');
    writeFileSync(path.join(home, 'big'), Buffer.alloc(100_000, 'x7q'));
    await create({ file: archive, cwd: home, gzip: true }, ['big']);
    writeFileSync(archive, readFileSync(archive).subarray(0, 60));
    await expect(inspectArchive(archive, 0)).rejects.toThrow('can’t be read');
    mkdirSync(path.join(home, 'nothing'));
    await create({ file: archive, cwd: home, gzip: true }, ['nothing']);
    await expect(inspectArchive(archive, 0)).rejects.toThrow('holds no file');
  });
});

/** What a rollback says that is refused before it touches anything. */
async function refused(small: SmallDeployment): Promise<string> {
  const { code, stderr } = await vigil(execute(), small.folder);
  expect(code).toBe(1);
  return stderr;
}

describe('what is not as it must be is found before anything is touched', { concurrent: true }, () => {
  test('an archive with another checksum', async () => {
    const small = deployments.deployment();
    writeFileSync(small.file('v1.tar.gz.sha256'), `${'0'.repeat(64)}\n`);
    small.config('backup');
    expect(await refused(small)).toContain('its SHA-256 differs');
    expect(placeOf(small)).toEqual(untouched());
  });

  test('a working copy with local changes', async () => {
    const small = deployments.deployment();
    writeFileSync(small.file('app/release.txt'), 'patched on the machine\n');
    small.config('git');
    expect(await refused(small)).toContain('the working copy has local changes: release.txt');
    expect(placeOf(small)).toEqual({
      ...untouched(),
      release: 'patched on the machine\n',
      status: 'M release.txt',
    });
  });

  test('local changes are kept where the configuration says so', async () => {
    const small = deployments.deployment();
    writeFileSync(small.file('app/release.txt'), 'patched on the machine\n');
    small.config('git', { git: { folder: small.file('app'), install: ['true'], localChanges: 'stash' } });
    const { code } = await vigil(execute(), small.folder);
    expect(code).toBe(0);
    expect(placeOf(small)).toMatchObject({ release: 'v1\n', status: '' });
    expect(git(small.file('app'), 'show', 'stash@{0}:release.txt')).toBe('patched on the machine');
  });

  test('a secret that is missing where Vigil runs', async () => {
    const small = deployments.deployment();
    const dump = small.file('before.sql');
    const password = 'env:VIGIL_TEST_NOT_SET';
    small.config('database', {
      database: { engine: 'postgres', database: 'app', user: 'app', password, dump },
    });
    const { code, stderr } = await vigil(execute(), small.folder);
    expect(code).toBe(64);
    expect(stderr).toMatch(/rollback\.database\.password: env:VIGIL_TEST_NOT_SET/);
    expect(runsOf(small)).toEqual([]);
  });

  test('a dump that fails its check is removed again, and the service never stopped', async () => {
    const small = deployments.deployment();
    small.config('database', {
      commands: { stop: ['touch', small.file('stopped')], start: ['true'] },
      database: {
        engine: 'sqlite',
        file: small.file('app.sqlite'),
        dump: small.file('before.sql'),
        checks: [{ sql: 'SELECT count(*) FROM t', atLeast: 2 }],
      },
    });
    expect(await refused(small)).toContain('SELECT count(*) FROM t answers 1, expected at least 2');
    expect(placeOf(small)).toEqual(untouched());
  });
});

test('a flag that goes on being served as before is told with the value that came', async () => {
  const small = deployments.deployment();
  const stubborn = await httpServer((_, response) =>
    response.end('{"key":"wanted","value":true,"variant":"on"}'),
  );
  small.config('flag', {
    flag: { file: small.file('flags.json'), key: 'wanted', ofrep: stubborn, timeout: '600ms', samples: 5 },
  });
  const { code, stderr } = await vigil(execute(), small.folder);
  expect(code).toBe(2);
  expect(stderr).toMatch(/NOT PROVEN: .*0 of 5 targeting keys get “off”/);
  expect(runsOf(small)[0]?.status).toBe('escalated');
});

test('a disk without room for the archive', { tags: ['root'] }, async () => {
  const small = deployments.deployment();
  const disk = small.file('disk');
  mkdirSync(disk);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'vigil-test', disk]);
  onTestFinished(() => void execFileSync('umount', [disk]));
  mkdirSync(path.join(disk, 'live'));
  small.config('backup', { backup: { archive: small.file('v1.tar.gz'), folder: path.join(disk, 'live') } });
  const { code, stderr } = await vigil(execute(), small.folder);
  expect(code).toBe(1);
  expect(stderr).toContain('the disk has no room');
  expect(readdirSync(disk)).toEqual(['live']);
});

test('a disk that fills up while an archive is unpacked leaves nothing half unpacked', {
  tags: ['root'],
}, async () => {
  const home = folder();
  const disk = path.join(home, 'disk');
  mkdirSync(disk);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=200k', 'vigil-test', disk]);
  onTestFinished(() => void execFileSync('umount', [disk]));
  writeFileSync(path.join(home, 'big'), Buffer.alloc(1_000_000, 'x'));
  const archive = path.join(home, 'a.tar');
  await create({ file: archive, cwd: home }, ['big']);
  const action = {
    kind: 'extract' as const,
    archive,
    sha256: sha256(archive),
    staged: path.join(disk, 'staged'),
    strip: 0,
  };
  const context = { signal: new AbortController().signal } as Parameters<typeof perform>[1];
  await expect(perform(action, context)).rejects.toThrow(/unpacking failed: .*ENOSPC/);
  expect(readdirSync(disk)).toEqual([]);
});

describe('a stage that can’t be done', { concurrent: true }, () => {
  test('over its budget it is ended with all its processes, and the next option follows', async () => {
    const small = deployments.deployment();
    const script = `sleep 300 & echo $! > ${small.file('grandchild')}; wait`;
    small.config('flag', {
      options: ['flag', 'git'],
      flag: {
        file: small.file('flags.json'),
        key: 'wanted',
        apply: ['sh', '-c', script],
        budgets: { rollback: '700ms' },
      },
    });
    const { code, stderr } = await vigil(execute(), small.folder);
    expect(stderr).toContain('over budget: over its budget of 700ms');
    expect(code).toBe(0);
    expect(runsOf(small).map(({ type, status }) => [type, status])).toEqual([
      ['flag', 'escalated'],
      ['git', 'succeeded'],
    ]);
    expect(runsOf(small)[0]?.stages.map(({ status }) => status)).toEqual([
      'done',
      'done',
      'over budget',
      'waiting',
      'waiting',
    ]);
    const pid = readFileSync(small.file('grandchild'), 'utf8').trim();
    expect(isRunning(pid)).toBe(false);
  });

  test('over its budget without another option a person is told, by P0', async () => {
    const small = deployments.deployment();
    small.config('git', { commands: { restart: ['sleep', '300'] }, budgets: { rollback: '700ms' } }, {});
    const config = JSON.parse(readFileSync(small.file('vigil.config.json'), 'utf8'));
    config.notifications = { channels: [{ type: 'file', path: 'told.jsonl' }] };
    writeFileSync(small.file('vigil.config.json'), JSON.stringify(config));
    const { code } = await vigil(execute(), small.folder);
    expect(code).toBe(1);
    const told = readFileSync(small.file('told.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const page = told.find(({ alertname }) => alertname === 'RollbackFailed');
    expect(page).toMatchObject({ state: 'firing', priority: 'P0' });
    expect(page.annotations.summary).toContain('the stage rollback was ended: over its budget of 700ms');
    expect(told.filter(({ kind }) => kind === 'change').map(({ summary }) => summary)).toEqual([
      expect.stringMatching(/^git rollback to v1 .* begins: a test$/),
      expect.stringMatching(/^git rollback to v1 .* escalated: /),
    ]);
    const settled = await vigil(['rollback', '--settle'], small.folder);
    expect(settled.stdout).toContain('Settled: 1 rollback;');
    const last = JSON.parse(readFileSync(small.file('told.jsonl'), 'utf8').trim().split('\n').at(-1) ?? '');
    expect(last).toMatchObject({
      alertname: 'RollbackFailed',
      state: 'resolved',
      fingerprint: page.fingerprint,
      startsAt: page.startsAt,
    });
  });

  test('a program that isn’t there is named', async () => {
    const small = deployments.deployment();
    small.config('git', { commands: { restart: ['no-such-program', 'genesis'] } });
    const doctor = await vigil(['doctor', '--port', '0'], small.folder);
    expect(doctor.code).toBe(1);
    expect(doctor.stdout).toContain('there is no program no-such-program');
    const { code, stderr } = await vigil(execute(), small.folder);
    expect(code).toBe(1);
    expect(stderr).toContain('there is no program no-such-program');
  });

  test('what a command prints is kept without its secrets', async () => {
    const small = deployments.deployment();
    small.config('git', { commands: { restart: ['sh', '-c', 'echo password=hunter2hunter2; exit 3'] } });
    const { stderr } = await vigil(execute(), small.folder);
    expect(stderr).toContain('exit code 3');
    const [incident = ''] = readdirSync(small.file('reports/incidents'));
    const all = execFileSync('grep', ['-r', '', small.file(`reports/incidents/${incident}`)], {
      encoding: 'utf8',
    });
    expect(all).toContain('exit code 3');
    expect(all + stderr).not.toContain('hunter2');
  });
});

describe('after the rollback', { concurrent: true }, () => {
  test('red means that the deployment was not the cause: said, stopped, and no further option tried', async () => {
    const small = deployments.deployment();
    small.config('git', {
      options: ['git', 'flag'],
      verify: {
        settle: '1ms',
        suite: { command: ['cp', small.file('red.xml'), '{junit}'], cwd: small.folder },
      },
    });
    const { code, stderr } = await vigil(execute(), small.folder);
    expect(code).toBe(1);
    expect(stderr).toContain('not the cause: 1 failed: s › c › one: it is down');
    expect(runsOf(small)).toMatchObject([
      { status: 'failed', stages: [{}, {}, { status: 'done' }, { status: 'failed' }, { status: 'waiting' }] },
    ]);
    const [incident = ''] = readdirSync(small.file('reports/incidents'));
    const report = readFileSync(small.file(`reports/incidents/${incident}/incident-report.md`), 'utf8');
    expect(report).toContain('the deployment was not the cause');
    expect(report.match(/to be filled in by a person/g)).toHaveLength(6);
  });

  test('unknown proves nothing, and is no success', async () => {
    const small = deployments.deployment();
    small.config('git', {
      validate: { suite: { command: ['cp', small.file('skipped.xml'), '{junit}'], cwd: small.folder } },
    });
    const { code, stderr } = await vigil(execute(), small.folder);
    expect(code).toBe(1);
    expect(stderr).toContain('not proven in the stage validate');
  });

  /** A rollback whose suites leave this report, with more of the configuration around it. */
  const verifiedBy = async (cases: string, more: object) => {
    const small = deployments.deployment();
    writeFileSync(small.file('suite.xml'), `<testsuite name="s">${cases}</testsuite>`);
    const script = `cp suite.xml "$1"; exit ${cases.includes('<failure') ? 1 : 0}`;
    const suite = { command: ['sh', '-c', script, 'sh', '{junit}'], cwd: small.folder };
    const file = small.config('git', { verify: { settle: '1ms', suite }, validate: { suite } });
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...more }));
    return vigil(execute(), small.folder);
  };
  const passing = '<testcase classname="c" name="pays"/>';
  const skipped =
    '<testcase classname="c" name="refunds"><skipped message="needs payment sandbox"/></testcase>';
  const flaky = '<testcase classname="c" name="flaky"><failure message="it is slow"/></testcase>';
  const skips = [{ match: 'needs payment sandbox', reason: 'the watch has none' }];
  const quarantine = [{ check: 'c › flaky', owner: 'shop', until: '2999-01-01', reason: 'slow at times' }];

  test('a skip that is meant and a failure in quarantine stand against it no more than against a cycle', async () => {
    const { code, stderr } = await verifiedBy(`${passing}${skipped}${flaky}`, {
      suite: { skips },
      quarantine,
    });
    expect(stderr).toMatch(inOrder('1 passed', '1 skipped', '1 failed in quarantine', 'SUCCEEDED'));
    expect(code).toBe(0);
  });

  test.for([
    [
      'a skip that is no longer meant',
      skipped,
      { suite: { skips: [{ ...skips[0], until: '2020-01-01' }] } },
      'needs payment sandbox',
    ],
    [
      'a quarantine that is over',
      flaky,
      { quarantine: [{ ...quarantine[0], until: '2020-01-01' }] },
      'not the cause: 1 failed',
    ],
    ['nothing that passed', '', { suite: { skips }, quarantine }, 'nothing passed'],
  ] as const)('%s holds it back', async ([, last, more, says], { expect }) => {
    const cases = last === '' ? `${skipped}${flaky}` : `${passing}${last}`;
    const { code, stderr } = await verifiedBy(cases, more);
    expect(code).toBe(1);
    expect(stderr).toContain(says);
  });
});

test('without --execute the plan is shown with every command and budget, and nothing is done', async () => {
  const small = deployments.deployment();
  small.config('git', { options: ['git', 'backup'] });
  const shown = await vigil(['rollback'], small.folder);
  expect(shown.code).toBe(0);
  expect(placeOf(small)).toEqual(untouched());
  const text = shown.stdout;
  expect(text).toMatch(/Option 1: git, .*15m[\s\S]+Option 2: backup, .*15m/);
  expect(text).toContain(
    `$ git -C ${small.file('app')} checkout --quiet --detach ${git(small.file('app'), 'rev-parse', 'v1')}`,
  );
  expect(text).toContain(`$ cp ${small.file('app/release.txt')} ${small.file('restarted')}`);
  const json = await vigil(['rollback', '--json'], small.folder);
  const plan = JSON.parse(json.stdout);
  for (const { title, commands } of plan.options.flatMap(({ stages }: { stages: { steps: object[] }[] }) =>
    stages.flatMap(({ steps }) => steps),
  )) {
    if (!/vigil-|before-/.test(title)) expect.soft(text).toContain(`- ${title}`);
    expect.soft(Array.isArray(commands)).toBe(true);
  }
});
