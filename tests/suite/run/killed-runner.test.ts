import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { isAlive, survivors, until } from './processes.ts';
import { check, suiteFolder } from './suite-folder.ts';

const runner = fileURLToPath(new URL('./guarded-suite.ts', import.meta.url));
const unnamed = fileURLToPath(new URL('./unnamed-suite.ts', import.meta.url));

const pidsIn = (file: string): number[] =>
  existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').map(Number) : [];

/** Starts a runner, waits until its suite has named `count` processes, kills the runner alone, and gives them back. */
async function killRunner(
  root: string,
  file: string,
  count: number,
  command: string[] = [],
): Promise<number[]> {
  const child: ChildProcess = spawn(process.execPath, [runner, root, ...command], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  if (child.stdout) await once(child.stdout, 'data');
  await until(() => pidsIn(file).length >= count, 'the suite');
  const pids = pidsIn(file);
  expect(pids.every(isAlive)).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  return pids;
}

test('a foreign command that ignores every polite signal ends soon after its runner was killed', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'vigil-killed-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'pids');
  // Itself, one in its group, one that left the group for a session of its own, and one that is nobody's child any more.
  const script = `trap '' TERM INT HUP; echo $$ >> ${file}; sleep 300 & echo $! >> ${file}; setsid sh -c 'echo $$ >> ${file}; exec sleep 300' & (setsid sh -c 'echo $$ >> ${file}; exec sleep 300' &) ; wait; sleep 300`;
  const pids = await killRunner(folder, file, 4, ['sh', '-c', script]);
  expect(await survivors(pids)).toEqual([]);
});

test('a command whose runner was killed before it could name it ends too', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'vigil-unnamed-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'pids');
  const script = `trap '' TERM INT HUP; sleep 300 & echo $! > ${file}.new; echo $$ >> ${file}.new; mv ${file}.new ${file}; wait; sleep 300`;
  const child = spawn(process.execPath, [unnamed, file, script], { stdio: 'ignore' });
  await once(child, 'exit');
  const pids = pidsIn(file);
  expect(pids).toHaveLength(2);
  expect(await survivors(pids)).toEqual([]);
});

test('a Vitest suite with a check that never lets go ends soon after its runner was killed', async () => {
  const folder = suiteFolder({
    'a.suite.mjs': `trace(process.pid); trace(process.ppid);\n${check('T01 counts', 'for (;;);')}`,
  });
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const pids = await killRunner(folder, path.join(folder, 'trace.txt'), 2);
  expect(await survivors(pids)).toEqual([]);
});
