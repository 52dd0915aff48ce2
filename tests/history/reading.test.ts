import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Series } from '../../src/alerts/signals/algebra/source.ts';
import { labelKey } from '../../src/core/labels/label-set.ts';
import type { Matcher } from '../../src/core/labels/matcher.ts';
import type { History } from '../../src/history/history.ts';
import { openHistoryReader } from '../../src/history/open-history.ts';
import type { MissedReason } from '../../src/history/slots.ts';
import { cycle, start } from './cycle.ts';
import { databaseOf, folder, opened, single } from './folder.ts';
import { coverageRowByRow, newestRowByRow, seriesRowByRow } from './row-by-row.ts';

const bySeries = (found: readonly Series[]) =>
  new Map(found.map(({ labels, points }) => [labelKey(labels), points] as const));

/** Series in the order in which their numbers are given: of those asked for some are neighbours, some far apart. */
const known = Array.from({ length: 60 }, (_, index) => ({
  name: index % 20 < 3 ? 'm' : 'other',
  labels: { n: `${index}`, half: index < 30 ? 'a' : 'b' },
}));
const wanted = known.flatMap(({ name }, index) => (name === 'm' ? [index] : []));

const scrape = fc.record({
  after: fc.integer({ min: 0, max: 3 }),
  job: fc.constantFrom('orchestrator', 'planner', ''),
  kind: fc.constantFrom('scrape', 'scrape', 'scrape', 'down', 'marker'),
  series: fc.uniqueArray(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...wanted) },
      { weight: 1, arbitrary: fc.nat(known.length - 1) },
    ),
    { maxLength: 12 },
  ),
  value: fc.double(),
});
type Step = typeof scrape extends fc.Arbitrary<infer T> ? T : never;

/** A history in which each round has a time of its own, far from the others: opening one for each would take minutes. */
function rounds(now?: () => Date) {
  const history = opened(folder(), now && { now });
  history.database.exec('PRAGMA synchronous = OFF');
  let startMs = start;
  return {
    history,
    next: () => {
      startMs += 1e7;
      return startMs;
    },
  };
}

/** Records scrapes, often several of one instant, with lists that share series. */
function recordAll(history: History, steps: readonly Step[], startMs: number): void {
  let timeMs = startMs;
  history.transaction(() => {
    for (const { after, job, kind, series, value } of steps) {
      timeMs += after;
      const samples = series.map((index) => ({
        series: known[index] as (typeof known)[number],
        value: value + index,
      }));
      // What is missing in a scrape is marked stale: all but one series, or those of one half.
      if (kind === 'scrape') history.recordSamples(timeMs, samples, job);
      else if (kind === 'down') history.recordSamples(timeMs, [{ series: 'm', value: 0 }], job);
      else
        history.recordSamples(
          timeMs,
          samples.filter(({ series: { labels } }) => labels.half !== 'a'),
          job,
        );
    }
  });
}

const any: Matcher[] = [];
const half: Matcher[] = [{ label: 'half', operator: '=', value: 'b' }];

describe('what is read is what is there row by row', () => {
  test('samples: lists that share series, markers, instants that come twice', () => {
    const { history, next } = rounds();
    // Every series has its number before, in the order above.
    history.recordSamples(
      start,
      known.map((series) => ({ series, value: 0 })),
    );
    fc.assert(
      fc.property(
        fc.array(scrape, { maxLength: 40 }),
        fc.nat({ max: 30 }),
        fc.nat({ max: 60 }),
        (steps, skipped, length) => {
          const startMs = next();
          recordAll(history, steps, startMs);
          const [fromMs, toMs] = [startMs + skipped, startMs + skipped + length];
          for (const matchers of [any, half]) {
            const expected = bySeries(seriesRowByRow(history, 'm', matchers, fromMs, toMs));
            expect(bySeries(history.series('m', matchers, fromMs, toMs))).toEqual(expected);
            const newest = bySeries(newestRowByRow(history, 'm', matchers, fromMs, toMs));
            expect(bySeries(history.newest('m', matchers, fromMs, toMs))).toEqual(newest);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  const life = fc.record({
    after: fc.integer({ min: 1, max: 400 }),
    intervalMs: fc.integer({ min: 7, max: 20 }),
    ends: fc.boolean(),
    slots: fc.array(
      fc.constantFrom<'observed' | 'in flight' | MissedReason | 'nothing' | 'off the grid'>(
        'observed',
        'observed',
        'observed',
        'in flight',
        'nothing',
        'off the grid',
        'overrun',
        'suspended',
        'killed',
      ),
      { maxLength: 30 },
    ),
  });

  test('coverage: several lives, gaps of every kind, cycles in flight and outside of the schedule', () => {
    let nowMs = 0;
    const { history, next } = rounds(() => new Date(nowMs));
    let count = 0;
    fc.assert(
      fc.property(
        fc.array(life, { maxLength: 4 }),
        fc.integer({ min: -50, max: 600 }),
        fc.nat({ max: 900 }),
        fc.nat({ max: 1200 }),
        (lives, fromAt, length, now) => {
          const beginMs = next();
          nowMs = beginMs + now;
          let startMs = beginMs;
          history.transaction(() => {
            for (const { after, intervalMs, ends, slots } of lives) {
              history.beginGrid({ startMs, intervalMs });
              for (const [index, kind] of slots.entries()) {
                const slotMs = startMs + index * intervalMs;
                count += 1;
                const one = { id: `${count}`, outcomes: [] };
                if (kind === 'observed') history.recordCycle(cycle(slotMs, one));
                else if (kind === 'off the grid') history.recordCycle(cycle(slotMs + 3, one));
                else if (kind === 'in flight') history.begin(slotMs, `${slotMs}`);
                else if (kind !== 'nothing') history.recordMissed([{ slotMs, reason: kind }]);
              }
              if (ends) history.endGrid(startMs + slots.length * intervalMs);
              startMs += after;
            }
          });
          const [fromMs, toMs] = [beginMs + fromAt, beginMs + fromAt + length];
          expect(history.coverage(fromMs, toMs)).toEqual(coverageRowByRow(history, { fromMs, toMs, nowMs }));
        },
      ),
      { numRuns: 300 },
    );
  });
});

const refused = expect.objectContaining({ failure: 'corrupt' });

describe('damage that SQLite does not see is refused, in the order or the length of what is read', () => {
  const scraped = () => {
    const history = opened(folder());
    for (let index = 0; index < 5; index += 1) {
      history.recordSamples(start + index, [
        { series: 'a', value: 1 },
        { series: 'b', value: 2 },
      ]);
    }
    return history;
  };
  const ask = (history: History, name: string) => history.series(name, [], start, start + 9);

  test('a scrape that holds fewer values than its list of series', () => {
    const history = scraped();
    history.database
      .prepare(`UPDATE scrapes SET "values" = substr("values", 1, 15) WHERE time_ms = ?`)
      .run(start + 2);
    expect(() => ask(history, 'b')).toThrow(refused);
    expect(() => history.newest('b', [], start, start + 2)).toThrow(refused);
    // What is asked for is whole.
    expect(ask(history, 'a')[0]?.points).toHaveLength(5);
    expect(history.newest('b', [], start, start + 9)[0]?.points).toHaveLength(1);
  });

  /** Does to a table what its own rules forbid, as damage does. */
  const against = (history: History, rule: RegExp, action: () => void) => {
    const { database } = history;
    const all = database.prepare('SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL').all();
    const rewrite = (to: (sql: string) => string) => {
      database.enableDefensive(false);
      database.exec('PRAGMA writable_schema = ON');
      for (const { name, sql } of all)
        database
          .prepare('UPDATE sqlite_schema SET sql = ? WHERE name = ?')
          .run(to(String(sql)), String(name));
      database.exec('PRAGMA writable_schema = RESET');
    };
    rewrite((sql) => sql.replace(rule, ''));
    action();
    rewrite((sql) => sql);
  };

  test('a scrape whose values are no bytes, though they are as many', () => {
    const history = scraped();
    const text = 'x'.repeat(16);
    against(history, /STRICT$/, () => {
      history.database.prepare(`UPDATE scrapes SET "values" = ? WHERE time_ms = ?`).run(text, start + 2);
    });
    expect(() => ask(history, 'b')).toThrow(refused);
  });

  /** Puts the first two leaves of a tree each in the place of the other. */
  const swapLeaves = (file: string, rootPage: number) => {
    const bytes = readFileSync(file);
    const page = bytes.readUInt16BE(16);
    const root = (rootPage - 1) * page;
    const interior = { table: 5, index: 2 };
    expect(Object.values(interior)).toContain(bytes[root]);
    const cell = (index: number) => root + bytes.readUInt16BE(root + 12 + 2 * index);
    const [first = 0, second = 0] = [0, 1].map((index) => (bytes.readUInt32BE(cell(index)) - 1) * page);
    const kept = Buffer.from(bytes.subarray(first, first + page));
    bytes.copy(bytes, first, second, second + page);
    kept.copy(bytes, second);
    writeFileSync(file, bytes);
  };

  test.each(['slots', 'scrapes_by_layout'])('pages of %s that stand in each other’s place', (tree) => {
    const reports = folder();
    const writer = opened(reports);
    const count = 2000;
    writer.transaction(() => {
      writer.beginGrid({ startMs: start, intervalMs: 1 });
      for (let index = 0; index < count; index += 1) {
        writer.recordSamples(start + index, [{ series: 'a', value: index }]);
        writer.recordCycle(cycle(start + index, { outcomes: [] }));
      }
    });
    const rootPage = Number(single(writer, `SELECT rootpage FROM sqlite_schema WHERE name = '${tree}'`));
    writer.close();
    const file = databaseOf(reports);
    const asked = () => {
      const reader = openHistoryReader({ file, now: () => new Date(start + count) });
      try {
        const { observed } = reader.coverage(start, start + count);
        return [observed, reader.series('a', [], start, start + count)[0]?.points.length];
      } finally {
        reader.close();
      }
    };
    expect(asked()).toEqual([count, count]);
    swapLeaves(file, rootPage);
    expect(asked).toThrow(refused);
  });

  test('a schedule whose slots could never be counted to an end', () => {
    const history = opened(folder());
    history.beginGrid({ startMs: start, intervalMs: 60_000 });
    history.database.exec('UPDATE grids SET interval_ms = 0');
    expect(() => history.coverage(start, start + 1e6)).toThrow(refused);
  });
});
