import { describe, expect, test } from 'vitest';
import { openHistoryReader } from '../../src/history/open-history.ts';
import { sqlText } from '../../src/history/sql-text.ts';
import { countsOf } from './counts.ts';
import { cycle, minute, start } from './cycle.ts';
import { databaseOf, folder, opened, single } from './folder.ts';

describe('a question in SQL', () => {
  test('is answered with plain rows', () => {
    const history = opened(folder());
    history.recordCycle(cycle(start));
    expect(history.query('SELECT passed, verdict FROM cycles')).toEqual([{ passed: 32, verdict: 'pass' }]);
  });

  test.each([
    'DELETE FROM cycles',
    'UPDATE cycles SET passed = 0',
    'WITH c AS (SELECT 1) INSERT INTO names (text) SELECT * FROM c',
    'DROP TABLE cycles',
    'SELEC',
  ])('that would write, or is none, is refused and changes nothing: %s', (sql) => {
    const history = opened(folder());
    history.recordCycle(cycle(start));
    expect(() => history.query(sql)).toThrow(
      expect.objectContaining({ failure: expect.stringMatching(/refused|read-only/) }),
    );
    expect(single(history, 'SELECT count(*) FROM cycles WHERE passed = 32')).toBe(1);
    history.recordCycle(cycle(start + minute));
    expect(countsOf(history).cycles).toBe(2);
  });
});

test('many questions see one instant, whatever is recorded meanwhile', () => {
  const reports = folder();
  const history = opened(reports);
  history.recordCycle(cycle(start));
  const reader = openHistoryReader({ file: databaseOf(reports) });
  const counts = reader.atOneInstant(() => {
    const before = countsOf(reader).cycles;
    history.recordCycle(cycle(start + minute));
    return [before, countsOf(reader).cycles, reader.query('SELECT 1 FROM cycles').length];
  });
  expect(counts).toEqual([1, 1, 1]);
  expect(countsOf(reader).cycles).toBe(2);
  expect(() =>
    reader.atOneInstant(() => {
      throw new Error('halfway');
    }),
  ).toThrow('halfway');
  expect(reader.atOneInstant(() => countsOf(reader).cycles)).toBe(2);
  reader.close();
});

test.each(["it's", 'a\nb', 'nul \u0000 after', '\u202eback', '', "'; DROP TABLE names; --", 'ü 漢 😀'])(
  'a literal of %j is that text, and can be seen',
  (text) => {
    const history = opened(folder());
    history.recordCycle(cycle(start, { targetId: text }));
    const literal = sqlText(text);
    expect(literal).toMatch(/^[^\p{Cc}\u202e]*$/u);
    expect(history.query(`SELECT count(*) AS n FROM names WHERE text = ${literal}`)).toEqual([{ n: 1 }]);
  },
);
