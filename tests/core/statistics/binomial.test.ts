import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { binomialTest } from '../../../health-tests/support/binomial-test.ts';
import { lowerBoundOfShare, upperBoundOfShare } from '../../../src/core/statistics/binomial.ts';
import { atLeast, atMost, binomialMass } from '../../../src/core/statistics/binomial-distribution.ts';
import { median, quantile } from '../../../src/core/statistics/quantile.ts';

/** The two-sided interval that the two one-sided bounds make. */
function binomialInterval(successes: number, trials: number, confidence = 0.95) {
  const oneSided = (1 + confidence) / 2;
  return {
    low: lowerBoundOfShare(successes, trials, oneSided),
    high: upperBoundOfShare(successes, trials, oneSided),
  };
}

const counts = fc
  .integer({ min: 1, max: 400 })
  .chain((trials) => fc.tuple(fc.integer({ min: 0, max: trials }), fc.constant(trials)));
const share = fc.double({ min: 0.001, max: 0.999, noNaN: true });

describe('the exact interval', () => {
  /** To four digits from Newcombe (1998), table I, method 5; to ten from scipy 1.10.1. */
  test.for<[digits: number, successes: number, trials: number, low: number, high: number]>([
    [4, 81, 263, 0.2527, 0.3676],
    [4, 15, 148, 0.0578, 0.1617],
    [4, 0, 20, 0, 0.1684],
    [4, 1, 29, 0.0009, 0.1776],
    [10, 682, 925, 0.707668264079039, 0.7654065582414781],
    [10, 3, 15, 0.04331200510583602, 0.48089113380685317],
    [10, 5, 2000, 0.000812225974865071, 0.0058244453345185285],
    [10, 999_000, 1_000_000, 0.9989360818926863, 0.9990609987920546],
    [10, 250_000, 1_000_000, 0.24915153568554577, 0.2508499125963406],
  ])(
    'gives the values that others publish, to %i digits: %i of %i',
    ([digits, successes, trials, low, high]) => {
      const interval = binomialInterval(successes, trials);
      expect(interval.low).toBeCloseTo(low, digits);
      expect(interval.high).toBeCloseTo(high, digits);
    },
  );

  test('says that 576 of 576 prove a share of at least 99.48 %, which is 0.05^(1/576)', () => {
    expect(lowerBoundOfShare(576, 576)).toBeCloseTo(0.05 ** (1 / 576), 12);
    expect(upperBoundOfShare(0, 576)).toBeCloseTo(1 - 0.05 ** (1 / 576), 12);
    expect(lowerBoundOfShare(0, 576)).toBe(0);
    expect(upperBoundOfShare(576, 576)).toBe(1);
  });

  test('holds the share seen, is mirrored by counting failures, and puts α/2 in each tail', () => {
    fc.assert(
      fc.property(counts, ([successes, trials]) => {
        const { low, high } = binomialInterval(successes, trials);
        expect(low).toBeLessThanOrEqual(successes / trials);
        expect(high).toBeGreaterThanOrEqual(successes / trials);
        expect(binomialInterval(trials - successes, trials).low).toBeCloseTo(1 - high, 10);
        if (successes > 0) expect(atLeast(successes, trials, low)).toBeCloseTo(0.025, 9);
        if (successes < trials) expect(atMost(successes, trials, high)).toBeCloseTo(0.025, 9);
      }),
    );
  });

  test('refuses counts that cannot be', () => {
    expect(() => binomialInterval(3, 2)).toThrow(/successes between 0 and 2, got 3/);
    expect(() => binomialInterval(0, 0)).toThrow(/trials ≥ 1, got 0/);
    expect(() => lowerBoundOfShare(1, 2, 1.5)).toThrow(/confidence between 0 and 1/);
    expect(() => binomialTest(1, 2, Number.NaN)).toThrow(/p between 0 and 1/);
  });
});

describe('the exact test', () => {
  test('gives Conover’s Mendel example as R documents it (binom.test(682, 925, 0.75)): p = 0.3825', () => {
    expect(binomialTest(682, 925, 0.75)).toBeCloseTo(0.38249155957485176, 10);
  });

  test('agrees with scipy 1.10.1 binomtest', () => {
    const reference: [number, number, number, number][] = [
      [3, 15, 0.1, 0.18406106910639106],
      [60, 1000, 0.25, 1.004390440588628e-56],
      [999_000, 1_000_000, 0.999, 1],
      [5, 2000, 0.001, 0.0525627487022936],
      [250_000, 1_000_000, 0.2505, 0.24900132322278623],
      [7, 20, 0.3, 0.6294979666766769],
      [3, 10, 0.5, 0.34375],
    ];
    for (const [successes, trials, p, pValue] of reference) {
      expect(binomialTest(successes, trials, p) / pValue).toBeCloseTo(1, 9);
    }
  });

  test('is the plain sum of the counts that are no likelier than the one seen', () => {
    fc.assert(
      fc.property(counts, share, ([successes, trials], p) => {
        const limit = binomialMass(successes, trials, p) * (1 + 1e-7);
        let sum = 0;
        for (let k = 0; k <= trials; k++) {
          const mass = binomialMass(k, trials, p);
          if (mass <= limit) sum += mass;
        }
        expect(binomialTest(successes, trials, p)).toBeCloseTo(Math.min(1, sum), 9);
      }),
    );
  });

  test('is certain at the ends: share 0 and 1', () => {
    expect(binomialTest(0, 10, 0)).toBe(1);
    expect(binomialTest(1, 10, 0)).toBe(0);
    expect(binomialTest(10, 10, 1)).toBe(1);
    expect(binomialTest(9, 10, 1)).toBe(0);
  });
});

describe('the distribution', () => {
  test('agrees with scipy 1.10.1 binom.sf and binom.cdf', () => {
    expect(atLeast(40, 100, 0.3) / 0.020988576003924744).toBeCloseTo(1, 11);
    expect(atLeast(500_500, 1_000_000, 0.5) / 0.158897345681665).toBeCloseTo(1, 9);
    expect(atMost(10, 1_000_000, 2e-5) / 0.010811137202182648).toBeCloseTo(1, 9);
  });

  test('sums to one', () => {
    fc.assert(
      fc.property(counts, share, ([k, n], p) => {
        expect(atMost(k, n, p) + atLeast(k + 1, n, p)).toBeCloseTo(1, 11);
      }),
    );
  });
});

test('a quantile is R’s type 7: linear between order statistics', () => {
  expect(quantile([15, 20, 35, 40, 50], 0.4)).toBeCloseTo(29, 12);
  expect(median([4, 1, 3, 2])).toBe(2.5);
});
