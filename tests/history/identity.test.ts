import { expect, test } from 'vitest';
import type { Releases } from '../../src/suite/identity/read-releases.ts';
import { cycle, identity, minute, start } from './cycle.ts';
import { folder, opened, single } from './folder.ts';

const says = (releases: Releases) => ({ identity: { ...identity, releases } });

test('a cycle is read with the identity that it was recorded with; one without has none', () => {
  const history = opened(folder());
  const recorded = cycle(start, says({ api: ['v1', 'v2'], planner: null }));
  history.recordCycle(recorded);
  history.recordCycle(cycle(start + minute, { identity: undefined }));
  expect(history.cycle(recorded.id)?.identity).toEqual(recorded.identity);
  expect(history.latestCycle()?.identity).toBeUndefined();
});

test('suite and thresholds are kept once, however many cycles were judged by them', () => {
  const history = opened(folder());
  const other = { ...identity, criteria: { ...identity.criteria, hash: 'other' } };
  for (let index = 0; index < 6; index += 1)
    history.recordCycle(cycle(start + index * minute, { identity: index === 5 ? other : identity }));
  expect(single(history, 'SELECT count(*) FROM criteria')).toBe(2);
});

test('cycles of one identity that follow one another are one stretch, those of other targets aside', () => {
  const history = opened(folder());
  const all = ['v1', 'v1', 'v2', 'v1', undefined, 'v1'];
  all.forEach((id, index) => {
    history.recordCycle(
      cycle(start + index * minute, id === undefined ? { identity: undefined } : says({ api: [id] })),
    );
    history.recordCycle(
      cycle(start + index * minute + 1, { id: `other ${index}`, targetId: 'http://other' }),
    );
  });
  const stretches = history.identities({
    fromMs: start,
    toMs: start + 9 * minute,
    targetId: 'http://target',
  });
  expect(
    stretches.map(({ fromMs, toMs, cycles, identity: of }) => [
      (fromMs - start) / minute,
      (toMs - start) / minute,
      cycles,
      of?.releases.api?.[0],
    ]),
  ).toEqual([
    [0, 1, 2, 'v1'],
    [2, 2, 1, 'v2'],
    [3, 3, 1, 'v1'],
    [4, 4, 1, undefined],
    [5, 5, 1, 'v1'],
  ]);
  expect(history.identities({ fromMs: start + minute, toMs: start + minute + 1 })).toHaveLength(2);
});
