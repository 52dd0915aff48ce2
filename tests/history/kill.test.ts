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

/** Starts a recorder, kills it at a random instant and tells what it said to be committed. */
async function killed(reports: string, compiled: string, firstSlot: number): Promise<Said> {
  const child = spawn(process.execPath, [recorder, databaseOf(reports), String(firstSlot)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_COMPILE_CACHE: compiled },
  });
  const closed = once(child, 'close');
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  // Most die while they record, some while they open or migrate.
  if (Math.random() < 0.9) await once(child.stdout, 'data');
  await sleep(Math.random() * 25);
  child.kill('SIGKILL');
  await closed;
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

/** One lane kills again and again, ten times over the same database. */
async function lane(kills: number, compiled: string): Promise<{ lost: number; cycles: number }> {
  const all = { lost: 0, cycles: 0 };
  for (let begun = 0; begun < kills; begun += 10) {
    const reports = folder();
    let next = 0;
    for (let round = 0; round < 10; round += 1) {
      const said = await killed(reports, compiled, next);
      const warnings: string[] = [];
      const history = openHistory({ file: databaseOf(reports), onWarning: (text) => warnings.push(text) });
      expect(warnings).toEqual([]);
      all.cycles -= next;
      next = checkWhole(history, said, next);
      all.cycles += next;
      all.lost += history.killedSlots.length;
      expect(history.coverage(0, next).observed).toBe(countsOf(history).cycles);
      history.close();
    }
  }
  return all;
}

test('50 processes killed at random instants lose nothing committed and at most the cycle in flight', async () => {
  const home = folder();
  const compiled = path.join(home, 'compiled');
  execFileSync(process.execPath, [recorder, databaseOf(home)], {
    env: { ...process.env, NODE_COMPILE_CACHE: compiled },
  });
  const lanes = await Promise.all([lane(30, compiled), lane(20, compiled)]);
  const sum = (field: 'lost' | 'cycles') => lanes.reduce((total, entry) => total + entry[field], 0);
  // The kills must have hit what they were meant to hit.
  expect(sum('lost')).toBeGreaterThan(5);
  expect(sum('cycles')).toBeGreaterThan(50);
}, 300_000);
