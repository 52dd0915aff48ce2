import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createRedactor } from '../../../src/core/text/redactor.ts';
import { openRunGroup } from '../../../src/suite/run/left-behind.ts';
import { runSuite } from '../../../src/suite/run/run-suite.ts';
import { isAlive, survivors } from './processes.ts';
import { check, tryOut } from './suite-folder.ts';

const report = `printf '<testsuite name="s"><testcase name="one" time="0.1"/></testsuite>' > "$0"`;

/** Runs a shell script as a suite; returns what it left behind, and the numbers that it wrote to `$1`. */
async function left(script: string, redactor = createRedactor()) {
  const folder = mkdtempSync(path.join(tmpdir(), 'vigil-left-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'pids');
  const run = await runSuite({
    suite: { command: ['sh', '-c', `${script}; ${report}`, '{junit}', file], args: [], env: {} },
    root: folder,
    redactor,
    timeoutMs: 60_000,
  });
  const pids = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').map(Number) : [];
  return { run, pids };
}

/** Starts a command in a session of its own, whose parent is gone; its number is written down before the suite ends. */
const daemon = (command: string, by = '') =>
  `(setsid ${by} sh -c 'echo $$ >> '"$1"'; exec ${command}' > /dev/null 2>&1 &); while [ ! -s "$1" ]; do sleep 0.02; done`;

test('a process in a session of its own, whose parent is gone, is named and ended', async () => {
  const { run, pids } = await left(daemon('sleep 601'));
  expect(run.exit.code).toBe(0);
  expect(run.leftBehind).toEqual([`sleep 601 (process ${pids[0]})`]);
  expect(await survivors(pids)).toEqual([]);
});

test('one that ignores the polite signal is ended all the same, and its secrets are not named', async () => {
  const script = daemon(`sh -c "trap : TERM; while :; do sleep 0.1; done # hunter22-hunter22"`);
  const redactor = createRedactor();
  redactor.register('hunter22-hunter22');
  const { run, pids } = await left(script, redactor);
  expect(run.leftBehind.join()).toContain(`(process ${pids[0]})`);
  expect(run.leftBehind.join()).toContain('trap : TERM');
  expect(run.leftBehind.join()).not.toContain('hunter22');
  expect(await survivors(pids)).toEqual([]);
});

test('a Vitest suite is named what it left behind, and is judged as it would be without', async () => {
  const tried = await tryOut({
    files: {
      'a.suite.mjs': `import { spawn } from 'node:child_process';
        spawn('setsid', ['sh', '-c', 'exec sleep 602'], { stdio: 'ignore', detached: true }).unref();
        ${check('T01 counts')}${check('T02 counts')}${check('T03 counts')}`,
    },
  });
  expect(tried.run.leftBehind).toEqual([expect.stringMatching(/^sleep 602 \(process \d+\)$/)]);
  expect(tried.verdict).toBe('pass');
});

test('a process without the mark of the run is left alone, whatever it is called', async () => {
  const other = spawn('sleep', ['603'], {
    detached: true,
    stdio: 'ignore',
    env: { RUN_BY_VIGIL: 'another run' },
  });
  onTestFinished(() => void other.kill('SIGKILL'));
  const { run, pids } = await left(daemon('sleep 603'));
  expect(run.leftBehind).toEqual([`sleep 603 (process ${pids[0]})`]);
  expect(isAlive(other.pid ?? 0)).toBe(true);
});

test('a suite that leaves nothing behind is not held up', async () => {
  const { run } = await left('true');
  expect(run.leftBehind).toEqual([]);
  const began = performance.now();
  await left('true');
  expect(performance.now() - began).toBeLessThan(900);
});

/** Whether control groups can be made here: not in most containers. */
const canGroup = (() => {
  const group = openRunGroup('probe-of-a-test');
  group?.remove();
  return group !== undefined;
})();

test.runIf(canGroup)(
  'one that wiped its environment is found by the control group, which goes with the run',
  async () => {
    const { run, pids } = await left(daemon('sleep 604', 'env -i PATH="$PATH"'));
    expect(run.leftBehind).toEqual([`sleep 604 (process ${pids[0]})`]);
    expect(await survivors(pids)).toEqual([]);
    const group = openRunGroup('another-of-a-test');
    const parent = path.dirname(group?.folder ?? '');
    group?.remove();
    expect(existsSync(parent)).toBe(true);
    mkdirSync(path.join(parent, 'vigil-test-group'));
    rmdirSync(path.join(parent, 'vigil-test-group'));
  },
);
