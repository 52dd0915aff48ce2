import { expect, test } from 'vitest';
import type { DecisionEntry } from '../../src/history/decisions.ts';
import type { History } from '../../src/history/history.ts';
import { downProblem } from '../../src/suite/outcomes/down-problem.ts';
import { cycle, minute, start } from './cycle.ts';
import { databaseOf, folder, opened, writeVersion1 } from './folder.ts';

const entry = (id: string, timeMs: number, more: Partial<DecisionEntry> = {}): DecisionEntry => ({
  id,
  timeMs,
  from: 0,
  to: 25,
  verdict: 'fail',
  isTaken: false,
  askedBy: 'carol',
  via: 'command',
  deployedMs: start,
  release: 'v2',
  times: 1,
  lastMs: timeMs,
  body: { next: 'wait' },
  ...more,
});

const all = (history: History) => history.decisions(0, Number.MAX_SAFE_INTEGER);

test('a decision reads back as it was kept, and one asked again is counted', () => {
  const history = opened(folder());
  const kept = entry('a', start, { override: { by: 'carol', reason: 'now' }, to: 12.5 });
  history.recordDecision(kept);
  expect(all(history)).toEqual([kept]);
  history.repeatDecision('a', start + minute);
  expect(all(history)).toEqual([{ ...kept, times: 2, lastMs: start + minute }]);
});

test('the newest decision of a way and a share is found among others', () => {
  const history = opened(folder());
  for (const [id, via, to] of [
    ['a', 'argo', 25],
    ['b', 'argo', 25],
    ['c', 'argo', 50],
    ['d', 'http', 25],
  ] as const) {
    history.recordDecision(entry(id, start, { via, to }));
  }
  expect(history.latestDecision('argo', 25)?.id).toBe('b');
  expect(history.latestDecision('flagger event', 25)).toBeUndefined();
});

test('stages are those taken for the deployment, by the first time, overridden only when never passed', () => {
  const history = opened(folder());
  const override = { by: 'carol', reason: 'now' };
  history.recordDecision(entry('a', start + 3, { isTaken: true, verdict: 'pass' }));
  history.recordDecision(entry('b', start + 2, { isTaken: true, override }));
  history.recordDecision(entry('c', start + 5, { isTaken: true, to: 50, override }));
  history.recordDecision(entry('d', start + 1, { isTaken: true, to: 100, deployedMs: start - minute }));
  history.recordDecision(entry('e', start + 1, { to: 75, verdict: 'pass' }));
  expect(history.takenStages(start)).toEqual([
    { percent: 25, takenMs: start + 2, isOverride: false },
    { percent: 50, takenMs: start + 5, isOverride: true },
  ]);
});

test('retention takes plain answers, and never a stage that was taken or an override', () => {
  let now = start;
  const history = opened(folder(), { retentionMs: 100 * minute, now: () => new Date(now) });
  history.recordDecision(entry('plain', start));
  history.recordDecision(entry('asked again', start));
  history.recordDecision(entry('taken', start, { isTaken: true, verdict: 'pass' }));
  history.recordDecision(entry('overridden', start, { override: { by: 'carol', reason: 'now' } }));
  history.observed(0);
  now = start + 100_000 * minute;
  history.observed(100 * minute);
  history.repeatDecision('asked again', now - minute);
  while (history.prune().more);
  expect(all(history).map(({ id }) => id)).toEqual(['asked again', 'taken', 'overridden']);
});

test('a version 1 history is brought forward, with an empty list of decisions', () => {
  const reports = folder();
  writeVersion1(databaseOf(reports));
  const history = opened(reports);
  expect(all(history)).toEqual([]);
  history.recordDecision(entry('a', start));
  expect(all(history)).toHaveLength(1);
});

test('cycles are counted by verdict, those of other targets apart', () => {
  const history = opened(folder());
  const verdicts = ['pass', 'pass', 'fail', 'inconclusive', 'pass'] as const;
  for (const [index, verdict] of verdicts.entries()) {
    history.recordCycle(cycle(start + index, { verdict, targetId: index === 4 ? 'other' : 'http://target' }));
  }
  const tally = { pass: 2, fail: 1, inconclusive: 1, foreign: 1 };
  expect(history.tally(start, start + 9, 'http://target')).toEqual(tally);
  expect(history.tally(start, start + 9)).toEqual({ ...tally, pass: 3, foreign: 0 });
  expect(history.tally(start, start + 9, 'nobody')).toEqual({
    pass: 0,
    fail: 0,
    inconclusive: 0,
    foreign: 5,
  });
  expect(history.tally(start + 1, start + 1, 'http://target')).toMatchObject({ pass: 1, fail: 0 });
});

test('inconclusive cycles that only say that something was down are counted, those with anything else are not', () => {
  const history = opened(folder());
  const down = downProblem('shop does not answer');
  const cycles: Parameters<typeof cycle>[1][] = [
    { verdict: 'inconclusive', problems: [down] },
    { verdict: 'inconclusive', problems: [down, downProblem('cart does not answer')] },
    { verdict: 'inconclusive', problems: [down, 'the suite was cut off'] },
    { verdict: 'inconclusive', problems: [] },
    { verdict: 'fail', problems: [down] },
    { verdict: 'inconclusive', problems: [down], targetId: 'other' },
  ];
  for (const [index, more] of cycles.entries()) history.recordCycle(cycle(start + index, more));
  expect(history.onlyDown({ fromMs: start, toMs: start + 9, targetId: cycle(start).targetId })).toBe(2);
  expect(history.onlyDown({ fromMs: start + 1, toMs: start + 9, targetId: 'other' })).toBe(1);
});

test('it is known when a state was saved', () => {
  let now = start;
  const history = opened(folder(), { now: () => new Date(now) });
  history.saveState('alerts', {});
  now += minute;
  expect([history.stateSavedMs('alerts'), history.stateSavedMs('nothing')]).toEqual([start, undefined]);
  history.saveState('alerts', {});
  expect(history.stateSavedMs('alerts')).toBe(now);
});
