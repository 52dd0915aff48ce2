import { type Bound, formatDuration, formatValue, holds, lowerBoundOfShare } from '../../core/index.ts';

/** `unknown` carries why the evidence doesn't suffice, and in how long it will at the present rate. */
export type Judgement =
  | { outcome: 'met' }
  | { outcome: 'breached' }
  | { outcome: 'unknown'; reason: string; leftMs?: number };

/** What is missing, and when it will be there at the present rate. */
function tooFew(operations: number, needed: number, what: string, seconds: number | undefined): Judgement {
  const missing = `${operations} of the ${needed} operations that ${what} needs`;
  if (!seconds || operations <= 0) return { outcome: 'unknown', reason: missing };
  const leftMs = Math.ceil(((needed - operations) * seconds) / operations) * 1000;
  return { outcome: 'unknown', reason: `${missing}; at this rate in ${formatDuration(leftMs)}`, leftMs };
}

/** Whole operations; a count that is no number, or infinite, is no evidence. */
const countOf = (operations: number): number =>
  Number.isFinite(operations) ? Math.max(0, Math.round(operations)) : 0;

/** Observations from which a ratio can be told from its limit at all: below 1 ÷ limit, one error decides. */
export function operationsToResolve(limit: number): number {
  return Math.max(100, Math.ceil(1 / limit));
}

/** Errors that are over the limit in any number of operations up to `operationsToResolve`. */
export function errorsToTell(limit: number): number {
  const needed = operationsToResolve(limit);
  let errors = 1;
  while (errors < needed && lowerBoundOfShare(errors, needed, 0.95) <= limit) errors += 1;
  return errors;
}

/**
 * Judges an error ratio against an upper limit. With fewer operations than can resolve the limit it
 * is breached only when the 95 % lower bound of the ratio (Clopper–Pearson) is over it, and unknown otherwise.
 */
export function judgeErrorRatio(
  window: { operations: number; errors: number; seconds?: number },
  limit: Bound,
  needed = operationsToResolve(limit.value),
): Judgement {
  const operations = countOf(window.operations);
  const errors = Math.min(Math.round(window.errors), operations);
  if (operations >= needed) return { outcome: holds(limit, errors / operations) ? 'met' : 'breached' };
  if (errors > 0 && lowerBoundOfShare(errors, operations, 0.95) > limit.value) return { outcome: 'breached' };
  return tooFew(operations, needed, 'a judgement', window.seconds);
}

/** Operations behind a P95: at least five lie beyond it. */
export const operationsForP95 = 100;

/**
 * Judges a P95 latency in seconds against an upper limit; unknown with fewer operations than are needed, and
 * when it lies beyond the histogram's last bound while that bound is still within the limit.
 */
export function judgeP95(
  window: { operations: number; latencyP95: number; seconds?: number; beyondBuckets?: boolean },
  limit: Bound,
  needed = operationsForP95,
): Judgement {
  const operations = countOf(window.operations);
  if (operations < needed) return tooFew(operations, needed, 'a P95', window.seconds);
  if (Number.isNaN(window.latencyP95)) {
    return { outcome: 'unknown', reason: `no latency was observed of ${operations} operations` };
  }
  if (!holds(limit, window.latencyP95)) return { outcome: 'breached' };
  if (!window.beyondBuckets) return { outcome: 'met' };
  const last = formatValue(window.latencyP95, 'seconds');
  return { outcome: 'unknown', reason: `the P95 is over ${last}, the last bound of the histogram` };
}
