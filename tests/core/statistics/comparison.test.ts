import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hodgesLehmann, mannWhitney } from '../../../src/core/statistics/mann-whitney.ts';
import { chanceOfMore, compareShares } from '../../../src/core/statistics/proportions.ts';

// R's airquality: ozone in May and in August 1973.
const may = [
  41, 36, 12, 18, 28, 23, 19, 8, 7, 16, 11, 14, 18, 14, 34, 6, 30, 11, 1, 11, 4, 32, 23, 45, 115, 37,
];
const august = [
  39, 9, 16, 78, 35, 66, 122, 89, 110, 44, 28, 65, 22, 59, 23, 31, 44, 21, 9, 45, 168, 73, 76, 118, 84, 85,
];
// Hollander & Wolfe (1973), permeability of membranes at 12 to 26 weeks and at term.
const early = [1.15, 0.88, 0.9, 0.74, 1.21];
const term = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];

describe('Mann–Whitney', () => {
  test('gives what R’s wilcox.test documents for ozone in May and August, ties and all', () => {
    // W = 127.5 counts May over August; of the 26 · 26 pairs the rest is ours.
    const { u, pValue } = mannWhitney(may, august);
    expect(u).toBe(26 * 26 - 127.5);
    expect(pValue).toBeCloseTo(0.0001208, 7);
  });

  test('gives U of the membranes in Hollander & Wolfe', () => {
    const { u, superiority } = mannWhitney(early, term);
    expect([u, superiority]).toEqual([35, 0.7]);
  });

  test('finds nothing where there is nothing: equal samples, one value only', () => {
    expect(mannWhitney([1, 2, 3], [1, 2, 3])).toMatchObject({ superiority: 0.5, z: 0, pValue: 1 });
    expect(mannWhitney([5, 5, 5], [5, 5])).toMatchObject({ superiority: 0.5, z: 0, pValue: 1 });
  });

  test('turns around with its samples, and asks only for the order of values', () => {
    const sample = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 25 });
    fc.assert(
      fc.property(sample, sample, (first, second) => {
        const [one, other] = [mannWhitney(first, second), mannWhitney(second, first)];
        expect(one.u + other.u).toBe(first.length * second.length);
        expect(one.pValue).toBeCloseTo(other.pValue, 12);
        const stretched = mannWhitney(
          first.map((x) => x ** 3),
          second.map((x) => x ** 3),
        );
        expect(stretched).toEqual(one);
        let pairs = 0;
        for (const a of first) for (const b of second) pairs += b > a ? 1 : b === a ? 0.5 : 0;
        expect(one.u).toBe(pairs);
      }),
    );
  });

  test.each([
    ['an empty sample', [], [1]],
    ['a value that is no number', [1], [Number.NaN]],
  ])('%s is refused', (_, first, second) => {
    expect(() => mannWhitney(first, second)).toThrow(RangeError);
    expect(() => hodgesLehmann(first, second)).toThrow(RangeError);
  });
});

describe('Hodges–Lehmann', () => {
  test('gives the shift of the membranes in Hollander & Wolfe, 0.305', () => {
    // Theirs is term less early.
    expect(hodgesLehmann(early, term).estimate).toBeCloseTo(0.305, 10);
  });

  test('moves with a shift, and its interval holds the estimate', () => {
    const base = Array.from({ length: 30 }, (_, index) => 100 + ((index * 37) % 17));
    const moved = base.map((value) => value + 12);
    const { estimate, low, high } = hodgesLehmann(base, moved);
    expect(estimate).toBe(12);
    expect(low).toBeLessThan(12);
    expect(high).toBeGreaterThan(12);
    expect(low + high).toBeCloseTo(24, 10);
  });

  test('covers the true shift about 95 times in 100', () => {
    let seed = 42;
    const random = () => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return (seed + 0.5) / 2 ** 32;
    };
    const normal = () => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
    let covered = 0;
    for (let trial = 0; trial < 600; trial += 1) {
      const first = Array.from({ length: 20 }, normal);
      const second = Array.from({ length: 20 }, () => normal() + 0.5);
      const { low, high } = hodgesLehmann(first, second);
      covered += Number(low <= 0.5 && 0.5 <= high);
    }
    expect(covered / 600).toBeGreaterThan(0.93);
    expect(covered / 600).toBeLessThan(0.98);
  });

  test('refuses more pairs than it can hold', () => {
    const many = new Array<number>(1001).fill(1);
    expect(() => hodgesLehmann(many, many)).toThrow('thin them first');
  });
});

describe('two shares', () => {
  test('give Newcombe’s interval for 56 of 70 against 48 of 80', () => {
    // Newcombe 1998, table II, method 10: 0.0524 to 0.3339.
    const { difference, low, high } = compareShares({ count: 48, of: 80 }, { count: 56, of: 70 });
    expect(difference).toBeCloseTo(0.2, 12);
    expect([low, high]).toEqual([expect.closeTo(0.0524, 4), expect.closeTo(0.3339, 4)]);
  });

  test('give Newcombe’s interval where nothing was ever seen: 5 of 56 against 0 of 29', () => {
    const { low, high } = compareShares({ count: 0, of: 29 }, { count: 5, of: 56 });
    expect([low, high]).toEqual([expect.closeTo(-0.0381, 4), expect.closeTo(0.1926, 4)]);
  });

  test('give the pooled z-test: 15 and 25 of 50', () => {
    // X² = 4.1667 with one degree of freedom.
    const { pValue, by } = compareShares({ count: 15, of: 50 }, { count: 25, of: 50 });
    expect(by).toBe('normal');
    expect(pValue).toBeCloseTo(0.0412268, 6);
  });

  test('give the one-sided exact test at any size: the lady tasting tea, and few of many', () => {
    // Fisher 1935: 17 of the 70 ways to choose four cups have three or more right.
    expect(chanceOfMore({ count: 1, of: 4 }, { count: 3, of: 4 })).toBeCloseTo(17 / 70, 12);
    // All five of 105 among these 25: C(25, 5) / C(105, 5).
    expect(chanceOfMore({ count: 0, of: 80 }, { count: 5, of: 25 })).toBeCloseTo(53_130 / 96_560_646, 12);
    expect(chanceOfMore({ count: 3, of: 4 }, { count: 0, of: 4 })).toBe(1);
    // As the z-test of 1,000 and 1,100 of 10,000 has it, half of its two-sided p-value.
    const { pValue } = compareShares({ count: 1000, of: 10_000 }, { count: 1100, of: 10_000 });
    expect(chanceOfMore({ count: 1000, of: 10_000 }, { count: 1100, of: 10_000 })).toBeCloseTo(pValue / 2, 2);
    expect(() => chanceOfMore({ count: 2, of: 1 }, { count: 0, of: 1 })).toThrow(RangeError);
  });

  test('give Fisher’s exact test where counts are small: the lady tasting tea', () => {
    const { pValue, by } = compareShares({ count: 1, of: 4 }, { count: 3, of: 4 });
    expect(by).toBe('exact');
    expect(pValue).toBeCloseTo(34 / 70, 10);
  });

  test('tell 0 of 9,000 from 12 of 3,000, and not 0 from 0', () => {
    // All twelve in the smaller sample of a quarter of the trials: about 0.25 to the twelfth.
    const { pValue } = compareShares({ count: 0, of: 9000 }, { count: 12, of: 3000 });
    expect(pValue / 0.25 ** 12).toBeGreaterThan(0.9);
    expect(pValue / 0.25 ** 12).toBeLessThan(1);
    expect(compareShares({ count: 0, of: 9000 }, { count: 0, of: 3000 }).pValue).toBe(1);
  });

  test.each([
    [
      { count: 1, of: 0 },
      { count: 0, of: 1 },
    ],
    [
      { count: 0, of: 1 },
      { count: 2, of: 1 },
    ],
    [
      { count: 0.5, of: 1 },
      { count: 0, of: 1 },
    ],
  ])('refuse counts that can’t be', (first, second) => {
    expect(() => compareShares(first, second)).toThrow(RangeError);
  });
});
