import { expect, test } from 'vitest';
import { sustained } from '../../../src/alerts/signals/sustained.ts';
import type { Bound } from '../../../src/core/thresholds/bound.ts';
import { minute, start } from './sample.ts';

const over: Bound = { operator: '>', value: 0.01, forSeconds: 300 };
const gap = 10 * minute;
/** Points by their age in minutes. */
const points = (...ages: [age: number, value: number][]) =>
  ages.map(([age, value]) => ({ timeMs: start - age * minute, value }));

test('without a point, and with a newest one under the limit, it is clear', () => {
  expect(sustained([], over, gap)).toEqual({ state: 'clear' });
  expect(sustained(points([5, 0.02], [0, 0.01]), over, gap)).toEqual({ state: 'clear' });
});

test('the first point over the limit is pending for the whole time', () => {
  expect(sustained(points([0, 0.02]), over, gap)).toEqual({
    state: 'pending',
    sinceMs: start,
    leftMs: 5 * minute,
  });
});

test('it is breached at exactly five minutes and pending a millisecond before', () => {
  expect(sustained(points([5, 0.02], [0, 0.02]), over, gap)).toEqual({
    state: 'breached',
    sinceMs: start - 5 * minute,
  });
  const almost = [{ timeMs: start - 5 * minute + 1, value: 0.02 }, ...points([0, 0.02])];
  expect(sustained(almost, over, gap)).toMatchObject({ state: 'pending', leftMs: 1 });
});

test('one point under the limit begins the time anew', () => {
  expect(sustained(points([9, 0.02], [6, 0.001], [4, 0.02], [0, 0.02]), over, gap)).toMatchObject({
    state: 'pending',
    sinceMs: start - 4 * minute,
    leftMs: minute,
  });
});

test('a gap in the evidence breaks it: nobody saw what happened in it', () => {
  expect(sustained(points([10, 0.02], [0, 0.02]), over, gap)).toMatchObject({ state: 'breached' });
  expect(sustained(points([10.1, 0.02], [0, 0.02]), over, gap)).toMatchObject({
    state: 'pending',
    leftMs: 5 * minute,
  });
});

test('a point dated in the future neither breaks nor shortens the time', () => {
  const future = [{ timeMs: start + 60 * minute, value: 0.02 }];
  expect(sustained([...points([6, 0.02]), ...future, ...points([0, 0.02])], over, gap)).toMatchObject({
    state: 'breached',
    sinceMs: start - 6 * minute,
  });
  expect(sustained([...future, ...points([0, 0.02])], over, gap)).toMatchObject({
    state: 'pending',
    leftMs: 5 * minute,
  });
});

test('a limit without a duration is breached at once', () => {
  expect(sustained(points([0, 0.02]), { operator: '>', value: 0.01 }, gap)).toMatchObject({
    state: 'breached',
  });
});
