import { type Bound, checkFlips, cycleAgeBound, type ThresholdTable, type Unit } from '../../core/index.ts';
import type { Expression } from '../signals/algebra/expression.ts';
import { burnRateOf, isMeasured, signalExpressions, watchAge } from '../signals/algebra/named.ts';
import { defaultNaming, type SignalNaming, scaledBy } from '../signals/algebra/signal-naming.ts';
import { eachService, errorRatioOf, latencyOf, nothing, rateOf } from '../signals/algebra/traffic.ts';
import type { RuleCondition } from './condition.ts';
import { enoughOperations } from './enough-operations.ts';
import { type AlertRule, type RuleDefinition, type RuleSubject, runbookOfAlert, severityOf } from './rule.ts';
import { ruleDefinitions } from './rules.ts';
import { signalCause } from './signal-cause.ts';

type Judged = Pick<AlertRule, 'condition' | 'unit' | 'limit' | 'forSeconds' | 'spans'>;

/** What the signals of live traffic are made of; the others are as they are now. */
const overWindow: readonly string[] = [
  'errorRatio',
  'latencyP95',
  'throughput',
  'cpuUsed',
  'htdagMean',
  'haloMean',
  'aopMean',
];

/** What the alerts of a rule have in common with others, and how long they go on when that is over. */
function originOf(
  { subject }: RuleDefinition,
  naming: SignalNaming,
): Pick<AlertRule, 'cause' | 'lookBackSeconds'> {
  if (subject.by === 'burn')
    return {
      cause: signalCause('errorRatio'),
      lookBackSeconds: scaledBy(naming, subject.window.shortSeconds),
    };
  if (subject.by !== 'threshold') return { cause: undefined, lookBackSeconds: 0 };
  const windowSeconds = scaledBy(naming, naming.windowMs / 1000);
  return {
    cause: signalCause(subject.signal),
    lookBackSeconds: overWindow.includes(subject.signal) ? windowSeconds : 0,
  };
}

function bounded(expression: Expression, bound: Bound, unit: Unit, naming: SignalNaming): Judged {
  return {
    condition: withBound(expression, bound),
    unit,
    limit: bound,
    forSeconds: scaledBy(naming, bound.forSeconds ?? 0),
    spans: {},
  };
}

function withBound(expression: Expression, bound: Bound): RuleCondition {
  return { kind: 'bound', expression, bound };
}

/** The signals of live traffic with a value for each service, as rules judge them; the only one has no label. */
function signalsOfServices(naming: SignalNaming) {
  return {
    errorRatio: eachService(naming, errorRatioOf) ?? nothing,
    latencyP95: eachService(naming, (sli, windowMs) => latencyOf(sli, 0.95, windowMs)) ?? nothing,
    throughput: eachService(naming, (sli, windowMs) => rateOf(sli, 'operations', windowMs)) ?? nothing,
  };
}

/** How fast each service burns its error budget. */
const burnRatesOf = (naming: SignalNaming, windowMs: number, budget: number) =>
  eachService(naming, (sli) => burnRateOf(sli, windowMs, budget));

/** Whether what a rule is judged on is measured at all. */
function isJudged(subject: RuleSubject, naming: SignalNaming): boolean {
  const signal = subject.by === 'burn' ? 'errorRatio' : 'signal' in subject ? subject.signal : '';
  // How much traffic there is says something only where somebody said how much there should be.
  if (signal === 'throughput' && naming.limitsThroughput === false) return false;
  return isMeasured(signal, naming);
}

function judgedBy(
  { subject }: RuleDefinition,
  table: ThresholdTable,
  naming: SignalNaming,
  cycleIntervalMs: number | undefined,
): Judged | undefined {
  if (!isJudged(subject, naming)) return undefined;
  const signals = { ...signalExpressions(naming), ...signalsOfServices(naming) };
  switch (subject.by) {
    case 'threshold': {
      const { unit, [subject.level]: bound } = table[subject.signal];
      if (!bound) return undefined;
      const judged = bounded(signals[subject.signal], bound, unit, naming);
      if (subject.signal !== 'errorRatio') return judged;
      const enough = enoughOperations(bound.value, naming);
      return { ...judged, condition: { kind: 'given', of: judged.condition, enough } };
    }
    case 'bound': {
      const judged = bounded(signals[subject.signal], subject.bound, subject.unit, naming);
      const window = scaledBy(naming, checkFlips.windowSeconds);
      return subject.signal === 'checkFlips' ? { ...judged, spans: { window } } : judged;
    }
    case 'cycle age': {
      // A limit that is itself a time is scaled like every other time.
      const bound = cycleAgeBound(cycleIntervalMs && cycleIntervalMs / 1000);
      const value = scaledBy(naming, bound.value);
      const made = bounded(signals.lastCycleAge, { ...bound, value }, 'seconds', naming);
      const judged = { ...made, spans: { after: value + made.forSeconds } };
      const absent = (expression: Expression): RuleCondition => ({ kind: 'absent', expression });
      // Before the first cycle is due its absence says nothing; that nobody watches at all does.
      const overdue: RuleCondition = {
        kind: 'any',
        of: [withBound(watchAge(), { ...bound, value }), absent(watchAge())],
      };
      const never: RuleCondition = { kind: 'all', of: [absent(signals.lastCycleAge), overdue] };
      return { ...judged, condition: { kind: 'any', of: [judged.condition, never] } };
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
      const { factor, longSeconds, shortSeconds, forSeconds } = subject.window;
      const limit: Bound = { operator: '>', value: factor, forSeconds };
      const [long, short] = [scaledBy(naming, longSeconds), scaledBy(naming, shortSeconds)];
      const over = (seconds: number) =>
        withBound(burnRatesOf(naming, seconds * 1000, budget) ?? nothing, limit);
      return {
        condition: { kind: 'all', of: [over(long), over(short)] },
        unit: 'count',
        limit,
        forSeconds: scaledBy(naming, forSeconds),
        spans: { long, short },
      };
    }
  }
}

/**
 * The rules with the limits of a table, the names of a target's metrics and the time from one cycle to the
 * next (5 minutes unless given), in the order of the definitions. A rule whose limit the table doesn't have is left out, and
 * so are those on live traffic where nothing tells of any.
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
        name,
        group,
        priority,
        severity,
        ...judged,
        keepFiringSeconds: scaledBy(naming, definition.keepFiringSeconds ?? 0),
        labels: { severity, priority, signal: topic },
        summary,
        description,
        next,
        runbook: runbookOfAlert(name),
        onlyNew: definition.onlyNew ?? false,
        ...originOf(definition, naming),
      },
    ];
  });
}
