import { burnRateOver, defaultNaming, type SignalNaming, signalExpressions } from '../signals/index.ts';
import { type Bound, cycleAgeBound, type ThresholdTable } from '../thresholds/index.ts';
import type { Unit } from '../units/index.ts';
import type { Condition } from './condition.ts';
import { type AlertRule, type RuleDefinition, runbookOfAlert, severityOf } from './rule.ts';
import { ruleDefinitions } from './rules.ts';

type Judged = Pick<AlertRule, 'condition' | 'unit' | 'limit' | 'forSeconds'>;

const bounded = (expression: Parameters<typeof withBound>[0], bound: Bound, unit: Unit): Judged => ({
  condition: withBound(expression, bound),
  unit,
  limit: bound,
  forSeconds: bound.forSeconds ?? 0,
});

function withBound(expression: Extract<Condition, { kind: 'bound' }>['expression'], bound: Bound): Condition {
  return { kind: 'bound', expression, bound };
}

function judgedBy(
  { subject }: RuleDefinition,
  table: ThresholdTable,
  naming: SignalNaming,
  cycleIntervalMs: number | undefined,
): Judged | undefined {
  const signals = signalExpressions(naming);
  switch (subject.by) {
    case 'threshold': {
      const { unit, [subject.level]: bound } = table[subject.signal];
      return bound && bounded(signals[subject.signal], bound, unit);
    }
    case 'bound':
      return bounded(signals[subject.signal], subject.bound, subject.unit);
    case 'cycle age': {
      const bound = cycleAgeBound(cycleIntervalMs && cycleIntervalMs / 1000);
      const judged = bounded(signals.lastCycleAge, bound, 'seconds');
      const absent: Condition = { kind: 'absent', expression: signals.lastCycleAge };
      return { ...judged, condition: { kind: 'any', of: [judged.condition, absent] } };
    }
    case 'absence':
      return {
        condition: { kind: 'absent', expression: signals[subject.signal] },
        unit: undefined,
        limit: undefined,
        forSeconds: subject.forSeconds,
      };
    case 'burn': {
      const budget = table.errorRatio.slo?.value;
      if (!budget) return undefined;
      const { factor, longSeconds, shortSeconds, forSeconds } = subject.window;
      const limit: Bound = { operator: '>', value: factor, forSeconds };
      const over = (seconds: number) => withBound(burnRateOver(naming.prefix, seconds * 1000, budget), limit);
      return {
        condition: { kind: 'all', of: [over(longSeconds), over(shortSeconds)] },
        unit: 'count',
        limit,
        forSeconds,
      };
    }
  }
}

/**
 * The rules with the limits of a table, the names of a target's metrics and the time from one cycle to the
 * next (5 minutes unless given), in the order of the definitions. A rule whose limit the table doesn't have is left out.
 */
export function alertRules(
  table: ThresholdTable,
  naming: SignalNaming = defaultNaming,
  cycleIntervalMs?: number,
): AlertRule[] {
  return ruleDefinitions.flatMap((definition) => {
    const judged = judgedBy(definition, table, naming, cycleIntervalMs);
    if (!judged) return [];
    const { name, group, priority, topic, summary, description, next } = definition;
    const severity = severityOf(priority);
    return [
      {
        ...{ name, group, priority, severity, ...judged },
        keepFiringSeconds: definition.keepFiringSeconds ?? 0,
        labels: { severity, priority, signal: topic },
        ...{ summary, description, next },
        runbook: runbookOfAlert(name),
        onlyNew: definition.onlyNew ?? false,
      },
    ];
  });
}
