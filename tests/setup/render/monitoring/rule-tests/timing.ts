import type { AlertRule } from '../../../../../src/alerts/index.ts';

export interface Intervals {
  scrapeMs: number;
  evaluationMs: number;
}

/** The first evaluation at or after a time. */
export const evaluationAt = (ms: number, { evaluationMs }: Intervals): number =>
  Math.ceil(ms / evaluationMs) * evaluationMs;

/** When an alert whose condition holds from an evaluation on fires: the first evaluation that sees its `for` gone by. */
export const firesAt = (sinceMs: number, rule: AlertRule, intervals: Intervals): number =>
  sinceMs + evaluationAt(rule.forSeconds * 1000, intervals);

/** When a firing alert whose condition ended at an evaluation is over. */
export const endsAt = (clearMs: number, rule: AlertRule, intervals: Intervals): number =>
  clearMs + evaluationAt(rule.keepFiringSeconds * 1000, intervals);

const digits = 4;
const margin = 0.001;

/**
 * A value just beyond a limit, on the greater or the lesser side: a thousandth of it, and of four digits, so
 * that every text shows it exactly. Beyond zero it is 1.
 */
export function justBeyond(limit: number, side: 'above' | 'below'): number {
  if (limit === 0) return side === 'above' ? 1 : -1;
  const moved = limit * (side === 'above' ? 1 + margin : 1 - margin);
  const scale = 10 ** (digits - 1 - Math.floor(Math.log10(Math.abs(moved))));
  const scaled = Number((moved * scale).toPrecision(12));
  return Number(((side === 'above' ? Math.ceil(scaled) : Math.floor(scaled)) / scale).toPrecision(digits));
}
