import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { History } from '../../src/history/history.ts';
import { openHistory } from '../../src/history/open-history.ts';
import { countsOf } from './counts.ts';
import { databaseOf, folder, single } from './folder.ts';

const recorder = fileURLToPath(new URL('./endless-recorder.ts', import.meta.url));

interface Said {
  begun: number[];
  committed: number[];
}

/** When a recorder ends: before that statement of a cycle, or at a random instant after it has said so much. */
type End = { statement: number } | { said: number };

/** Starts a recorder, lets it be killed, and tells what it said to be committed. */
async function killed(reports: string, compiled: string, firstSlot: number, end: End): Promise<Said> {
  const statement = 'statement' in end ? end.statement : undefined;
  const child = spawn(process.execPath, [recorder, databaseOf(reports), `${firstSlot}`, `${statement}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_COMPILE_CACHE: compiled },
  });
  const closed = once(child, 'close');
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  if ('said' in end) {
    for (let heard = 0; heard < end.said; heard += 1) await once(child.stdout, 'data');
    await sleep(Math.random() * 25);
    child.kill('SIGKILL');
  }
  expect((await closed)[1]).toBe('SIGKILL');
  const numbers = (letter: string) =>
    [...text.matchAll(new RegExp(`${letter}(\\d+)\n`, 'g'))].map(([, slot]) => Number(slot));
  return { begun: numbers('B'), committed: numbers('C') };
}

function checkWhole(history: History, said: Said, firstSlot: number): number {
  expect(single(history, 'PRAGMA integrity_check')).toBe('ok');
  expect(single(history, 'PRAGMA foreign_key_check')).toBeUndefined();
  const torn = `SELECT count(*) FROM cycles WHERE
    (SELECT count(*) FROM outcomes WHERE cycle = seq) <> 36 OR
    (SELECT count(*) FROM measurements WHERE cycle = seq) <> 72 OR
    (SELECT count(*) FROM signals WHERE cycle = seq) <> 5 OR
    (SELECT state FROM slots WHERE slots.slot_ms = cycles.slot_ms) IS NOT 'observed' OR
    NOT EXISTS (SELECT 1 FROM transitions WHERE time_ms = started_ms)`;
  expect(single(history, torn)).toBe(0);
  expect(history.loadState('newest', z.unknown())).toEqual(
    single(history, 'SELECT max(slot_ms) FROM cycles') ?? undefined,
  );

  const rows = history.database
    .prepare('SELECT slot_ms, state, reason FROM slots WHERE slot_ms >= ?')
    .all(firstSlot);
  const states = new Map(rows.map(({ slot_ms, state, reason }) => [Number(slot_ms), reason ?? state]));
  for (const slot of said.committed) expect(states.get(slot)).toBe('observed');
  // What was begun and not committed: at most one, and it is recorded as missed, or its commit had just come.
  const lost = [...states].filter(([, state]) => state !== 'observed');
  expect(lost.length).toBeLessThanOrEqual(1);
  for (const [, state] of lost) expect(state).toBe('killed');
  for (const slot of said.begun) expect(states.has(slot)).toBe(true);
  expect(history.killedSlots).toEqual(lost.map(([slot]) => slot));
  return Math.max(firstSlot - 1, ...states.keys()) + 1;
}

/** One lane kills again and again over the same database. */
async function lane(kills: readonly End[], compiled: string) {
  const reports = folder();
  let next = 0;
  let lost = 0;
  for (const end of kills) {
    const said = await killed(reports, compiled, next, end);
    const warnings: string[] = [];
    const history = openHistory({ file: databaseOf(reports), onWarning: (text) => warnings.push(text) });
    expect(warnings).toEqual([]);
    next = checkWhole(history, said, next);
    lost += history.killedSlots.length;
    expect(history.coverage(0, next).observed).toBe(countsOf(history).cycles);
    history.close();
  }
  return { lost, cycles: next };
}

test('processes killed between the statements of a cycle and at random instants lose nothing committed and at most the cycle in flight', async () => {
  const home = folder();
  const compiled = path.join(home, 'compiled');
  const told = execFileSync(process.execPath, [recorder, databaseOf(home), '0', 'count'], {
    env: { ...process.env, NODE_COMPILE_CACHE: compiled },
    encoding: 'utf8',
  });
  const statements = Number(told.trim().split('\n').at(-1));
  // From the first to the last of a cycle, and as many kills at any moment: one while it opens or migrates, the others while it records.
  const points = Array.from({ length: 10 }, (_, index) => ({
    statement: 1 + Math.round((index * (statements - 1)) / 9),
  }));
  const moments = [0, 1, 2, 3, 4, 1, 2, 3, 4, 5].map((said) => ({ said }));
  const lanes = await Promise.all([lane(points, compiled), lane(moments, compiled)]);
  // The kills must have hit what they were meant to hit.
  expect(statements).toBeGreaterThan(36);
  expect(lanes[0]?.lost).toBeGreaterThan(7);
  expect(lanes[1]?.lost).toBeGreaterThan(1);
  // Every second thing that is said is a commit.
  expect(lanes[1]?.cycles).toBeGreaterThanOrEqual(10);
});
