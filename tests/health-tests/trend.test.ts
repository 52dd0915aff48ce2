import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mannKendall, THEIL_SEN_MAX_POINTS, theilSen } from '../../health-tests/support/trend.ts';
import { normalTwoSided } from '../../src/core/statistics/normal.ts';

const values = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 3, maxLength: 40 });

describe('Mann–Kendall', () => {
  test('counts Gilbert’s example (1987, table 16.1) as S = 4', () => {
    expect(mannKendall([10, 15, 14, 20])).toMatchObject({ s: 4, tau: 4 / 6 });
  });

  test('corrects the variance for ties (tau-b by scipy 1.10.1 kendalltau, z by Kendall 1975)', () => {
    const result = mannKendall([3, 3, 4, 6, 5, 5, 5, 8, 9, 9, 7, 10, 12, 11, 11]);
    expect(result.s).toBe(83);
    expect(result.tau).toBeCloseTo(0.8140776760988246, 12);
    expect(result.z).toBeCloseTo(4.091484933695296, 12);
    expect(result.pValue).toBeCloseTo(4.286197969212847e-5, 12);
  });

  test('sees no trend in a constant, in nothing, and in two values', () => {
    for (const flat of [[], [1], [1, 2], [7, 7, 7, 7, 7]])
      expect(mannKendall(flat)).toMatchObject({ z: 0, pValue: 1 });
  });

  test('turns its sign with the series and ignores every rising change of scale', () => {
    fc.assert(
      fc.property(values, (list) => {
        const forward = mannKendall(list);
        expect(mannKendall(list.toReversed()).s).toBe(-forward.s + 0);
        expect(mannKendall(list.map((value) => value ** 3 + 5))).toEqual(forward);
        expect(Math.abs(forward.tau)).toBeLessThanOrEqual(1 + 1e-12);
      }),
    );
  });

  test('refuses a value that is not finite', () => {
    expect(() => mannKendall([1, Number.NaN, 2])).toThrow(/finite numbers, got NaN at index 1/);
  });
});

describe('the normal tail', () => {
  test('agrees with scipy 1.10.1 norm.sf from the middle to far out', () => {
    const reference: [number, number][] = [
      [0, 1],
      [0.3, 0.7641771556220948],
      [1.96, 0.04999579029644087],
      [2.83, 0.004654800413463103],
      [8, 1.244192114854348e-15],
    ];
    for (const [z, p] of reference) {
      expect(normalTwoSided(z) / p).toBeCloseTo(1, 11);
      expect(normalTwoSided(-z)).toBe(normalTwoSided(z));
    }
    expect(normalTwoSided(Number.POSITIVE_INFINITY)).toBe(0);
  });
});

describe('Theil–Sen', () => {
  test('gives the slope of Smith’s cloud seeding data (Hollander & Wolfe 1999, example 9.1): −0.056', () => {
    const y = [1.26, 1.27, 1.12, 1.16, 1.03];
    const line = theilSen(y.map((value, i) => ({ x: i + 1, y: value })));
    expect(line.slope).toBeCloseTo(-0.05625, 12);
    expect(line.low).toBeCloseTo(-0.15, 12);
    expect(line.high).toBeCloseTo(0.04, 12);
  });

  test('agrees with scipy 1.10.1 theilslopes on tied values', () => {
    const y = [3, 3, 4, 6, 5, 5, 5, 8, 9, 9, 7, 10, 12, 11, 11];
    const line = theilSen(y.map((value, x) => ({ x, y: value })));
    expect(line.slope).toBeCloseTo(0.6153846153846154, 12);
    expect(line.intercept).toBeCloseTo(3, 12);
    expect([line.low, line.high]).toEqual([0.5, 0.8]);
    const mostlyZero = [0, 0, 0, 5, 0, 0, 0, 0, 9, 0, 1, 0, 0, 0, 3, 0, 0, 0, 0, 7, 7, 7, 8, 0, 9, 9, 9, 9];
    const tied = theilSen(mostlyZero.map((value, x) => ({ x, y: value })));
    expect(tied.slope).toBeCloseTo(0.17028985507246375, 12);
    expect([tied.low, tied.high]).toEqual([0, 0.4]);
  });

  test('finds an exact line whatever a quarter of the points do, with the interval around the slope', () => {
    fc.assert(
      fc.property(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 }), (slope, intercept) => {
        const points = Array.from({ length: 24 }, (_, x) => ({ x, y: slope * x + intercept }));
        const wild = points.map((point, i) => (i % 8 === 3 ? { ...point, y: 1e6 } : point));
        const line = theilSen(wild);
        expect(line.slope).toBeCloseTo(slope, 9);
        expect(line.low).toBeLessThanOrEqual(line.slope);
        expect(line.high).toBeGreaterThanOrEqual(line.slope);
      }),
    );
  });

  test('refuses points on one vertical, and more than it can hold', () => {
    expect(() =>
      theilSen([
        { x: 1, y: 1 },
        { x: 1, y: 2 },
      ]),
    ).toThrow(/two different x/);
    const many = Array.from({ length: THEIL_SEN_MAX_POINTS + 1 }, (_, x) => ({ x, y: x }));
    expect(() => theilSen(many)).toThrow(/at most 4000 points, got 4001/);
  });
});
