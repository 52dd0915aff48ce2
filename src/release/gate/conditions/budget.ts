import { grouped, type ThresholdTable } from '../../../core/index.ts';
import { bounded, type GateCondition, later, limitOf, recoversInMs, spanOf, stated } from '../condition.ts';
import type { BurnEvidence, GateEvidence } from '../evidence.ts';

const budget = ['errorBudget', 'error budget left'] as const;
const hold = 'group errors by category in /metrics, hold the rollout';

function leftCondition(
  { signals, window, recorded, atMs }: GateEvidence,
  table: ThresholdTable,
): GateCondition {
  const limit = limitOf(table, 'errorBudgetLeft');
  const allowed = limitOf(table, 'errorRatio').value;
  const { errorRatio, operations } = signals.stage;
  const windowMs = window.toMs - window.fromMs;
  if (errorRatio === undefined || operations === undefined) {
    const more = { unit: 'ratio', limit, askAgainAtMs: later(atMs, recorded.intervalMs) } as const;
    return stated(budget, 'unknown', 'no live traffic was seen', more);
  }
  const waitMs = recoversInMs({
    bad: errorRatio * operations,
    total: operations,
    windowMs,
    allowed: allowed * (1 - limit.value),
    perMs: operations / windowMs,
  });
  const errors = grouped(Math.round(errorRatio * operations));
  return bounded(
    budget,
    { value: 1 - errorRatio / allowed, unit: 'ratio', limit },
    `${errors} errors of ${grouped(Math.round(operations))} operations in ${spanOf(windowMs)}`,
    { next: hold, askAgainAtMs: atMs + waitMs },
  );
}

function burnCondition(
  { rule, factor, longMs, shortMs, long, short }: BurnEvidence,
  atMs: number,
): GateCondition {
  const name = [rule, `burn over ${spanOf(longMs)}`] as const;
  const limit = { operator: '<=', value: factor } as const;
  const windows = `over ${spanOf(longMs)} and ${spanOf(shortMs)}`;
  if (long === undefined || short === undefined) {
    return stated(name, 'unknown', `no live traffic was seen ${windows}`, { unit: 'count', limit });
  }
  // The rule asks for both windows to be past the factor: the slower of the two decides.
  return bounded(
    name,
    { value: Math.min(long, short), unit: 'count', limit },
    `${long.toFixed(1)} and ${short.toFixed(1)} times the allowed errors ${windows}`,
    { next: hold, askAgainAtMs: atMs + shortMs },
  );
}

/** What is left of the error budget, and how fast it goes, by the windows of the burn rules. */
export function budgetConditions(evidence: GateEvidence, table: ThresholdTable): GateCondition[] {
  return [
    leftCondition(evidence, table),
    ...evidence.signals.burns.map((burn) => burnCondition(burn, evidence.atMs)),
  ];
}
