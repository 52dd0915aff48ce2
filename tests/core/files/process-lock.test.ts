import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { isHeldElsewhere, lockHolder, takeProcessLock } from '../../../src/core/files/process-lock.ts';

const taker = fileURLToPath(new URL('./lock-taker.ts', import.meta.url));
const words = { held: (holder: string) => `taken by ${holder}`, hint: () => '' };
const take = (file: string) => takeProcessLock(file, new Date(0), words);

function lockFile(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'vigil-lock-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return path.join(folder, 'vigil.lock');
}

interface Taker {
  child: ChildProcess;
  ask(what: 'take' | 'who'): Promise<string>;
  kill(): Promise<void>;
}

/** A process that takes the lock when it is asked to; with `around`, as what that program starts. */
function startTaker(file: string, around: readonly string[] = []): Taker {
  const [program = '', ...args] = [...around, process.execPath, taker, file];
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  onTestFinished(kill);
  return {
    child,
    async ask(what) {
      child.stdin.write(`${what}\n`);
      return String((await lines.next()).value);
    },
    kill,
  };
}

test('of twelve processes that take it at once exactly one has it, again and again, also after kill -9', async () => {
  const file = lockFile();
  let takers = Array.from({ length: 12 }, () => startTaker(file));
  for (let round = 0; round < 5; round += 1) {
    const answers = await Promise.all(takers.map(({ ask }) => ask('take')));
    expect(answers.filter((answer) => answer === 'won')).toHaveLength(1);
    const winner = takers[answers.indexOf('won')] as Taker;
    const others = takers.filter((each) => each !== winner);
    // Each that was refused was told by whom, and nobody's looking took the lock away.
    expect(new Set(answers.filter((answer) => answer !== 'won'))).toEqual(
      new Set([`refused: process ${winner.child.pid}, since 1970-01-01T00:00:00.000Z`]),
    );
    expect(await others[0]?.ask('who')).toBe('held');
    await winner.kill();
    expect(await others[0]?.ask('who')).toBe('free');
    takers = others;
  }
});

test('it is one lock in every PID namespace, and says that its process is elsewhere', {
  tags: ['root'],
}, async () => {
  const file = lockFile();
  const unshare = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child'];
  // Behind a shell it is number 2 there; the other one's namespace has no process of that number.
  const one = startTaker(file, [...unshare, 'sh', '-c', '"$@"; true', 'sh']);
  const other = startTaker(file, unshare);
  expect(await one.ask('take')).toBe('won');
  expect(await other.ask('take')).toMatch(/^refused: process 2 in another container, since/);
  expect(await other.ask('who')).toBe('held');
  expect(() => take(file)).toThrow(/taken by process 2 in another container/);
  await one.kill();
  expect(await other.ask('take')).toBe('won');
});

test('what this process reads and asks meanwhile does not give it back', async () => {
  const file = lockFile();
  const lock = take(file);
  const other = startTaker(file);
  expect(lockHolder(file)).toMatchObject({ pid: process.pid, host: os.hostname() });
  expect(isHeldElsewhere(file)).toBe(false);
  expect(() => take(file)).toThrow(`taken by process ${process.pid}, since`);
  readFileSync(file);
  expect(await other.ask('take')).toContain(`refused: process ${process.pid},`);
  // Nothing is written where the lock is, so that nothing of it can be left half done.
  expect(readdirSync(path.dirname(file)).sort()).toEqual(['.vigil.lock', 'vigil.lock']);
  lock.release();
  expect(readdirSync(path.dirname(file))).toEqual(['.vigil.lock']);
  expect(readFileSync(path.join(path.dirname(file), '.vigil.lock'))).toHaveLength(0);
  expect(await other.ask('take')).toBe('won');
  expect(isHeldElsewhere(file)).toBe(true);
});

test('a lock of one name says nothing of another: a rollback by hand runs beside a loop', () => {
  const file = lockFile();
  const loop = take(file);
  const rollback = take(path.join(path.dirname(file), 'rollback.lock'));
  rollback.release();
  loop.release();
});

test('a version before, which held it by the file alone, is believed while it lives and stops no upgrade after', async () => {
  const file = lockFile();
  const started = readFileSync(`/proc/${process.pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19];
  const written = (holder: object) => writeFileSync(file, `${JSON.stringify(holder)}\n`);
  written({ pid: process.pid, started, since: 'then' });
  expect(() => take(file)).toThrow(`taken by process ${process.pid}, since then`);
  expect(lockHolder(file)).toMatchObject({ pid: process.pid });
  written({ pid: process.pid, started: '1', since: 'then' }); // its number has come again
  expect(lockHolder(file)).toBeUndefined();
  take(file).release();
  writeFileSync(file, '{"pid": 12'); // torn by a kill
  expect(lockHolder(file)).toBeUndefined();
  take(file).release();
  // A version before that is started beside this one finds what it looks for.
  const lock = take(file);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pid: process.pid, started });
  lock.release();
});

test('who was killed leaves its name, which decides nothing', async () => {
  const file = lockFile();
  const dead = startTaker(file);
  await dead.ask('take');
  await dead.kill();
  expect(JSON.parse(readFileSync(file, 'utf8')).pid).toBe(dead.child.pid);
  expect(lockHolder(file)).toBeUndefined();
  // Even when a living process has that number.
  writeFileSync(file, readFileSync(file, 'utf8').replace(String(dead.child.pid), String(process.pid)));
  expect(lockHolder(file)).toBeUndefined();
  take(file).release();
});
