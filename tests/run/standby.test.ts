import { existsSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { judgeCatalogue, suiteResultOf } from '../../src/outcomes/index.ts';
import { openStandby, runSuite, type Standby, type SuiteOptions } from '../../src/run/index.ts';
import { createRedactor } from '../../src/text/index.ts';
import { survivors, until } from './processes.ts';
import { check, suiteFolder, three, threeGreen, told } from './suite-folder.ts';

/** Tells when the worker's process began and which it is. */
const traced = check('T01 counts', "trace([performance.timeOrigin, process.pid, process.ppid].join(' '));");
const rest = check('T02 counts') + check('T03 counts');

const opened: { folder: string; standby: Standby }[] = [];
afterEach(async () => {
  for (const { folder, standby } of opened.splice(0)) {
    await standby.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

function open(text: string, timeoutMs = 30_000) {
  const folder = suiteFolder({ 'a.suite.mjs': text });
  const kind = { suite: { args: [], env: {} }, root: folder, timeoutMs };
  const standby = openStandby({ ...kind, probes: [] });
  opened.push({ folder, standby });
  const run = async (options: Partial<SuiteOptions> = {}) => {
    const left = await runSuite({ ...kind, standby, redactor: createRedactor(), ...options });
    return { left, judged: judgeCatalogue(suiteResultOf(left), three, ['orchestration']) };
  };
  const traces = () =>
    readFileSync(path.join(folder, 'trace.txt'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(' ').map(Number) as [beganMs: number, pid: number, parent: number]);
  return { folder, standby, run, traces };
}

const green = ['T01 pass', 'T02 pass', 'T03 pass'];

/** Lets the next process wait; it has read everything when this resolves. */
async function prepared(standby: Standby): Promise<void> {
  const { ready } = standby.prepare();
  await until(() => existsSync(ready), 'the waiting process');
}

const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
const isChild = (pid: number) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('standby-child');
const waitingHere = () => childrenOf(process.pid).filter(isChild);
const isWorker = (pid: number) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('workers/forks.js');

test('from the second run on, the worker too is there before the word comes; each run has processes of its own', async () => {
  const { standby, run, traces } = open(traced + rest);
  expect(told((await run()).judged)).toEqual(green);
  const waited: number[] = [];
  for (let count = 0; count < 2; count += 1) {
    const taken = standby.take();
    const workers = () => childrenOf(taken.pid() ?? 0).filter(isWorker);
    await until(() => existsSync(taken.work.ready) && workers().length === 1, 'the waiting worker');
    waited.push(...workers());
    expect(told((await run({ standby: { ...standby, take: () => taken } })).judged)).toEqual(green);
  }
  const pids = traces().map(([, pid]) => pid);
  expect(pids.slice(1)).toEqual(waited);
  expect(new Set(pids).size).toBe(3);
  expect(await survivors(traces().flatMap(([, pid, parent]) => [pid, parent]))).toEqual([]);
});

test('a check that was edited while its process waited runs as it is now', async () => {
  const { folder, standby, run } = open(threeGreen);
  await run();
  await prepared(standby);
  const broken = check('T01 counts', "throw new Error('edited meanwhile');") + rest;
  const file = path.join(folder, 'a.suite.mjs');
  writeFileSync(file, readFileSync(file, 'utf8').replace(threeGreen, broken));
  expect(told((await run()).judged)).toEqual(['T01 fail: edited meanwhile', 'T02 pass', 'T03 pass']);
});

test('a check that was deleted while its process waited is missing', async () => {
  const { folder, standby, run } = open(threeGreen);
  await run();
  await prepared(standby);
  rmSync(path.join(folder, 'a.suite.mjs'));
  const { judged } = await run();
  expect(judged.outcomes.map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown', 'unknown']);
});

test('a configuration that changed meanwhile is read anew, even when its time was set back', async () => {
  const { folder, standby, run } = open(threeGreen);
  await run();
  await prepared(standby);
  const file = path.join(folder, 'vitest.config.mjs');
  writeFileSync(file, readFileSync(file, 'utf8').replace('include:', "testNamePattern: 'nothing', include:"));
  utimesSync(file, new Date(0), new Date(0));
  const { judged } = await run();
  expect(judged.outcomes.map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown', 'unknown']);
});

test('a process that died while it waited is replaced', async () => {
  const { standby, run, traces } = open(traced + rest);
  await run();
  await prepared(standby);
  const before = standby.take();
  // Nobody else has its number.
  let pid = 0;
  const dead = before.go({ onStart: (id) => (pid = id) });
  process.kill(pid, 'SIGKILL');
  expect((await dead).exit.signal).toBe('SIGKILL');
  before.work.remove();
  expect(told((await run()).judged)).toEqual(green);
  expect(traces().length).toBeGreaterThanOrEqual(2);
});

test('a check that never ends is ended with all its processes, and proves nothing', async () => {
  const { standby, run, traces } = open(`${traced}${check('T02 counts', 'while (true) {}')}`, 8000);
  standby.prepare();
  const { left, judged } = await run();
  expect(left.exit.timedOut).toBe(true);
  expect(judged.outcomes.map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown', 'unknown']);
  expect(await survivors(traces().flatMap(([, pid, parent]) => [pid, parent]))).toEqual([]);
});

test('the time limit counts from the word, not from the start of the waiting', async () => {
  const { standby, run } = open(threeGreen, 6000);
  await prepared(standby);
  await new Promise((resolve) => setTimeout(resolve, 6200));
  const { left, judged } = await run();
  expect(left.exit.timedOut).toBe(false);
  expect(told(judged)).toEqual(green);
});

test('closing ends a process that waits, and what it made', async () => {
  const { standby } = open(threeGreen);
  const { folder } = standby.prepare();
  await until(() => existsSync(path.join(folder, 'ready.json')), 'the waiting process');
  const pids = waitingHere();
  expect(pids.length).toBeGreaterThan(0);
  await standby.close();
  expect(await survivors(pids)).toEqual([]);
  expect(existsSync(folder)).toBe(false);
});
