import { expect, test } from 'vitest';
import { releaseStory, type SaidReleases } from '../../../src/release/gate/identity/release-story.ts';

/** One stretch a minute, each as what its services said. */
const said = (...all: Record<string, string[] | null>[]): SaidReleases[] =>
  all.map((releases, index) => ({
    fromMs: index,
    toMs: index,
    releases,
  }));
const one = (...ids: (string | null)[]) =>
  said(...ids.map((id) => ({ service: id === null ? null : id.split(' ') })));

const story = (stretches: SaidReleases[], before: SaidReleases[] = [], more: object = {}) =>
  releaseStory(stretches, before, {
    deployed: 'v2',
    previous: 'v1',
    firstStage: undefined,
    listed: ['service'],
    wholeSinceMs: undefined,
    recoveryMs: 10,
    atMs: stretches.length,
    ...more,
  });

test.for<[string, SaidReleases[], SaidReleases[], { atMs: number; was: string; now: string } | undefined]>([
  ['the recorded one alone', one('v2', 'v2'), [], undefined],
  ['the one before and the recorded one in turn', one('v1', 'v2', 'v1 v2', 'v1'), [], undefined],
  ['a third', one('v2', 'v3', 'v3'), [], { atMs: 1, was: 'v2', now: 'v3' }],
  ['a third, and the one before', one('v2', 'v1 v3', 'v1'), [], { atMs: 1, was: 'v2', now: 'v3' }],
  ['a third and back', one('v1', 'v2', 'v3', 'v3', 'v2'), [], { atMs: 4, was: 'v3', now: 'v2' }],
  ['a fourth', one('v2', 'v3', 'v4'), [], { atMs: 2, was: 'v3', now: 'v4' }],
  [
    'what was never the recorded one, beside the one before',
    one('v1', 'x', 'v1', 'x'),
    [],
    { atMs: 1, was: 'v2', now: 'x' },
  ],
  ['what ran before, not what was recorded before', one('v0', 'v2'), one('v0'), undefined],
  ['what was recorded before, and did not run', one('v1'), one('v0'), { atMs: 0, was: 'v2', now: 'v1' }],
  ['recorded when it was out already', one('v2', 'v1'), one('v1', 'v2'), undefined],
  ['nobody says anything', one(null, null), [], undefined],
])('the soak begins anew by a third release: %s', ([, stretches, before, anew]) => {
  expect(story(stretches, before).anew).toEqual(anew);
});

test('a service that is versioned on its own is no third release, its change is', () => {
  const own = (planner: string) => ({ api: ['v2'], planner: [planner] });
  expect(story(said(own('p7'), own('p7'))).anew).toBeUndefined();
  expect(story(said(own('p7'), own('p8'))).anew).toMatchObject({ now: 'p8' });
});

test('while two releases answer that are not the one before, the soak does not begin', () => {
  const [stretch] = one('v2 v3');
  const mixed = { ...(stretch as SaidReleases), fromMs: 3, toMs: 9 };
  expect(story([mixed]).anew).toEqual({ atMs: 9, was: 'v2', now: 'v3' });
});

test('how many instances said which release is that of the newest cycle which saw any', () => {
  expect(story(one('v1', 'v1 v1 v2 v2 v2', null))).toMatchObject({
    seen: ['v1', 'v2'],
    instances: { v1: 2, v2: 3 },
    anew: undefined,
  });
});

test('no release id since some cycle is told, and none at all is not', () => {
  expect(story(one('v2', null, null)).silentSinceMs).toBe(1);
  expect(story(one('v2', null, 'v2'))).toMatchObject({ silentSinceMs: undefined, seen: ['v2'] });
  expect(story(one(null))).toMatchObject({ silentSinceMs: undefined, seen: [] });
  const old = { fromMs: 2, toMs: 2, releases: undefined };
  expect(story([...one('v2'), old]).silentSinceMs).toBeUndefined();
});

const two = (api: string, planner: string) => ({ api: [api], planner: [planner] });

test.for<[string, SaidReleases[], SaidReleases[], string[] | undefined]>([
  ['all on the recorded one', one('v2', 'v2'), one('v1'), undefined],
  ['one address says two', one('v2', 'v1 v2'), one('v1'), ['v1', 'v2']],
  ['now this, now that', one('v1', 'v2'), one('v1'), ['v1', 'v2']],
  ['none has the recorded one', one('v1', 'v1'), one('v1'), ['v1']],
  ['a service was left behind', said(two('v2', 'v1')), said(two('v1', 'v1')), ['v1', 'v2']],
  ['a service was left behind, nobody knows what was before', said(two('v2', 'v1')), [], ['v1', 'v2']],
  ['a service is versioned on its own', said(two('v2', 'p7')), said(two('v1', 'p7')), undefined],
  ['and has changed too', said(two('v2', 'p7'), two('v2', 'p8')), said(two('v1', 'p7')), ['p7', 'p8', 'v2']],
])('with all of the traffic on the release a mix is told: %s', ([, stretches, before, ids]) => {
  const whole = story(stretches, before, {
    wholeSinceMs: 0,
    deployed: stretches.length > 1 && ids?.includes('p8') ? 'p8' : 'v2',
  });
  expect(whole.mix?.ids).toEqual(ids);
  expect(story(stretches, before).mix).toBeUndefined();
});

test('a mix of before all of the traffic came, or of long ago, is over', () => {
  const stretches = one('v1 v2', 'v2', 'v2', 'v2');
  expect(story(stretches, [], { wholeSinceMs: 0 }).mix).toEqual({ ids: ['v1', 'v2'], lastMs: 0 });
  expect(story(stretches, [], { wholeSinceMs: 1 }).mix).toBeUndefined();
  expect(story(stretches, [], { wholeSinceMs: 0, recoveryMs: 3 }).mix).toBeUndefined();
});

const quarter = { sinceMs: 2, percent: 25 };

test.for<[string, SaidReleases[], object, boolean]>([
  ['never since the first stage', one('v1', 'v1', 'v1'), { firstStage: quarter }, true],
  ['no stage is taken', one('v1', 'v1', 'v1'), {}, false],
  ['no cycle since the stage was taken', one('v1', 'v1'), { firstStage: quarter }, false],
  ['it is said now', one('v1', 'v1', 'v1 v2'), { firstStage: quarter }, false],
  ['said before the stage, and no more', one('v2', 'v2', 'v1'), { firstStage: quarter }, true],
  ['said at the stage, and no more', one('v1', 'v1', 'v1 v2', 'v1'), { firstStage: quarter }, true],
  ['the third that came is gone', one('v1', 'v1', 'v3', 'v1'), { firstStage: quarter }, true],
  ['no service says any', one(null, null, null), { firstStage: quarter }, false],
])('the release in force is missing where no instance says it: %s', ([, stretches, more, isMissing]) => {
  expect(story(stretches, one('v1'), more).isMissing).toBe(isMissing);
});

test('behind one address it is missing where so many cycles would have met it by its share of the traffic', () => {
  const sampled = (cycles: number, percent: number) => {
    const [seen, unseen] = one('v1 v2', 'v1') as [SaidReleases, SaidReleases];
    const stretches = [
      { ...seen, cycles: 1 },
      { ...unseen, fromMs: 2, toMs: 9, cycles },
    ];
    return story(stretches, one('v1'), { listed: [], firstStage: { sinceMs: 2, percent } });
  };
  expect([16, 17].map((cycles) => sampled(cycles, 25).isMissing)).toEqual([false, true]);
  expect([6, 7].map((cycles) => sampled(cycles, 50).isMissing)).toEqual([false, true]);
  expect(sampled(1, 100).isMissing).toBe(true);
  expect(sampled(17, 25).lastSeenMs).toBe(0);
  const never = story(one('v1', 'v1', 'v1'), one('v1'), { listed: [], firstStage: quarter });
  expect(never).toMatchObject({ isMissing: true, lastSeenMs: undefined });
});
