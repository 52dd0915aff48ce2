import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HistoryReader } from '../../src/history/history.ts';
import { HistoryError } from '../../src/history/history-error.ts';
import { openHistory, openHistoryReader } from '../../src/history/open-history.ts';
import { askHistory } from '../../src/release/gate/gate.ts';
import { countsOf } from '../history/counts.ts';
import { cycle, outcomes } from '../history/cycle.ts';
import { askedMs, asking, criticalAlert, minute, recordGreen, setup } from '../release/gate/green.ts';

const home = mkdtempSync(path.join(tmpdir(), 'vigil-damage-'));
const now = () => new Date(askedMs);
const red = path.join(home, 'red.sqlite');
const page = 4096;

/** The evidence of a release that must not go on: its newest cycles fail, and a critical alert fires. */
beforeAll(() => {
  const history = openHistory({ file: red, now });
  recordGreen(history, {
    cycleOf: (timeMs) =>
      timeMs > askedMs - 30 * minute ? { verdict: 'fail', outcomes: outcomes([3, 4]) } : {},
  });
  history.saveState('alerts', { version: 1, alerts: { f: criticalAlert }, groups: {} });
  history.database.prepare('UPDATE state SET time_ms = ?').run(askedMs);
  history.close();
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Asks the gate of a file as `vigil gate` does; a refusal to read it is an answer too. */
function verdictOn(file: string): string {
  let reader: HistoryReader | undefined;
  try {
    reader = openHistoryReader({ file, now });
    return askHistory(reader, setup, asking, askedMs).decision.verdict;
  } catch (thrown) {
    if (thrown instanceof HistoryError) return thrown.failure;
    throw thrown;
  } finally {
    reader?.close();
  }
}

const harm = fc.record({
  at: fc.nat(),
  kind: fc.constantFrom('page of zeros', 'page of rubbish', 'bytes', 'page of another place'),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 64 }),
  from: fc.nat(),
});
type Harm = typeof harm extends fc.Arbitrary<infer T> ? T : never;

function damaged(whole: Buffer, harms: readonly Harm[]): Buffer {
  const copy = Buffer.from(whole);
  const pages = copy.length / page;
  for (const { at, kind, bytes, from } of harms) {
    const start = (at % pages) * page;
    if (kind === 'page of zeros') copy.fill(0, start, start + page);
    else if (kind === 'page of rubbish') copy.fill(0x5a, start, start + page);
    else if (kind === 'bytes') copy.set(bytes, Math.min(at % copy.length, copy.length - bytes.length));
    else whole.copy(copy, start, (from % pages) * page, (from % pages) * page + page);
  }
  return copy;
}

/** The same damage in every run; another seed looks elsewhere. */
const seed = 897_521_907;

describe('a database with damaged pages', () => {
  test('is red when it is whole, so that what follows is for its own reason', () => {
    expect(verdictOn(red)).toBe('fail');
  });

  test('never opens the gate, and is never more than refused', () => {
    const whole = readFileSync(red);
    const file = path.join(home, 'harmed.sqlite');
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.array(harm, { minLength: 1, maxLength: 6 }), (harms) => {
        writeFileSync(file, damaged(whole, harms));
        const verdict = verdictOn(file);
        seen.add(verdict);
        expect(verdict).not.toBe('pass');
      }),
      { numRuns: 250, seed },
    );
    expect(seen.size).toBeGreaterThan(1);
  });

  test('is opened for writing, or set aside as it is; the loop can go on with either', () => {
    const whole = readFileSync(red);
    fc.assert(
      fc.property(fc.array(harm, { minLength: 1, maxLength: 6 }), (harms) => {
        const folder = mkdtempSync(path.join(home, 'open-'));
        const file = path.join(folder, 'vigil.sqlite');
        writeFileSync(file, damaged(whole, harms));
        const warnings: string[] = [];
        const attempt = () => {
          const history = openHistory({ file, now, onWarning: (text) => warnings.push(text) });
          try {
            history.recordCycle(cycle(askedMs + minute));
            expect(history.latestCycle()?.startedMs).toBe(askedMs + minute);
          } finally {
            history.close();
          }
        };
        try {
          attempt();
        } catch (thrown) {
          // Damage that opening does not see is met on writing, is named so, and what comes after it works.
          expect(thrown).toBeInstanceOf(HistoryError);
          expect(['corrupt', 'foreign', 'newer', 'io']).toContain((thrown as HistoryError).failure);
        }
        rmSync(folder, { recursive: true });
      }),
      { numRuns: 60, seed },
    );
  });
});

test('a log beside the database that is damaged anywhere takes cycles away at the most', () => {
  const live = path.join(home, 'live.sqlite');
  const history = openHistory({ file: live, now });
  recordGreen(history);
  history.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  for (let index = 1; index <= 5; index += 1) {
    history.recordCycle(cycle(askedMs + index, { verdict: 'fail', outcomes: outcomes([1]) }));
  }
  const [database, log] = [live, `${live}-wal`].map((file) => readFileSync(file));
  history.close();
  if (!database || !log) throw new Error('nothing was recorded');
  expect(log.length).toBeGreaterThan(page);
  const file = path.join(home, 'torn.sqlite');
  const before = (reader: HistoryReader) => countsOf(reader).cycles;
  fc.assert(
    fc.property(
      fc.nat({ max: log.length - 1 }),
      fc.integer({ min: 1, max: 255 }),
      fc.boolean(),
      (at, by, cut) => {
        const torn = cut ? Buffer.from(log.subarray(0, at)) : Buffer.from(log);
        if (!cut) torn[at] = (torn[at] ?? 0) ^ by;
        for (const end of ['-wal', '-shm']) rmSync(file + end, { force: true });
        writeFileSync(file, database);
        writeFileSync(`${file}-wal`, torn);
        const opened = openHistory({ file, now });
        const whole = opened.snapshots(0).length;
        expect(before(opened)).toBe(whole);
        expect(Object.values(opened.database.prepare('PRAGMA integrity_check').get() ?? {})).toEqual(['ok']);
        opened.close();
      },
    ),
    { numRuns: 80, seed },
  );
});
