import { atLeast, atMost, binomialMass, requireCounts } from '../../src/core/index.ts';

/** The first k in from…to (exclusive) for which a false-then-true predicate holds, or `to`. */
function firstWhere(from: number, to: number, holds: (k: number) => boolean): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Exact two-sided binomial test of the share p: the probability of every count at most as likely as the one
 * seen (method of small p-values, as R's binom.test, with its relative tolerance of 1e-7 for equal likelihoods).
 * @throws RangeError on counts that can't be, or p outside 0–1
 */
export function binomialTest(successes: number, trials: number, p: number): number {
  requireCounts(successes, trials);
  if (!(p >= 0 && p <= 1)) throw new RangeError(`expected p between 0 and 1, got ${p}`);
  const limit = binomialMass(successes, trials, p) * (1 + 1e-7);
  const mode = Math.min(trials, Math.floor((trials + 1) * p));
  if (successes === mode) return 1;
  const unlikely = (k: number) => binomialMass(k, trials, p) <= limit;
  if (successes < mode) {
    const other = firstWhere(mode, trials + 1, unlikely);
    return Math.min(1, atMost(successes, trials, p) + atLeast(other, trials, p));
  }
  const other = firstWhere(0, mode + 1, (k) => !unlikely(k)) - 1;
  return Math.min(1, atLeast(successes, trials, p) + (other < 0 ? 0 : atMost(other, trials, p)));
}
