import { expect, test } from 'vitest';
import { catalogue } from '../../../health-tests/catalogue.ts';
import { testTitle } from '../../../src/core/catalogue/check-definition.ts';
import {
  checksOfShard,
  patternOfTitles,
  type Shard,
  shardOf,
  withoutShard,
} from '../../../src/core/catalogue/shard.ts';
import { validateConfig } from '../../../src/core/config/validate.ts';

const shardsOf = (count: number): Shard[] =>
  Array.from({ length: count }, (_, at) => ({ index: at + 1, count }));

test.each([1, 2, 3, 4, 5])('of %i shards each check is in exactly one, and no shard is empty', (count) => {
  const shards = shardsOf(count).map((shard) => checksOfShard(catalogue, shard).map(({ id }) => id));
  expect(shards.flat().toSorted()).toEqual(catalogue.map(({ id }) => id).toSorted());
  expect(shards.every(({ length }) => length > 0)).toBe(true);
});

test('a check stays in its shard, whatever checks come or go', () => {
  const shard = { index: 2, count: 3 };
  const fewer = catalogue.filter((_, at) => at % 2 === 0);
  const own = new Set(checksOfShard(catalogue, shard));
  expect(checksOfShard(fewer, shard)).toEqual(fewer.filter((check) => own.has(check)));
  // The same on every machine and in every version.
  expect(checksOfShard(catalogue, shard).map(({ id }) => id)).toMatchInlineSnapshot(`
    [
      "H03",
      "H06",
      "H08",
      "H09",
      "H10",
      "M02",
      "S02",
      "C01",
      "C03",
      "C04",
      "C08",
      "C09",
      "C11",
      "C13",
      "R02",
    ]
  `);
});

test.each([2, 3, 5])(
  'with as few checks as the %i shards, none is empty; with fewer, what is left over is',
  (count) => {
    const filledOf = (checks: number) => {
      const few = Array.from({ length: checks }, (_, at) => ({ id: `probe-${at}` }));
      const shards = shardsOf(count).map((shard) => checksOfShard(few, shard));
      expect(new Set(shards.flat()).size).toBe(checks);
      // In whatever order the catalogue lists them.
      const turned = shardsOf(count).map((shard) => checksOfShard(few.toReversed(), shard).toReversed());
      expect(turned).toEqual(shards);
      return shards.filter(({ length }) => length > 0).length;
    };
    for (let checks = count; checks < 4 * count; checks += 1) expect(filledOf(checks)).toBe(count);
    expect(filledOf(count - 1)).toBe(count - 1);
  },
);

test('Vitest is told the names of a shard, and no others begin or end as they do', () => {
  const own = checksOfShard(catalogue, { index: 1, count: 4 });
  const pattern = new RegExp(patternOfTitles(own.map(testTitle)));
  expect(catalogue.filter((check) => pattern.test(testTitle(check)))).toEqual(own);
  expect(new RegExp(patternOfTitles(['a (b) + c'])).test('group a (b) + c')).toBe(true);
  expect(new RegExp(patternOfTitles(['a'])).test('a b')).toBe(false);
  const inGroup = new RegExp(patternOfTitles(['cart > adds']));
  expect(['cart adds', 'cart > adds', 'adds', 'cart adds twice'].map((name) => inGroup.test(name))).toEqual([
    true,
    true,
    true,
    false,
  ]);
});

test('without a shard every check is expected', () => {
  expect(shardOf({ args: ['--reporter=dot'] })).toBeUndefined();
  expect(checksOfShard(catalogue, undefined)).toHaveLength(36);
});

test.each([
  { args: ['--shard=2/3'] },
  { args: ['--shard', '2/3', '-t', 'a'] },
  { args: ['--shard=1/5', '--shard=2/3'] },
  { args: ['--shard=1/5'], shard: '2/3' },
])('%j names the second of three shards', (suite) => {
  expect(shardOf(suite)).toEqual({ index: 2, count: 3 });
  expect(withoutShard(suite.args).join(' ')).not.toContain('shard');
});

test.each(['0/3', '4/3', '1/101', 'half', ''])(
  'the shard %s is refused with the configuration, as some check would run nowhere',
  (text) => {
    for (const [suite, key] of [
      [{ args: [`--shard=${text}`] }, 'args'],
      [{ shard: text }, 'shard'],
    ] as const)
      expect(() => validateConfig({ suite }, 'a test')).toThrow(`suite.${key}: expected a shard INDEX/COUNT`);
  },
);

test('a suite without a catalogue is not split: nobody knows what a shard of it owes', () => {
  const whole = { root: '/srv/suite', catalogue: 'checks.json', shard: '7/9' };
  expect(validateConfig({ suite: whole }, 'a test').suite.shard).toBe('7/9');
  const { catalogue: _, ...without } = whole;
  expect(() => validateConfig({ suite: without }, 'a test')).toThrow('suite.catalogue: expected a catalogue');
  const command = { command: ['jest', '--shard=1/2'], junit: 'j.xml', catalogue: 'checks.json' };
  expect(() => validateConfig({ suite: command }, 'a test')).toThrow('expected suite.shard instead');
});
