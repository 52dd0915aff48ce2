import { expect, test } from 'vitest';
import { standingOf } from '../../../src/release/gate/plan.ts';
import { stageOf } from '../../../src/release/gate/setup.ts';
import { deployedMs, hour, minute } from './green.ts';

const plan = [
  { percent: 25, afterMs: 15 * minute },
  { percent: 50, afterMs: 6 * hour },
  { percent: 75, afterMs: 24 * hour },
  { percent: 100, afterMs: 48 * hour },
];
const taken = (...stages: [percent: number, afterMs: number][]) =>
  stages.map(([percent, afterMs]) => ({ percent, takenMs: deployedMs + afterMs, isOverride: false }));
const next = (...stages: [percent: number, afterMs: number][]) => {
  const standing = standingOf(plan, deployedMs, taken(...stages));
  return standing.next && [standing.next.percent, standing.next.soakEndsMs - deployedMs];
};

test('before the first stage it waits for the plan’s time since the deployment', () => {
  expect(standingOf(plan, deployedMs, [])).toMatchObject({ percent: 0, sinceMs: deployedMs });
  expect(next()).toEqual([25, 15 * minute]);
});

test('a stage that is taken late soaks as long as one that is taken in time', () => {
  // The plan has 5 h 45 min between 25 and 50 %.
  expect(next([25, 15 * minute])).toEqual([50, 6 * hour]);
  expect(next([25, 2 * hour])).toEqual([50, 2 * hour + 345 * minute]);
});

test('all stages asked for in a row at the end still soak one after another', () => {
  const late = 50 * hour;
  expect(next([25, late])).toEqual([50, late + 345 * minute]);
  expect(next([25, late], [50, late + 345 * minute])).toEqual([75, late + 345 * minute + 18 * hour]);
});

test('a stage that is taken again later keeps its first time, and an override counts as taken', () => {
  const twice = standingOf(plan, deployedMs, taken([25, 15 * minute], [25, 5 * hour]));
  expect(twice.sinceMs).toBe(deployedMs + 15 * minute);
  const overridden = standingOf(plan, deployedMs, [{ percent: 75, takenMs: deployedMs, isOverride: true }]);
  expect([overridden.percent, overridden.next?.percent]).toEqual([75, 100]);
});

test('after the last stage nothing comes', () => {
  expect(standingOf(plan, deployedMs, taken([100, 48 * hour])).next).toBeUndefined();
});

test.each(['50', ' 50 ', '50%', '50 %', '50.0'])('%s names the stage of 50 percent', (text) => {
  expect(stageOf(text, plan)).toBe(50);
});

test.each(['', '51', '-50', '5e1', '50; DROP', 'fifty', '0x32', 'NaN'])('%s names no stage', (text) => {
  expect(() => stageOf(text, plan)).toThrow('the plan has no such stage');
});
