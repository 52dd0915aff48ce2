import {
  burnRateOver,
  defaultNaming,
  type Expression,
  flipsWindowMs,
  type SignalNaming,
  scaledBy,
  signalExpressions,
} from '../signals/index.ts';
import type { Bound, ThresholdTable } from '../thresholds/index.ts';
import type { Unit } from '../units/index.ts';
import type { Condition } from './condition.ts';
import { type AlertRule, type RuleDefinition, runbookOfAlert, severityOf } from './rule.ts';
import { ruleDefinitions } from './rules.ts';

type Judged = Pick<AlertRule, 'condition' | 'unit' | 'limit' | 'forSeconds' | 'spans'>;

function bounded(expression: Expression, bound: Bound, unit: Unit, naming: SignalNaming): Judged {
  return {
    condition: withBound(expression, bound),
    unit,
    limit: bound,
    forSeconds: scaledBy(naming, bound.forSeconds ?? 0),
    spans: {},
  };
}

function withBound(expression: Expression, bound: Bound): Condition {
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
      return bound && bounded(signals[subject.signal], bound, unit, naming);
    }
    case 'bound': {
      // A limit that is itself a time, as the age of the last cycle, is scaled like every other time.
      const value = subject.unit === 'seconds' ? scaledBy(naming, subject.bound.value) : subject.bound.value;
      const made = bounded(signals[subject.signal], { ...subject.bound, value }, subject.unit, naming);
      const spans = {
        ...(subject.unit === 'seconds' && { after: value + made.forSeconds }),
        ...(subject.signal === 'checkFlips' && { window: scaledBy(naming, flipsWindowMs) / 1000 }),
      };
      const judged = { ...made, spans };
      const absent: Condition = { kind: 'absent', expression: signals[subject.signal] };
      if (!subject.orAbsent) return judged;
      return { ...judged, condition: { kind: 'any', of: [judged.condition, absent] } };
    }
    case 'absence':
      return {
        condition: { kind: 'absent', expression: signals[subject.signal] },
        unit: undefined,
        limit: undefined,
        forSeconds: scaledBy(naming, subject.forSeconds),
        spans: {},
      };
    case 'burn': {
      const budget = table.errorRatio.slo?.value;
      if (!budget) return undefined;
      const limit: Bound = { operator: '>', value: subject.factor, forSeconds: subject.forSeconds };
      const over = (windowMs: number) =>
        withBound(burnRateOver(naming.prefix, scaledBy(naming, windowMs), budget), limit);
      return {
        condition: { kind: 'all', of: [over(subject.longMs), over(subject.shortMs)] },
        unit: 'count',
        limit,
        forSeconds: scaledBy(naming, subject.forSeconds),
        spans: {
          long: scaledBy(naming, subject.longMs) / 1000,
          short: scaledBy(naming, subject.shortMs) / 1000,
        },
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
        keepFiringSeconds: scaledBy(naming, definition.keepFiringSeconds ?? 0),
        labels: { severity, priority, signal: topic },
        ...{ summary, description, next },
        runbook: runbookOfAlert(name),
        onlyNew: definition.onlyNew ?? false,
      },
    ];
  });
}
