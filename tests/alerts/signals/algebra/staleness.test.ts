import { expect, test } from 'vitest';
import {
  changes,
  gauge,
  increaseOver,
  last,
  rate,
  ratio,
  select,
  sum,
} from '../../../../src/alerts/signals/algebra/build.ts';
import { evaluate, evaluateVector } from '../../../../src/alerts/signals/algebra/evaluate.ts';
import { MemorySource, preloaded } from '../../../../src/alerts/signals/algebra/memory-source.ts';
import { parseExposition } from '../../../../src/clients/exposition/parse.ts';
import { ScrapedSource } from './scraped-source.ts';

const s = 1000;
const minute = 60 * s;

function sourceOf(points: [atSeconds: number, value: number | 'stale'][]): MemorySource {
  const source = new MemorySource();
  for (const [at, value] of points) {
    source.add(
      'x',
      {},
      value === 'stale' ? { timeMs: at * s, value: Number.NaN, stale: true } : { timeMs: at * s, value },
    );
  }
  return source;
}
const x = select('x');

test('a sample stands for five minutes, to the millisecond', () => {
  const source = sourceOf([[1000, 7]]);
  const at = (timeMs: number) => evaluate(gauge(x), source, timeMs);
  expect([at(999_999), at(1_000_000), at(1_300_000), at(1_300_001)]).toEqual([undefined, 7, 7, undefined]);
});

test('a stale marker ends it at once, and a later sample begins it again', () => {
  const source = sourceOf([
    [0, 7],
    [10, 'stale'],
    [60, 9],
  ]);
  const at = (seconds: number) => evaluate(gauge(x), source, seconds * s);
  expect([at(9.999), at(10), at(59), at(60)]).toEqual([7, undefined, undefined, 9]);
});

test('markers are no samples of a range: growth is reckoned from what is left', () => {
  const source = sourceOf([
    [0, 10],
    [15, 20],
    [30, 'stale'],
    [45, 40],
    [60, 50],
  ]);
  // 40 in 60 s, and the window begins and ends with a sample.
  expect(evaluate(increaseOver(x, minute), source, 60 * s)).toBeCloseTo(40, 12);
  expect(evaluate(changes(x, minute), source, 60 * s)).toBe(3);
});

test('the last sample of a window survives its series’ end', () => {
  const source = sourceOf([
    [0, 7],
    [15, 'stale'],
  ]);
  expect(evaluate(gauge(x), source, minute)).toBeUndefined();
  expect(evaluate(last(x, minute), source, minute)).toBe(7);
});

test('a window holds both its ends', () => {
  const source = sourceOf([
    [0, 0],
    [60, 60],
  ]);
  expect(evaluate(rate(x, minute), source, minute)).toBe(1);
  expect(evaluate(rate(x, minute), source, minute + 1)).toBeUndefined();
});

test('a counter is never stretched to before its zero, and half an interval past a gap', () => {
  // 1 → 21 in 20 s; zero lies 1 s before the first sample, the window begins 20 s before it.
  const source = sourceOf([
    [40, 1],
    [50, 11],
    [60, 21],
  ]);
  expect(evaluate(increaseOver(x, 40 * s), source, 60 * s)).toBeCloseTo(21, 12);
  // From far above zero it is half of 10 s instead.
  const high = sourceOf([
    [40, 1001],
    [50, 1011],
    [60, 1021],
  ]);
  expect(evaluate(increaseOver(x, 40 * s), high, 60 * s)).toBeCloseTo(25, 12);
});

test('a restart in the middle loses nothing that was seen after it', () => {
  const source = sourceOf([
    [0, 100],
    [30, 110],
    [60, 5],
  ]);
  // 10 before, 5 after.
  expect(evaluate(increaseOver(x, minute), source, minute)).toBeCloseTo(15, 12);
});

test('no data is undefined, never 0; nothing of nothing is NaN', () => {
  const source = sourceOf([[0, 1]]);
  expect(evaluate(rate(x, minute), source, minute)).toBeUndefined();
  expect(evaluate(sum(rate(select('y'), minute)), source, minute)).toBeUndefined();
  expect(evaluate(ratio(gauge(x), gauge(select('y'))), source, 0)).toBeUndefined();
  const still = sourceOf([
    [0, 5],
    [60, 5],
  ]);
  expect(evaluate(ratio(rate(x, minute), rate(x, minute)), still, minute)).toBeNaN();
});

test('several series are not one number', () => {
  const source = new MemorySource();
  for (const part of ['a', 'b']) source.add('x', { part }, { timeMs: 0, value: 1 });
  expect(() => evaluate(gauge(x), source, 0)).toThrow('one value expected, 2 series found');
  expect(evaluate(sum(gauge(x)), source, 0)).toBe(2);
});

const target = { job: 'genesis', instance: '127.0.0.1:8000' };
const exposed = (text: string) => parseExposition(text);

test('a scrape records what Prometheus would: up, the target’s labels, markers for what is gone', () => {
  const source = new ScrapedSource();
  source.scrape(target, exposed('a 1\nb{job="inner"} 2\n'), 0);
  expect(evaluateVector(gauge(select('b')), source, 0)).toEqual([
    { labels: { exported_job: 'inner', ...target }, value: 2 },
  ]);
  source.scrape(target, exposed('a 3\n'), 15 * s);
  expect(evaluateVector(gauge(select('a')), source, 15 * s)).toEqual([{ labels: target, value: 3 }]);
  expect(evaluateVector(gauge(select('b')), source, 15 * s)).toEqual([]);
  expect(evaluate(gauge(select('up')), source, 15 * s)).toBe(1);
});

test('a target that doesn’t answer is down and all it exposed is gone, other targets’ is not', () => {
  const source = new ScrapedSource();
  const other = { job: 'other', instance: '127.0.0.1:8001' };
  source.scrape(target, exposed('a 1\n'), 0);
  source.scrape(other, exposed('a 2\n'), 0);
  source.scrape(target, undefined, 15 * s);
  expect(evaluateVector(gauge(select('a')), source, 15 * s)).toEqual([{ labels: other, value: 2 }]);
  expect(evaluateVector(gauge(select('up', ['job', '=', 'genesis'])), source, 15 * s)).toMatchObject([
    { value: 0 },
  ]);
});

test('late samples are dropped', () => {
  const source = new ScrapedSource();
  source.scrape(target, exposed('a 2\n'), 2 * minute);
  source.add('a', target, { timeMs: minute, value: 9 });
  expect(source.series('a', [], 0, 3 * minute)).toMatchObject([{ points: [{ value: 2 }] }]);
});

test('of two samples of one moment the first stays, and what has gone stale is told so once', () => {
  const source = new ScrapedSource();
  source.add('a', {}, { timeMs: 0, value: 1 });
  source.add('a', {}, { timeMs: 0, value: 2 });
  expect(source.series('a', [], 0, 0)).toEqual([{ labels: {}, points: [{ timeMs: 0, value: 1 }] }]);
  source.scrape(target, exposed('b{instance="inner",part="x"} 1\n'), 0);
  const labels = { exported_instance: 'inner', part: 'x', ...target };
  source.scrape(target, exposed('c 1\n'), 15 * s);
  source.scrape(target, exposed('c 1\n'), 30 * s);
  expect(source.series('b', [], 0, minute)).toEqual([
    {
      labels,
      points: [
        { timeMs: 0, value: 1 },
        { timeMs: 15 * s, value: Number.NaN, stale: true },
      ],
    },
  ]);
  expect(source.series('b', [], 16 * s, minute)).toEqual([]);
});

test('what was read beforehand holds both ends of a window, and asks the source for what lies outside', () => {
  const source = sourceOf([
    [0, 1],
    [10, 2],
    [20, 3],
    [30, 4],
  ]);
  const loaded = preloaded(source, 10 * s, 20 * s);
  const seen = (fromMs: number, toMs: number) =>
    loaded.series('x', [], fromMs, toMs).flatMap(({ points }) => points.map(({ value }) => value));
  expect(seen(10 * s, 20 * s)).toEqual([2, 3]);
  expect(seen(11 * s, 19 * s)).toEqual([]);
  expect(loaded.series('x', [], 11 * s, 19 * s)).toEqual([]);
  expect([seen(0, 20 * s), seen(10 * s, 30 * s)]).toEqual([
    [1, 2, 3],
    [2, 3, 4],
  ]);
});
