import { atLeast, atMost, binomialMass } from './binomial-distribution.ts';

/** Bounds of a share, each 0–1. */
export interface ShareInterval {
  low: number;
  high: number;
}

function requireCounts(successes: number, trials: number): void {
  if (!Number.isInteger(trials) || trials < 1) {
    throw new RangeError(`expected a whole number of trials ≥ 1, got ${trials}`);
  }
  if (!Number.isInteger(successes) || successes < 0 || successes > trials) {
    throw new RangeError(`expected successes between 0 and ${trials}, got ${successes}`);
  }
}

function requireShare(value: number, what: string): void {
  if (!(value >= 0 && value <= 1)) throw new RangeError(`expected ${what} between 0 and 1, got ${value}`);
}

/** The p in 0–1 at which a rising function of p reaches the level, by bisection to the last bit. */
function solve(rising: (p: number) => number, level: number): number {
  let low = 0;
  let high = 1;
  for (let step = 0; step < 1100; step++) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    if (rising(middle) < level) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * One-sided lower confidence bound of a share (Clopper & Pearson 1934): with 576 of 576 and 0.95 it is 0.9948.
 * @throws RangeError on counts that can't be, or a confidence outside 0–1
 */
export function lowerBoundOfShare(successes: number, trials: number, confidence = 0.95): number {
  requireCounts(successes, trials);
  requireShare(confidence, 'confidence');
  if (successes === 0) return 0;
  return solve((p) => atLeast(successes, trials, p), 1 - confidence);
}

/**
 * One-sided upper confidence bound of a share (Clopper & Pearson 1934): with 0 of 576 and 0.95 it is 0.0052.
 * @throws RangeError on counts that can't be, or a confidence outside 0–1
 */
export function upperBoundOfShare(successes: number, trials: number, confidence = 0.95): number {
  requireCounts(successes, trials);
  requireShare(confidence, 'confidence');
  if (successes === trials) return 1;
  return solve((p) => -atMost(successes, trials, p), -(1 - confidence));
}

/**
 * Exact two-sided confidence interval of a share (Clopper & Pearson 1934).
 * @throws RangeError on counts that can't be, or a confidence outside 0–1
 */
export function binomialInterval(successes: number, trials: number, confidence = 0.95): ShareInterval {
  const oneSided = (1 + confidence) / 2;
  return {
    low: lowerBoundOfShare(successes, trials, oneSided),
    high: upperBoundOfShare(successes, trials, oneSided),
  };
}

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
  requireShare(p, 'p');
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
