import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { median, quantile } from '../../../src/core/statistics/quantile.ts';

const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 40 });

describe('quantile', () => {
  test.each([
    [0.05, -1.2125],
    [0.25, 2.3875],
    [0.5, 5.75],
    [0.9, 10.125],
    [0.95, 11.437499999999998],
    [0.99, 12.487499999999999],
  ])('at %d is numpy’s (2.4.6, linear)', (share, expected) => {
    expect(quantile([3.1, -2, 7.5, 0.25, 9, 9, 4, 12.75], share)).toBeCloseTo(expected, 12);
  });

  test('meets an order statistic where it falls on one, and both ends', () => {
    fc.assert(
      fc.property(values, (list) => {
        const sorted = list.toSorted((a, b) => a - b);
        const shares = sorted.map((_, index) => (sorted.length === 1 ? 0 : index / (sorted.length - 1)));
        for (const [index, share] of shares.entries())
          expect(quantile(list, share)).toBeCloseTo(sorted[index] as number, 8);
        expect([quantile(list, 0), quantile(list, 1)]).toEqual([sorted[0], sorted.at(-1)]);
      }),
    );
  });

  test('never falls as its share rises, whatever the order of the values', () => {
    fc.assert(
      fc.property(
        values,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (list, a, b) => {
          expect(quantile(list, Math.min(a, b))).toBeLessThanOrEqual(
            quantile(list.toReversed(), Math.max(a, b)) + 1e-9,
          );
        },
      ),
    );
  });

  test('leaves what it was given as it was, and takes infinities', () => {
    const list = [3, 1, 2];
    quantile(list, 0.5);
    expect(list).toEqual([3, 1, 2]);
    const { POSITIVE_INFINITY } = Number;
    expect(quantile([1, POSITIVE_INFINITY, POSITIVE_INFINITY], 0.75)).toBe(POSITIVE_INFINITY);
  });

  test.each([
    [[], 0.5, 'a quantile needs at least one value'],
    [[1], 95, 'a quantile is asked for 0 to 1, not 95'],
    [[1], -0.1, 'not -0.1'],
    [[1], Number.NaN, 'not NaN'],
  ])('of %j at %d is refused', (list, share, message) => {
    expect(() => quantile(list, share)).toThrow(message);
  });
});

test('the median is the middle, or the mean of the two in the middle', () => {
  expect([median([5, 1, 3]), median([4, 1, 3, 2]), median([7])]).toEqual([3, 2.5, 7]);
  expect(() => median([])).toThrow(RangeError);
});
