import { expect, test } from 'vitest';
import type { TestSpecification, Vitest } from 'vitest/node';
import { catalogue } from '../../../health-tests/catalogue.ts';
import { GroupSequencer } from '../../../health-tests/sequencer.ts';
import { groups } from '../../../src/core/catalogue/check-definition.ts';
import { checksOfShard, groupsOfShard, type Shard, shardOf } from '../../../src/core/catalogue/shard.ts';
import { validateConfig } from '../../../src/core/config/validate.ts';

const shardsOf = (count: number): Shard[] =>
  Array.from({ length: count }, (_, at) => ({ index: at + 1, count }));

test.each([1, 2, 3, 4, 5])('of %i shards each check is in exactly one, and no shard is empty', (count) => {
  const shards = shardsOf(count).map((shard) => checksOfShard(catalogue, shard).map(({ id }) => id));
  expect(shards.flat().toSorted()).toEqual(catalogue.map(({ id }) => id).toSorted());
  expect(shards.every(({ length }) => length > 0)).toBe(true);
});

test.each([2, 3, 5])(
  'with %i shards Vitest runs the files of exactly the groups that the runner expects',
  async (count) => {
    const files = groups.map((group) => ({ moduleId: `/suite/${group}.test.ts` }) as TestSpecification);
    for (const shard of shardsOf(count)) {
      const run = await new GroupSequencer({ config: { shard } } as Vitest).shard(files);
      expect(run.map(({ moduleId }) => moduleId)).toEqual(
        groupsOfShard(shard).map((group) => `/suite/${group}.test.ts`),
      );
    }
  },
);

test('without a shard every check is expected', () => {
  expect(shardOf(['--reporter=dot'])).toBeUndefined();
  expect(checksOfShard(catalogue, undefined)).toHaveLength(36);
});

test.each([[['--shard=2/3']], [['--shard', '2/3']], [['--shard=1/5', '--shard=2/3']]])(
  '%j names the second of three shards',
  (args) => {
    expect(shardOf(args)).toEqual({ index: 2, count: 3 });
  },
);

test.each(['0/3', '4/3', '1/6', 'half', ''])(
  '--shard=%s is refused with the configuration, as some check would run nowhere',
  (text) => {
    expect(() => validateConfig({ suite: { args: [`--shard=${text}`] } }, 'a test')).toThrow(
      'suite.args: expected --shard=INDEX/COUNT',
    );
    expect(() => shardOf([`--shard=${text}`])).toThrow('expected --shard=INDEX/COUNT');
  },
);

test('another suite is sharded as its own runner likes', () => {
  const { suite } = validateConfig({ suite: { root: '/srv/suite', args: ['--shard=7/9'] } }, 'a test');
  expect(suite.args).toEqual(['--shard=7/9']);
});
