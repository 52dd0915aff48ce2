import { expect, test } from 'vitest';
import { refuseStarvedProbe } from '../../health-tests/support/latency.ts';
import { recorder } from '../../health-tests/support/measure.ts';
import { memoryTrend, restartsSeen } from '../../health-tests/support/memory.ts';
import { judgeTrigger } from '../../health-tests/support/trigger.ts';
import type { Measurement } from '../../src/core/catalogue/measurement.ts';
import { thresholds } from '../../src/core/thresholds/thresholds.ts';
import { minute, sample, start } from '../alerts/signals/sample.ts';
import { context } from './context.ts';

const measure = () => {
  const kept: Measurement[] = [];
  return { kept, measure: recorder((measurement) => kept.push(measurement), structuredClone(thresholds)) };
};

test('a figure under a limit of the table carries what must hold, a trigger’s breach turned round', () => {
  const { kept, measure: record } = measure();
  record('P95', 0.1, 'latencyP95.slo', { sample: 5 });
  record('P95', 0.1, 'latencyP95.rollback');
  expect(kept.map(({ bound }) => bound)).toEqual([
    { operator: '<', value: 0.2 },
    { operator: '<=', value: 0.5 },
  ]);
});

test('faults are counted, the first five are named', () => {
  const { measure: record } = measure();
  expect(record.none('faults', [], 6)).toMatchObject({
    value: 0,
    sample: 6,
    bound: { operator: '<=', value: 0 },
  });
  expect(record.none('faults', ['a', 'b', 'c', 'd', 'e', 'f', 'g'])).toMatchObject({
    value: 7,
    note: 'a; b; c; d; e and 2 more',
  });
});

const slow = (value: number): Measurement => ({
  name: 'median latency',
  value,
  unit: 'seconds',
  bound: { operator: '<', value: 0.2 },
});

test('a slow answer that a late probe explains whole is unknown; lateness never makes a pass or hides the rest', () => {
  expect(() => refuseStarvedProbe(slow(0.25), 100)).toThrow(
    'unknown: median latency 250 ms, but the probe itself',
  );
  expect(() => refuseStarvedProbe(slow(0.5), 100)).not.toThrow(); // a failure stays one
  expect(() => refuseStarvedProbe(slow(0.1), 1000)).not.toThrow(); // a pass stays one
});

const ratio = (value: number): Measurement => ({
  name: 'error ratio',
  value,
  unit: 'ratio',
  bound: { operator: '<=', value: 0.01 },
});
const past = (...ages: number[]) => ages.map((age) => ({ timeMs: Date.now() - age * minute, value: 0.02 }));
const judge = (value: number, points: { timeMs: number; value: number }[]) => () =>
  judgeTrigger(ratio(value), points, 'errorRatio.rollback', context());

test('a trigger passes under its limit, whatever was before', () => {
  expect(judge(0.01, past(20, 15, 10, 5))).not.toThrow();
});

test('a trigger is pending, with the time left, until it has held by evidence for its whole time', () => {
  expect(judge(0.02, [])).toThrow(/^unknown: pending: error ratio 2 % .* due in 5m/);
  expect(judge(0.02, past(3))).toThrow(/due in 2m/);
  expect(judge(0.02, past(30))).toThrow(/pending/); // nobody looked in between
});

test('a trigger that has held for its whole time fails and says what to do', () => {
  expect(judge(0.02, past(10, 5))).toThrow(/error ratio 2 % .* since .*: roll back/);
});

const MiB = 1024 ** 2;
const memory = (grow: (index: number) => number, count = 60) =>
  Array.from({ length: count }, (_, index) =>
    sample(start + index * 5 * minute, index, { residentMemoryBytes: 100 * MiB + grow(index) }),
  );

test('memory that grows with every cycle has a trend of its slope', () => {
  const trend = memoryTrend(memory((index) => index * 10 * MiB));
  expect(trend?.bytesPerHour).toBeCloseTo(120 * MiB, -3);
  expect(trend?.pValue).toBeLessThan(0.01);
});

test('memory that goes up and down has none', () => {
  expect(memoryTrend(memory((index) => (index % 2) * 50 * MiB))?.bytesPerHour).toBeLessThanOrEqual(0);
});

test('too few cycles, and those of a process before, show no trend at all', () => {
  expect(memoryTrend(memory((index) => index * MiB, 5))).toBeUndefined();
  const restarted = [
    ...memory((index) => index * MiB),
    sample(start + 600 * minute, 1, { startedMs: start + 599 * minute }),
  ];
  expect(memoryTrend(restarted)).toBeUndefined();
  expect(memoryTrend([])).toBeUndefined();
});

const started = (...startMinutes: number[]) =>
  startMinutes.map((at, index) =>
    sample(start + index * 5 * minute, index, { startedMs: start + at * minute }),
  );

test('each start of another process is a restart; instances that alternate, and old restarts, are none', () => {
  const now = start + 20 * minute;
  expect(restartsSeen(started(-9, -9, -9, -9), now)).toBe(0);
  expect(restartsSeen(started(-9, 4, 9, 14), now)).toBe(3);
  expect(restartsSeen(started(-9, 4, -9, 4), now)).toBe(1);
  expect(restartsSeen(started(-9, 4, 9, 14), now + 180 * minute)).toBe(0);
});
