import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { openHistoryReader } from '../../src/history/open-history.ts';
import { isOwnerAlive, ownOwner } from '../../src/history/process-owner.ts';
import { cycle, minute, start } from './cycle.ts';
import { databaseOf, folder, opened, single } from './folder.ts';

const five = 5 * minute;

test('slots are observed, missed or awaited, and a slot without any record was not watched', () => {
  let now = start;
  const reports = folder();
  const history = opened(reports, { now: () => new Date(now) });
  history.beginGrid({ startMs: start, intervalMs: five, endMs: start + 48 * 60 * minute });
  history.begin(start, 'a');
  expect(history.coverage(start, now + 1)).toMatchObject({ due: 0, ratio: undefined });
  history.recordCycle(cycle(start + 900, { slotMs: start }));
  history.recordMissed([{ slotMs: start + five, reason: 'overrun' }]);
  now = start + 4 * five;
  expect(history.coverage(start, now)).toEqual({
    due: 4,
    observed: 1,
    missed: 3,
    ratio: 1 / 4,
    largestGapMs: 3 * five,
    gaps: [
      { fromMs: start + five, toMs: start + 2 * five, reason: 'overrun' },
      { fromMs: start + 2 * five, toMs: start + 4 * five, reason: 'not running' },
    ],
  });
  const reader = openHistoryReader({ file: databaseOf(reports), now: () => new Date(now) });
  expect(reader.coverage(start, now)).toEqual(history.coverage(start, now));
  expect(reader.grids()).toEqual([{ startMs: start, intervalMs: five, endMs: start + 48 * 60 * minute }]);
  reader.close();
});

test('what was observed stays observed and the first reason stays the reason', () => {
  const history = opened(folder(), { now: () => new Date(start + 9 * five) });
  history.beginGrid({ startMs: start, intervalMs: five });
  history.recordCycle(cycle(start));
  history.begin(start, 'again');
  history.recordMissed([
    { slotMs: start, reason: 'overrun' },
    { slotMs: start + five, reason: 'suspended' },
    { slotMs: start + five, reason: 'not running' },
  ]);
  history.begin(start + 2 * five, 'abandoned');
  history.recordMissed([{ slotMs: start + 2 * five, reason: 'not running' }]);
  const { observed, gaps } = history.coverage(start, start + 3 * five);
  expect(observed).toBe(1);
  expect(gaps.map(({ reason }) => reason)).toEqual(['suspended', 'not running']);
});

test('a slot that was missed and then run after all is observed', () => {
  const history = opened(folder());
  history.beginGrid({ startMs: start, intervalMs: five });
  history.recordMissed([{ slotMs: start, reason: 'killed' }]);
  history.begin(start, 'after the restart');
  history.recordCycle(cycle(start));
  expect(history.coverage(start, start + 1)).toMatchObject({ observed: 1, missed: 0 });
});

test('an ended schedule has no slots due, and a new one begins at its own start', () => {
  const history = opened(folder(), { now: () => new Date(start + 60 * five) });
  history.beginGrid({ startMs: start, intervalMs: five });
  history.endGrid(start + 2 * five);
  history.beginGrid({ startMs: start + 10 * five + 1, intervalMs: minute });
  expect(history.coverage(start, start + 11 * five).due).toBe(2 + 5);
});

test('a slot in flight is left alone while its process lives and missed once it is dead', async () => {
  const reports = folder();
  const history = opened(reports);
  history.beginGrid({ startMs: start, intervalMs: five });
  history.begin(start, 'of this process');
  const child = spawn('sleep', ['60']);
  onTestFinished(() => void child.kill('SIGKILL'));
  const [host] = JSON.parse(ownOwner()) as [string];
  const owned = (pid: number | undefined, birth: string) => JSON.stringify([host, pid, birth]);
  const insert = history.database.prepare(`INSERT INTO slots VALUES (?, 'in flight', NULL, 'x', ?)`);
  const birth =
    (await import('node:fs')).readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(' ')[21] ?? '';
  insert.run(start + five, owned(child.pid, birth));
  insert.run(start + 2 * five, owned(child.pid, '12345')); // the number of a process that is gone, come again
  insert.run(start + 3 * five, ownOwner().replace(host, 'another-host'));
  expect(isOwnerAlive(owned(child.pid, birth))).toBe(true);

  expect(opened(reports).killedSlots).toEqual([start + 2 * five, start + 3 * five]);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(opened(reports).killedSlots).toEqual([start + five]);
  expect(single(history, `SELECT count(*) FROM slots WHERE reason = 'killed'`)).toBe(3);
  expect(single(history, `SELECT slot_ms FROM slots WHERE state = 'in flight'`)).toBe(start);
});

test('a slot in flight is left to the loop that runs, wherever its process is: only a number that is here says whether one is dead', async () => {
  const reports = folder();
  const history = opened(reports);
  history.beginGrid({ startMs: start, intervalMs: five });
  history.database
    .prepare(`INSERT INTO slots VALUES (?, 'in flight', NULL, 'x', ?)`)
    .run(start, JSON.stringify(['another-container', 1, '12345']));
  const taker = fileURLToPath(new URL('../core/files/lock-taker.ts', import.meta.url));
  const loop = spawn(process.execPath, [taker, path.join(reports, 'vigil.lock')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void loop.kill('SIGKILL'));
  loop.stdin.write('take\n');
  expect(String((await once(loop.stdout, 'data'))[0])).toBe('won\n');
  expect(opened(reports).killedSlots).toEqual([]);
  loop.kill('SIGKILL');
  await once(loop, 'exit');
  expect(opened(reports).killedSlots).toEqual([start]);
});
