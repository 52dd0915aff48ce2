import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Bucket, histogramOf, histogramQuantile } from '../../../src/clients/exposition/histogram.ts';
import { parseExposition } from '../../../src/clients/exposition/parse.ts';
import { SOUND } from './sound-histogram.ts';

const INF = Number.POSITIVE_INFINITY;

function buckets(...pairs: [number, number][]): Bucket[] {
  return pairs.map(([le, count]) => ({ le, count }));
}

describe('a histogram', () => {
  test('is summed over its label sets, or over those asked for', () => {
    const scrape = parseExposition(SOUND);
    expect(histogramOf(scrape, 'd')).toEqual({
      buckets: buckets([0.1, 1], [0.5, 4], [INF, 5]),
      sum: 3,
      count: 5,
    });
    expect(histogramOf(scrape, 'd', (labels) => labels.op === 'b')?.count).toBe(1);
  });

  test('that is absent, or another type, is undefined', () => {
    expect(histogramOf(parseExposition(SOUND), 'e')).toBeUndefined();
    expect(histogramOf(parseExposition(SOUND), 'd', () => false)).toBeUndefined();
    expect(histogramOf(parseExposition('# TYPE d gauge\nd 1\n'), 'd')).toBeUndefined();
  });
});

describe('a quantile of buckets', () => {
  // Each agrees with Prometheus 2.42's histogram_quantile, as do 300 random ones tried with promtool test rules.
  test.each<[string, number, Bucket[], number]>([
    ['linear within the bucket', 0.5, buckets([0.1, 10], [0.2, 30], [INF, 30]), 0.125],
    ['from 0 in the lowest bucket', 0.5, buckets([0.1, 10], [INF, 10]), 0.05],
    ['the highest finite bound when in +Inf', 0.99, buckets([0.1, 1], [0.5, 2], [INF, 10]), 0.5],
    ['the bound itself when the lowest is not above 0', 0.1, buckets([-1, 5], [1, 6], [INF, 6]), -1],
    ['unsorted buckets', 0.5, buckets([INF, 30], [0.2, 30], [0.1, 10]), 0.125],
    ['two buckets of one bound', 0.5, buckets([0.1, 5], [0.1, 5], [0.2, 30], [INF, 30]), 0.125],
    ['a count that falls, lifted', 0.5, buckets([0.1, 10], [0.2, 5], [INF, 10]), 0.05],
    ['from a bucket that was lifted', 0.9, buckets([0.1, 10], [0.2, 5], [0.5, 20], [INF, 20]), 0.44],
    [
      'the lower bucket when the rank is its count',
      0.5,
      buckets([0.1, 10], [0.2, 10], [0.5, 20], [INF, 20]),
      0.1,
    ],
    ['nothing observed', 0.5, buckets([0.1, 0], [INF, 0]), Number.NaN],
    ['no +Inf', 0.5, buckets([0.1, 1], [0.2, 2]), Number.NaN],
    ['only +Inf', 0.5, buckets([INF, 2]), Number.NaN],
    ['no buckets', 0.5, [], Number.NaN],
    ['q below 0', -0.1, buckets([0.1, 1], [INF, 1]), Number.NEGATIVE_INFINITY],
    ['q above 1', 1.1, buckets([0.1, 1], [INF, 1]), INF],
    ['q of NaN', Number.NaN, buckets([0.1, 1], [INF, 1]), Number.NaN],
  ])('is as in Prometheus: %s', (_, q, list, value) => {
    const quantile = histogramQuantile(q, list);
    if (Number.isFinite(value)) expect(quantile).toBeCloseTo(value, 12);
    else expect(quantile).toBe(value);
  });

  test('rises with q, stays inside the finite bounds and leaves its input alone', () => {
    const counts = fc.array(fc.nat({ max: 50 }), { minLength: 2, maxLength: 8 });
    const q = fc.double({ min: 0.01, max: 1, noNaN: true });
    fc.assert(
      fc.property(counts, q, q, (steps, a, b) => {
        let total = 1;
        const list = steps.map((step, i) => {
          total += step;
          return { le: i === steps.length - 1 ? INF : (i + 1) / 10, count: total };
        });
        const copy = structuredClone(list);
        const low = histogramQuantile(Math.min(a, b), list);
        const high = histogramQuantile(Math.max(a, b), list);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual((steps.length - 1) / 10 + 1e-12);
        expect(low).toBeLessThanOrEqual(high + 1e-12);
        expect(list).toEqual(copy);
      }),
    );
  });
});
