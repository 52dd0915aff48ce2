import { expect, test } from 'vitest';
import { z } from 'zod';
import { countsOf } from './counts.ts';
import { cycle, outcomes, start } from './cycle.ts';
import { folder, opened, single } from './folder.ts';

test('a transaction that fails leaves nothing, and what came before it stays', () => {
  const history = opened(folder());
  history.recordCycle(cycle(start));
  const attempt = () =>
    history.transaction(() => {
      history.recordCycle(cycle(start + 1, { targetId: 'a word that is new', outcomes: outcomes([1]) }));
      history.saveState('alerts', 1);
      throw new Error('the caller changed its mind');
    });
  expect(attempt).toThrow('the caller changed its mind');
  expect(countsOf(history)).toMatchObject({ cycles: 1, outcomes: 36, observedSlots: 1 });
  expect(history.loadState('alerts', z.unknown())).toBeUndefined();
  // Words that were new in it are forgotten with it, or the next cycle would point at nothing.
  history.recordCycle(cycle(start + 2, { targetId: 'a word that is new' }));
  expect(history.latestCycle()?.targetId).toBe('a word that is new');
  expect(single(history, 'PRAGMA foreign_key_check')).toBeUndefined();
});

test('a part of a transaction can fail alone', () => {
  const history = opened(folder());
  history.transaction(() => {
    history.saveState('first', 1);
    expect(() =>
      history.transaction(() => {
        history.saveState('second', 2);
        throw new Error('only this');
      }),
    ).toThrow('only this');
    history.saveState('third', 3);
  });
  expect(['first', 'second', 'third'].map((key) => history.loadState(key, z.unknown()))).toEqual([
    1,
    undefined,
    3,
  ]);
});

test('a cycle that can’t be stored leaves nothing of itself', () => {
  const history = opened(folder());
  history.recordCycle(cycle(start));
  const again = cycle(start, { slotMs: start + 1 });
  expect(() => history.recordCycle(again)).toThrow(
    expect.objectContaining({ code: 'HARNESS', failure: 'refused' }),
  );
  const odd = { ...cycle(start + 5), verdict: 'maybe' as 'pass' };
  expect(() => history.recordCycle(odd)).toThrow('CHECK constraint failed');
  // This one fails only after all its outcomes are written.
  const late = cycle(start + 6, { signals: { errorRatio: 'none' as unknown as number } });
  expect(() => history.recordCycle(late)).toThrow('cannot store TEXT value in REAL column');
  expect(countsOf(history)).toMatchObject({ cycles: 1, outcomes: 36, observedSlots: 1 });
  expect(single(history, 'SELECT count(*) FROM outcomes')).toBe(36);
});

test('an asynchronous function is refused, because its end would come after the commit', () => {
  const history = opened(folder());
  const attempt = () =>
    history.transaction(async () => {
      history.saveState('key', 1);
    });
  expect(attempt).toThrow('can’t wait');
  expect(history.loadState('key', z.unknown())).toBeUndefined();
});

test('what follows in a transaction that has ended by itself is refused, or it would be kept without the rest', () => {
  const history = opened(folder());
  const attempt = () =>
    history.transaction(() => {
      history.saveState('first', 1);
      history.database.exec('ROLLBACK'); // as SQLite does when the disk is full
      history.saveState('second', 2);
    });
  expect(attempt).toThrow('the transaction was ended by an earlier error');
  expect([history.loadState('first', z.unknown()), history.loadState('second', z.unknown())]).toEqual([
    undefined,
    undefined,
  ]);
  history.saveState('third', 3);
  expect(history.loadState('third', z.unknown())).toBe(3);
});
