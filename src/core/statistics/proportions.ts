import { requireCounts } from './binomial.ts';
import { binomialMass } from './binomial-distribution.ts';
import { normalTwoSided } from './normal.ts';

/** Successes of trials. */
export interface Share {
  count: number;
  of: number;
}

/** The difference of two shares with its 95 % interval. */
export interface Difference {
  /** Second less first. */
  difference: number;
  low: number;
  high: number;
  /** Two-sided: how likely so large a difference is when the shares are the same. */
  pValue: number;
  /** Which test gave the p-value. */
  by: 'normal' | 'exact';
}

const z95 = 1.959963984540054;
/** Below this many expected counts in a cell the normal approximation is not used (Cochran 1954). */
const leastExpected = 5;

/** Interval of one share by Wilson's score (1927). */
function wilson({ count, of }: Share): { low: number; high: number } {
  const p = count / of;
  const square = z95 ** 2;
  const middle = 2 * of * p + square;
  const spread = z95 * Math.sqrt(square + 4 * of * p * (1 - p));
  return {
    low: Math.max(0, (middle - spread) / (2 * (of + square))),
    high: Math.min(1, (middle + spread) / (2 * (of + square))),
  };
}

/** Two-sided p-value of Fisher's exact test: all tables at most as likely as the one seen, as R's fisher.test. */
function fisher(first: Share, second: Share): number {
  const successes = first.count + second.count;
  const total = first.of + second.of;
  const share = successes / total;
  const all = binomialMass(successes, total, share);
  const mass = (k: number) =>
    (binomialMass(k, second.of, share) * binomialMass(successes - k, first.of, share)) / all;
  const limit = mass(second.count) * (1 + 1e-7);
  let sum = 0;
  for (let k = Math.max(0, successes - first.of); k <= Math.min(successes, second.of); k += 1) {
    const here = mass(k);
    if (here <= limit) sum += here;
  }
  return Math.min(1, sum);
}

/**
 * One-sided p-value of Fisher's exact test, at any size: how likely the second share has so many successes or more when both
 * are the same.
 * @throws RangeError on counts that can't be
 */
export function chanceOfMore(first: Share, second: Share): number {
  requireCounts(first.count, first.of);
  requireCounts(second.count, second.of);
  const successes = first.count + second.count;
  const total = first.of + second.of;
  const most = Math.min(successes, second.of);
  if (second.count <= Math.max(0, successes - first.of)) return 1;
  const share = successes / total;
  let term =
    (binomialMass(second.count, second.of, share) * binomialMass(first.count, first.of, share)) /
    binomialMass(successes, total, share);
  let sum = term;
  for (let k = second.count; k < most && term > sum * 1e-15; k += 1) {
    term *= ((successes - k) * (second.of - k)) / ((k + 1) * (first.of - successes + k + 1));
    sum += term;
  }
  return Math.min(1, sum);
}

/** How likely a difference is by chance, in words: `p = 0.012`. */
export const chanceText = (pValue: number): string =>
  pValue < 0.001 ? 'p < 0.001' : `p = ${pValue.toFixed(3)}`;

/**
 * Compares two shares: the pooled two-proportion z-test, or Fisher's exact test where a cell expects fewer than five;
 * the interval of the difference is Newcombe's (1998, method 10), which holds for rare events too.
 * @throws RangeError on counts that can't be
 */
export function compareShares(first: Share, second: Share): Difference {
  requireCounts(first.count, first.of);
  requireCounts(second.count, second.of);
  const [p1, p2] = [first.count / first.of, second.count / second.of];
  const [one, two] = [wilson(first), wilson(second)];
  const difference = p2 - p1;
  const pooled = (first.count + second.count) / (first.of + second.of);
  const rarest = Math.min(pooled, 1 - pooled) * Math.min(first.of, second.of);
  const isRare = rarest < leastExpected;
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / first.of + 1 / second.of));
  return {
    difference,
    low: difference - Math.sqrt((p2 - two.low) ** 2 + (one.high - p1) ** 2),
    high: difference + Math.sqrt((two.high - p2) ** 2 + (p1 - one.low) ** 2),
    pValue: isRare ? fisher(first, second) : normalTwoSided(difference / error),
    by: isRare ? 'exact' : 'normal',
  };
}
