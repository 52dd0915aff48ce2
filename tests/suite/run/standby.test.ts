import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { RunContext } from '../../../src/suite/run/context.ts';
import { survivors, until } from './processes.ts';
import { check, threeGreen, told } from './suite-folder.ts';
import { green, open, prepared, rest, traced, waitingHere, workersOf } from './waiting-suite.ts';

test('from the second run on, the worker too is there before the word comes; each run has processes of its own', async () => {
  const { standby, run, traces } = open(traced + rest);
  expect(told((await run()).judged)).toEqual(green);
  const waited: number[] = [];
  for (let count = 0; count < 2; count += 1) {
    const taken = standby.take();
    const workers = () => workersOf(taken.pid() ?? 0);
    await until(() => existsSync(taken.work.ready) && workers().length === 1, 'the waiting worker');
    waited.push(...workers());
    expect(told((await run({ standby: { ...standby, take: () => taken } })).judged)).toEqual(green);
  }
  const pids = traces().map(([, pid]) => pid);
  expect(pids.slice(1)).toEqual(waited);
  expect(new Set(pids).size).toBe(3);
  expect(await survivors(traces().flatMap(([, pid, parent]) => [pid, parent]))).toEqual([]);
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

test('a process that was killed while it waited is replaced before its slot', async () => {
  const { standby, run, traces } = open(traced + rest);
  await prepared(standby);
  const waited = waitingHere();
  for (const pid of waited) process.kill(pid, 'SIGKILL');
  await until(() => waited.every((pid) => !existsSync(`/proc/${pid}`)), 'the end of the waiting process');
  await sleep(500); // its end is known; that its output has ended too is told in the next turns of this process
  expect(told((await run()).judged)).toEqual(green);
  expect(waited).not.toContain(traces()[0]?.[2]);
});

test('a worker that was killed while it waited is replaced', async () => {
  const { standby, run, traces } = open(traced + rest);
  await run();
  await prepared(standby);
  const [waited = 0] = waitingHere();
  await until(() => workersOf(waited).length === 1, 'the waiting worker');
  const [worker = 0] = workersOf(waited);
  process.kill(worker, 'SIGKILL');
  // Until its parent has asked for its end, and so knows of it.
  await until(() => !existsSync(`/proc/${worker}`), 'the end of the waiting worker');
  expect(told((await run()).judged)).toEqual(green);
  const [, , parent] = traces().at(-1) ?? [];
  expect(parent).toBe(waited);
});

test('a suite sees the same arguments and variables, whether its worker waited or not', async () => {
  const seen = 'JSON.stringify([process.argv, process.execArgv, Object.keys(process.env).sort()])';
  const { standby, run, runPlainly, lines } = open(`trace(${seen});${threeGreen}`);
  const context = {} as RunContext;
  await runPlainly({ context });
  await run({ context });
  await prepared(standby);
  await run({ context });
  const [plain, first, waited] = lines();
  expect(first).toBe(plain);
  expect(waited).toBe(plain);
});

test('what is left open after the tests holds a process that waited up no longer than another', async () => {
  const { standby, run, runPlainly } = open(threeGreen, {
    config: "globalSetup: ['./global.mjs']",
    files: { 'global.mjs': 'export default () => void setInterval(() => {}, 1000);' },
  });
  await prepared(standby);
  for (const { left, judged } of [await runPlainly(), await run()]) {
    expect(left.exit).toEqual({ code: 0, signal: undefined, timedOut: false });
    expect(told(judged)).toEqual(green);
  }
});

test('a check that never ends is ended with all its processes, and proves nothing', async () => {
  const { standby, run, traces } = open(`${traced}${check('T02 counts', 'while (true) {}')}`, {
    timeoutMs: 8000,
  });
  standby.prepare();
  const { left, judged } = await run();
  expect(left.exit.timedOut).toBe(true);
  expect(judged.outcomes.map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown', 'unknown']);
  expect(await survivors(traces().flatMap(([, pid, parent]) => [pid, parent]))).toEqual([]);
});

test('the time limit counts from the word, not from the start of the waiting', async () => {
  const { standby, run } = open(threeGreen, { timeoutMs: 6000 });
  await prepared(standby);
  await sleep(6200);
  const { left, judged } = await run();
  expect(left.exit.timedOut).toBe(false);
  expect(told(judged)).toEqual(green);
});

test('closing ends a process that waits, and what it made', async () => {
  const { standby } = open(threeGreen);
  const { folder } = standby.prepare();
  await until(() => existsSync(path.join(folder, 'ready')), 'the waiting process');
  const pids = waitingHere();
  expect(pids.length).toBeGreaterThan(0);
  await standby.close();
  expect(await survivors(pids)).toEqual([]);
  expect(existsSync(folder)).toBe(false);
});
