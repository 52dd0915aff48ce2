import { lowerBoundOfShare } from '../stats/index.ts';
import { type Bound, holds } from '../thresholds/index.ts';
import { formatDuration } from '../units/index.ts';

/** `unknown` carries why the evidence doesn't suffice. */
export type Judgement = { outcome: 'met' } | { outcome: 'breached' } | { outcome: 'unknown'; reason: string };

/** What is missing, and when it will be there at the present rate. */
function tooFew(operations: number, needed: number, what: string, seconds: number | undefined): string {
  const missing = `${operations} of the ${needed} operations that ${what} needs`;
  if (!seconds || operations <= 0) return missing;
  const leftMs = Math.ceil(((needed - operations) * seconds) / operations) * 1000;
  return `${missing}; at this rate in ${formatDuration(leftMs)}`;
}

/** Observations from which a ratio can be told from its limit at all: below 1 ÷ limit, one error decides. */
export function operationsToResolve(limit: number): number {
  return Math.max(100, Math.ceil(1 / limit));
}

/**
 * Judges an error ratio against an upper limit. With fewer operations than can resolve the limit it
 * is breached only when the 95 % lower bound of the ratio (Clopper–Pearson) is over it, and unknown otherwise.
 */
export function judgeErrorRatio(
  window: { operations: number; errors: number; seconds?: number },
  limit: Bound,
): Judgement {
  const operations = Math.round(window.operations);
  const errors = Math.min(Math.round(window.errors), operations);
  const needed = operationsToResolve(limit.value);
  if (operations >= needed) return { outcome: holds(limit, errors / operations) ? 'met' : 'breached' };
  if (errors > 0 && lowerBoundOfShare(errors, operations, 0.95) > limit.value) return { outcome: 'breached' };
  return { outcome: 'unknown', reason: tooFew(operations, needed, 'a judgement', window.seconds) };
}

/** Operations behind a P95: at least five lie beyond it. */
export const operationsForP95 = 100;

/** Judges a P95 latency in seconds against an upper limit; unknown with fewer than 100 operations. */
export function judgeP95(
  window: { operations: number; latencyP95: number; seconds?: number },
  limit: Bound,
): Judgement {
  const operations = Math.round(window.operations);
  if (operations < operationsForP95 || Number.isNaN(window.latencyP95)) {
    return {
      outcome: 'unknown',
      reason: `${operations} of the ${operationsForP95} operations that a P95 needs`,
    };
  }
  return { outcome: holds(limit, window.latencyP95) ? 'met' : 'breached' };
}
