import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { openStore } from '../../src/history/store.ts';

test('a question gives rows by name or as lists, whichever was asked for before', () => {
  const store = openStore(new DatabaseSync(':memory:'), 'memory');
  const sql = 'SELECT 1 AS one, 2 AS two';
  expect(store.lists(sql)).toEqual([[1, 2]]);
  expect(store.all(sql).map((row) => ({ ...row }))).toEqual([{ one: 1, two: 2 }]);
  expect(store.lists(sql)).toEqual([[1, 2]]);
  expect({ ...store.get(sql) }).toEqual({ one: 1, two: 2 });
  store.close();
});
