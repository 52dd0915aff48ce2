import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Coverage } from '../../src/history/coverage.ts';
import type { History } from '../../src/history/history.ts';
import { openHistory, openHistoryReader } from '../../src/history/open-history.ts';
import { cycle, minute, start } from './cycle.ts';
import { databaseOf, folder, opened } from './folder.ts';

const hour = 60 * minute;
const interval = 10 * minute;

const at = fc.nat({ max: 40 });
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: fc.constant('observe' as const), slot: at }) },
  fc.record({ does: fc.constant('begin' as const), slot: at }),
  fc.record({ does: fc.constant('miss' as const), slot: at }),
  fc.record({ does: fc.constant('undo' as const), slot: at }),
  fc.record({ does: fc.constant('delete' as const), slot: at }),
  fc.record({ does: fc.constant('elsewhere' as const), slot: at }),
  fc.record({ does: fc.constant('grid' as const), slot: at }),
  fc.record({ does: fc.constant('end' as const), slot: at }),
  { weight: 3, arbitrary: fc.record({ does: fc.constant('clock' as const), slot: at }) },
);

/** Nothing of it is remembered: the answer of a connection that was opened for it. */
function asked(file: string, nowMs: number, fromMs: number, toMs: number): Coverage {
  const reader = openHistoryReader({ file, now: () => new Date(nowMs) });
  try {
    return reader.coverage(fromMs, toMs);
  } finally {
    reader.close();
  }
}

function missedElsewhere(file: string, slotMs: number): void {
  const other = openHistory({ file });
  other.recordMissed([{ slotMs, reason: 'overrun' }]);
  other.close();
}

/** Undone after it was read: what was remembered of it must go with it. */
function undone(history: History, slotMs: number): void {
  expect(() =>
    history.transaction(() => {
      history.recordMissed([{ slotMs, reason: 'suspended' }]);
      history.coverage(start, start + 8 * hour);
      throw new Error('undone');
    }),
  ).toThrow('undone');
}

test('what is remembered of past hours is what a fresh look finds, whoever writes and wherever the clock goes', () => {
  const root = folder();
  let nowMs = start;
  let ids = 0;
  const file = databaseOf(root);
  const history = opened(root, { now: () => new Date(nowMs) });
  const beside = openHistoryReader({ file, now: () => new Date(nowMs) });
  const seen = { gaps: 0, remembered: 0 };
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 25 }), (steps) => {
      history.database.exec('DELETE FROM slots; DELETE FROM grids');
      history.beginGrid({ startMs: start, intervalMs: interval });
      for (const { does, slot } of steps) {
        const slotMs = start + slot * interval;
        ids += 1;
        if (does === 'observe') history.recordCycle(cycle(slotMs, { id: `${ids}`, outcomes: [] }));
        if (does === 'begin') history.begin(slotMs, `${ids}`);
        if (does === 'miss') history.recordMissed([{ slotMs, reason: 'suspended' }]);
        if (does === 'undo') undone(history, slotMs);
        if (does === 'delete') history.database.exec(`DELETE FROM slots WHERE slot_ms < ${slotMs}`);
        if (does === 'elsewhere') missedElsewhere(file, slotMs);
        if (does === 'grid') history.beginGrid({ startMs: slotMs, intervalMs: interval / 2 });
        if (does === 'end') history.endGrid(slotMs);
        if (does === 'clock') nowMs = start + slot * interval + 1;
        for (const [fromMs, toMs] of [
          [start, start + 7 * hour],
          [nowMs - 3 * hour, nowMs],
        ] as const) {
          const fresh = asked(file, nowMs, fromMs, toMs);
          expect(history.coverage(fromMs, toMs)).toEqual(fresh);
          expect(beside.coverage(fromMs, toMs)).toEqual(fresh);
          seen.gaps += fresh.gaps.length;
          seen.remembered += Number(fresh.due > 6);
        }
      }
    }),
    { numRuns: 60 },
  );
  beside.close();
  expect(seen.gaps).toBeGreaterThan(100);
  expect(seen.remembered).toBeGreaterThan(100);
});

test('an hour whose last cycle may still end is not remembered', () => {
  let nowMs = start + hour + 1;
  const history = opened(folder(), { now: () => new Date(nowMs) });
  history.beginGrid({ startMs: start, intervalMs: interval });
  history.begin(start + 5 * interval, 'still running');
  const missed = () => history.coverage(start, start + hour).missed;
  expect(missed()).toBe(5);
  nowMs += interval;
  expect(missed()).toBe(6); // no word from it for two intervals: it was killed
});

test('a long watch is not read again for every look', () => {
  let nowMs = start + 48 * hour;
  const history = opened(folder(), { now: () => new Date(nowMs) });
  history.beginGrid({ startMs: start, intervalMs: minute });
  history.transaction(() => {
    for (let slotMs = start; slotMs < nowMs; slotMs += minute)
      history.database.exec(`INSERT INTO slots (slot_ms, state) VALUES (${slotMs}, 'observed')`);
  });
  const look = () => history.coverage(nowMs - 48 * hour, nowMs);
  expect(look()).toMatchObject({ due: 48 * 60, observed: 48 * 60, missed: 0 });
  // Behind SQLite’s back, so that only a second reading could see it.
  history.database.exec('DROP TRIGGER vigil_slot_DELETE; DELETE FROM slots');
  nowMs += minute;
  const { observed } = look();
  expect(observed).toBeGreaterThan(45 * 60);
  expect(observed).toBeLessThan(48 * 60);
});
