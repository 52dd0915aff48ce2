import { atLeast, atMost } from './binomial-distribution.ts';

/** @throws RangeError on counts that can't be */
export function requireCounts(successes: number, trials: number): void {
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
