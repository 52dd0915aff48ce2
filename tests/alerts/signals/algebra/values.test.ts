import { expect, test } from 'vitest';
import { calculate } from '../../../../src/alerts/signals/algebra/arithmetic.ts';
import * as build from '../../../../src/alerts/signals/algebra/build.ts';
import { evaluate, evaluateVector } from '../../../../src/alerts/signals/algebra/evaluate.ts';
import type { Expression } from '../../../../src/alerts/signals/algebra/expression.ts';
import { MemorySource } from '../../../../src/alerts/signals/algebra/memory-source.ts';

const s = 1000;
const minute = 60 * s;
const nan = Number.NaN;

/** Series of one metric, each `[labels, values]`, one value every ten seconds up to a minute. */
function sourceOf(metrics: Record<string, [labels: Record<string, string>, ...values: number[]][]>) {
  const source = new MemorySource();
  for (const [name, series] of Object.entries(metrics)) {
    for (const [labels, ...values] of series) {
      const firstMs = minute - (values.length - 1) * 10 * s;
      for (const [index, value] of values.entries()) {
        source.add(name, labels, { timeMs: firstMs + index * 10 * s, value });
      }
    }
  }
  return source;
}

const parts = sourceOf({
  x: [
    [{ part: 'c', zone: 'n' }, 6],
    [{ part: 'a', zone: 'n' }, 2],
    [{ part: 'b', zone: 's' }, 1],
    [{ part: 'd' }, 11],
  ],
  odd: [
    [{ part: 'a' }, nan],
    [{ part: 'b' }, 3],
    [{ part: 'c' }, nan],
  ],
  one: [[{}, 8]],
});
const x = build.gauge(build.select('x'));
const value = (expression: Expression, source = parts) => evaluate(expression, source, minute);

test.each([
  ['sum', build.sum, 20],
  ['min', build.min, 1],
  ['max', build.max, 11],
  ['avg', build.avg, 5],
] as const)('the %s over all series', (_, of, expected) => {
  expect(value(of(x))).toBeCloseTo(expected, 12);
});

test('a NaN loses against any number, wherever it stands', () => {
  expect([
    value(build.min(build.gauge(build.select('odd')))),
    value(build.max(build.gauge(build.select('odd')))),
  ]).toEqual([3, 3]);
});

test('groups are told apart by the labels named, a label that is not set is none', () => {
  expect(evaluateVector(build.sum(x, 'zone', 'nobody'), parts, minute)).toEqual([
    { labels: { zone: 'n' }, value: 8 },
    { labels: { zone: 's' }, value: 1 },
    { labels: {}, value: 11 },
  ]);
  // In the order of their labels, whichever came first.
  expect(evaluateVector(x, parts, minute).map(({ labels }) => labels.part)).toEqual(['a', 'b', 'c', 'd']);
});

test.each([
  [build.plus(build.gauge(build.select('one')), 2), 10],
  [build.minus(2, build.gauge(build.select('one'))), -6],
  [build.plus(build.gauge(build.select('one')), build.gauge(build.select('one'))), 16],
  [build.ratio(build.gauge(build.select('one')), 2), 4],
  [build.minus(build.plus(1, 2), 5), -2],
  [build.minus(build.time(), 30), 30],
])('%j is reckoned from left to right', (expression, expected) => {
  expect(value(expression)).toBe(expected);
});

test('elements meet those with exactly their labels, and what meets none is left out', () => {
  const source = sourceOf({
    a: [
      [{ part: 'a' }, 6],
      [{ part: 'b' }, 8],
    ],
    b: [
      [{ part: 'b' }, 2],
      [{ part: 'c' }, 3],
    ],
  });
  expect(
    evaluateVector(
      build.ratio(build.gauge(build.select('a')), build.gauge(build.select('b'))),
      source,
      minute,
    ),
  ).toEqual([{ labels: { part: 'b' }, value: 4 }]);
});

test('two elements with the same labels on one side are a mistake, never one of them', () => {
  const twice = [1, 2].map((each) => ({ labels: { part: 'a' }, value: each }));
  const once = twice.slice(0, 1);
  const says = 'two series with the same labels on one side: aggregate them first';
  expect(() => calculate('+', twice, once)).toThrow(says);
  expect(() => calculate('+', once, twice)).toThrow(says);
});

test('over a window: mean and number of the samples, changes, the newest one', () => {
  const source = sourceOf({ g: [[{}, 1, 1, 4, nan, nan, 4, 4]] });
  const g = build.select('g');
  expect(value(build.samplesIn(g, minute), source)).toBe(7);
  expect(value(build.samplesIn(g, 20 * s), source)).toBe(3);
  expect(value(build.averageOver(g, 10 * s), source)).toBe(4);
  expect(value(build.averageOver(g, minute), sourceOf({ g: [[{}, 1, 2, 6]] }))).toBe(3);
  // 1 → 4, 4 → NaN, NaN → 4; from one NaN to the next nothing changes.
  expect(value(build.changes(g, minute), source)).toBe(3);
  expect(value(build.last(g, minute), source)).toBe(4);
});

test('growth is stretched to both edges of the window where a sample is due, else by half a distance', () => {
  const of = (values: [atSeconds: number, value: number][], windowMs = minute) => {
    const source = new MemorySource();
    for (const [at, sampled] of values) source.add('c', {}, { timeMs: at * s, value: sampled });
    return evaluate(build.increaseOver(build.select('c'), windowMs), source, minute);
  };
  // 20 in 20 s; 10 s to the end are within 1.1 distances of 10 s, 30 s to the begin are not: half of 10 s.
  expect(
    of([
      [30, 100],
      [40, 110],
      [50, 120],
    ]),
  ).toBeCloseTo(20 * ((20 + 10 + 5) / 20), 12);
  // Both edges are near.
  const near: [number, number][] = [3, 13, 23, 33, 43, 53].map((at) => [at, 1000 + at]);
  expect(of(near)).toBeCloseTo(60, 12);
  // 11 s are not within 1.1 distances of 10 s any more.
  expect(
    of([
      [29, 100],
      [39, 110],
      [49, 120],
    ]),
  ).toBeCloseTo(20 * ((20 + 5 + 5) / 20), 12);
  // It was zero half a distance before its first sample, and never before that.
  expect(
    of([
      [50, 5],
      [60, 15],
    ]),
  ).toBeCloseTo(10 * ((10 + 5) / 10), 12);
  expect(
    of([
      [50, 0],
      [60, 10],
    ]),
  ).toBeCloseTo(10, 12);
  // What does not grow was never zero.
  expect(
    of([
      [50, 5],
      [60, 5],
    ]),
  ).toBe(0);
  expect(
    of([
      [50, -5],
      [60, 5],
    ]),
  ).toBeCloseTo(10 * ((10 + 5) / 10), 12);
  expect(of([[60, 5]])).toBeUndefined();
});

const histogram = sourceOf({
  h_bucket: [
    [{ le: '0.1', part: 'a' }, 0, 60],
    [{ le: '0.2', part: 'a' }, 0, 90],
    [{ le: '+Inf', part: 'a' }, 0, 100],
    [{ le: '0.1', part: 'b' }, 0, 0],
    [{ le: '0.2', part: 'b' }, 0, 0],
    [{ le: 'Inf', part: 'b' }, 0, 100],
    [{ le: 'wide', part: 'b' }, 0, 1000],
    [{ part: 'b' }, 0, 1000],
  ],
  h_sum: [
    [{ part: 'a' }, 0, 12],
    [{ part: 'b' }, 0, 50],
  ],
  h_count: [
    [{ part: 'a' }, 0, 100],
    [{ part: 'b' }, 0, 100],
  ],
});
const h = build.select('h');

test('a quantile lies within its bucket by its share, over all series or one for each group', () => {
  // The 75th of 100 of a is half of the way from the 60th to the 90th.
  expect(evaluateVector(build.quantileOver(0.75, h, minute, 'part'), histogram, minute)).toEqual([
    { labels: { part: 'a' }, value: expect.closeTo(0.15, 12) },
    { labels: { part: 'b' }, value: 0.2 },
  ]);
  // Of the bounds that both have: 60 of 200 up to 0.1, 90 up to 0.2.
  expect(value(build.quantileOver(0.4, h, minute), histogram)).toBeCloseTo(0.1 + 0.1 * (20 / 30), 12);
});

test('a mean is what was observed in a window ÷ how often', () => {
  expect(value(build.mean(h, minute), histogram)).toBeCloseTo(0.31, 12);
  expect(value(build.mean(build.select('h', ['part', '=', 'a']), minute), histogram)).toBeCloseTo(0.12, 12);
  expect(value(build.ratio(build.sum(build.rate(build.select('h_sum'), minute)), 1), histogram)).toBeCloseTo(
    (62 / minute) * s,
    12,
  );
});
