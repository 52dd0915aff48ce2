import { grouped } from '../../../core/index.ts';
import { bounded, type Found, limitOf, recoversInMs, type Subject, spanOf, unknown } from '../condition.ts';
import type { BurnEvidence } from '../signal-evidence.ts';
import { unlessMended } from './known-errors.ts';

const hold = 'group errors by category in /metrics, hold the rollout';

/** What is left of the error budget. */
export function errorBudget(subject: Subject): Found {
  const { signals, windowMs, table, atMs, nextCycleMs } = subject;
  const limit = limitOf(table, 'errorBudgetLeft');
  const allowed = limitOf(table, 'errorRatio').value;
  const { errorRatio, operations } = signals.stage;
  if (errorRatio === undefined || operations === undefined)
    return unknown('no live traffic was seen', { unit: 'ratio', limit, askAgainAtMs: nextCycleMs });
  const waitMs = recoversInMs({
    bad: errorRatio * operations,
    total: operations,
    windowMs,
    allowed: allowed * (1 - limit.value),
    perMs: operations / windowMs,
  });
  const errors = grouped(Math.round(errorRatio * operations));
  const detail = `${errors} errors of ${grouped(Math.round(operations))} operations in ${spanOf(windowMs)}`;
  const measured = { value: 1 - errorRatio / allowed, unit: 'ratio', limit } as const;
  return unlessMended(bounded(detail, { ...measured, next: hold, askAgainAtMs: atMs + waitMs }), subject);
}

/** How fast the budget goes, by the windows of a burn rule. */
export function burnRate({ factor, longMs, shortMs, long, short }: BurnEvidence, subject: Subject): Found {
  const limit = { operator: '<=', value: factor } as const;
  const windows = `over ${spanOf(longMs)} and ${spanOf(shortMs)}`;
  if (long === undefined || short === undefined)
    return unknown(`no live traffic was seen ${windows}`, { unit: 'count', limit });
  // The rule asks for both windows to be past the factor: the slower of the two decides.
  const measured = { value: Math.min(long, short), unit: 'count', limit } as const;
  const detail = `${long.toFixed(1)} and ${short.toFixed(1)} times the allowed errors ${windows}`;
  const found = bounded(detail, { ...measured, next: hold, askAgainAtMs: subject.atMs + shortMs });
  return unlessMended(found, subject);
}
