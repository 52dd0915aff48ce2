import { burnRateOver, defaultNaming, type SignalNaming, signalExpressions } from '../signals/index.ts';
import type { Bound, ThresholdTable } from '../thresholds/index.ts';
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
): Judged | undefined {
  const signals = signalExpressions(naming);
  switch (subject.by) {
    case 'threshold': {
      const { unit, [subject.level]: bound } = table[subject.signal];
      return bound && bounded(signals[subject.signal], bound, unit);
    }
    case 'bound': {
      const judged = bounded(signals[subject.signal], subject.bound, subject.unit);
      const absent: Condition = { kind: 'absent', expression: signals[subject.signal] };
      if (!subject.orAbsent) return judged;
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
      const limit: Bound = { operator: '>', value: subject.factor, forSeconds: subject.forSeconds };
      const over = (windowMs: number) => withBound(burnRateOver(naming.prefix, windowMs, budget), limit);
      return {
        condition: { kind: 'all', of: [over(subject.longMs), over(subject.shortMs)] },
        unit: 'count',
        limit,
        forSeconds: subject.forSeconds,
      };
    }
  }
}

/**
 * The rules with the limits of a table and the names of a target's metrics, in the order of the definitions.
 * A rule whose limit the table doesn't have is left out.
 */
export function alertRules(table: ThresholdTable, naming: SignalNaming = defaultNaming): AlertRule[] {
  return ruleDefinitions.flatMap((definition) => {
    const judged = judgedBy(definition, table, naming);
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
