import type { Confirmation } from './saved-state.ts';

/** Cycles that must fail in a row, at the fast cadence, before a first failure counts as confirmed. */
export const confirmations = 3;

/** The confirmation after one more cycle; `inconclusive` neither confirms nor clears. */
export function confirm(
  before: Confirmation,
  verdict: 'pass' | 'fail' | 'inconclusive',
  atMs: number,
): Confirmation {
  if (verdict === 'pass') return { state: 'none' };
  if (verdict === 'inconclusive' || before.state === 'confirmed') return before;
  const failures = before.state === 'confirming' ? before.failures + 1 : 1;
  const sinceMs = before.state === 'confirming' ? before.sinceMs : atMs;
  return failures >= confirmations
    ? { state: 'confirmed', sinceMs }
    : { state: 'confirming', failures, sinceMs };
}
