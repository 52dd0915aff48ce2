import {
  type Bound,
  checkFlips,
  cycleAgeBound,
  type Matcher,
  type ThresholdTable,
  type Unit,
} from '../../core/index.ts';
import { gauge, min, select } from '../signals/algebra/build.ts';
import type { Expression } from '../signals/algebra/expression.ts';
import {
  burnRateOf,
  isMeasured,
  signalExpressions,
  usualRejectedMs,
  watchAge,
} from '../signals/algebra/named.ts';
import { defaultNaming, type SignalNaming, scaledBy } from '../signals/algebra/signal-naming.ts';
import {
  eachService,
  errorRatioOf,
  latencyOf,
  nothing,
  presenceOf,
  rateOf,
  rejectedRiseOf,
  slisOf,
  tellsServices,
} from '../signals/algebra/traffic.ts';
import type { RuleCondition } from './condition.ts';
import { enoughForP95, enoughForRise, enoughOperations } from './enough-operations.ts';
import { type AlertRule, type RuleDefinition, type RuleSubject, runbookOfAlert, severityOf } from './rule.ts';
import { ruleDefinitions } from './rules.ts';
import { signalCause } from './signal-cause.ts';
import { triggerLimits } from './trigger-limits.ts';

type Judged = Pick<AlertRule, 'condition' | 'unit' | 'limit' | 'forSeconds' | 'spans'>;

/** What the signals of live traffic are made of; the others are as they are now. */
const overWindow: readonly string[] = [
  'errorRatio',
  'rejectedRise',
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
  const windowSeconds = scaledBy(naming, naming.windowMs / 1000);
  if (subject.by === 'bound' && overWindow.includes(subject.signal))
    return { cause: undefined, lookBackSeconds: windowSeconds };
  if (subject.by !== 'threshold') return { cause: undefined, lookBackSeconds: 0 };
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
export function signalsOfServices(naming: SignalNaming) {
  return {
    errorRatio: eachService(naming, errorRatioOf) ?? nothing,
    latencyP95: eachService(naming, (sli, windowMs) => latencyOf(sli, 0.95, windowMs)) ?? nothing,
    rejectedRise:
      eachService(naming, (sli, windowMs) =>
        rejectedRiseOf(sli, windowMs, scaledBy(naming, usualRejectedMs)),
      ) ?? nothing,
    throughput: eachService(naming, (sli, windowMs) => rateOf(sli, 'operations', windowMs)) ?? nothing,
  };
}

/** How fast each service burns its error budget. */
export const burnRatesOf = (naming: SignalNaming, windowMs: number, budget: number) =>
  eachService(naming, (sli) => burnRateOf(sli, windowMs, budget));

/** An error ratio or a P95 past a limit, by service; unknown where too few operations tell of it. */
export function trafficCondition(
  signal: 'errorRatio' | 'latencyP95',
  bound: Bound,
  naming: SignalNaming,
): RuleCondition {
  const enough = signal === 'errorRatio' ? enoughOperations(bound.value, naming) : enoughForP95(naming);
  return { kind: 'given', of: withBound(signalsOfServices(naming)[signal], bound), enough };
}

/** Whether each service answers, and each instance of those that have several. */
export function answeringOf({ services, instances = {} }: SignalNaming): Expression[] {
  const up = (...matchers: ['job', '=~' | '!~', string][]) => gauge(select('up', ...matchers));
  const several = Object.keys(instances);
  const isEach = several.length > 0 && services.split('|').every((job) => several.includes(job));
  const one = several.length === 0 ? [] : [['job', '!~', several.join('|')] as ['job', '!~', string]];
  return [
    ...(isEach ? [] : [min(up(['job', '=~', services], ...one), 'job', 'service')]),
    ...(several.length === 0
      ? []
      : [min(up(['job', '=~', several.join('|')]), 'job', 'service', 'instance')]),
  ];
}

/** Each service that does not answer, or that is missing where it is scraped; each instance where it has several. */
function downOf(naming: SignalNaming, bound: Bound): RuleCondition {
  const { scraped = [] } = naming;
  const missing = scraped.map(
    ({ job, service }): RuleCondition => ({
      kind: 'absent',
      expression: gauge(select('up', ['job', '=', job])),
      labels: { job, service },
    }),
  );
  const answering = answeringOf(naming).map((expression) => withBound(expression, bound));
  return { kind: 'each', of: [...answering, ...missing] };
}

/** Each service whose operations are not counted at all any more. */
function missingOf(naming: SignalNaming): RuleCondition {
  if (!tellsServices(naming)) return { kind: 'absent', expression: signalExpressions(naming).operations };
  const missing = slisOf(naming).map(
    (sli): RuleCondition => ({
      kind: 'absent',
      expression: presenceOf(sli),
      labels: { service: sli.service },
    }),
  );
  return { kind: 'each', of: missing };
}

const perService: readonly string[] = [
  'errorRatio',
  'rejectedRise',
  'latencyP95',
  'throughput',
  'operations',
];

/** Which instances there may be: any where only a name tells, and none of a service that is one address. */
function instancesOf({ instances = {} }: SignalNaming): Matcher[] {
  const known = Object.values(instances);
  if (known.length === 0) return [];
  const names = known
    .flatMap((of) => (of === 'dns' ? [] : of))
    .map((name) => name.replace(/[^\w:/-]/g, '\\$&'));
  return [
    { label: 'instance', operator: '=~', value: known.includes('dns') ? '.*' : ['', ...names].join('|') },
  ];
}

/** What tells the alerts of a rule apart: nothing, the service, or what is known by the samples only. */
function aboutOf(subject: RuleSubject, naming: SignalNaming): AlertRule['about'] {
  const signal = 'signal' in subject ? subject.signal : '';
  if (signal === 'checkFlips' || signal === 'rollbackRequired') return undefined;
  if (signal === 'uptime') {
    return [
      { label: 'job', operator: '=~', value: naming.services },
      { label: 'service', operator: '=~', value: '.+' },
      ...instancesOf(naming),
    ];
  }
  if (!tellsServices(naming) || !(subject.by === 'burn' || perService.includes(signal))) return [];
  const services = slisOf(naming).map(({ service }) => service);
  return [{ label: 'service', operator: '=~', value: services.join('|') }];
}

/** Whether what a rule is judged on is measured at all, and something tells how it should be. */
export function isJudged(subject: RuleSubject, naming: SignalNaming): boolean {
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
      switch (subject.signal) {
        case 'errorRatio':
        case 'latencyP95':
          return { ...judged, condition: trafficCondition(subject.signal, bound, naming) };
        case 'uptime':
          return { ...judged, condition: downOf(naming, bound) };
        default:
          return judged;
      }
    }
    case 'bound': {
      const judged = bounded(signals[subject.signal], subject.bound, subject.unit, naming);
      if (subject.signal === 'rejectedRise')
        return {
          ...judged,
          condition: { kind: 'given', of: judged.condition, enough: enoughForRise(naming) },
          spans: { usual: scaledBy(naming, usualRejectedMs / 1000) },
        };
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
        condition: missingOf(naming),
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
        condition: {
          kind: 'given',
          of: { kind: 'all', of: [over(long), over(short)] },
          enough: enoughOperations(budget * factor, naming, long * 1000),
        },
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
        about: aboutOf(definition.subject, naming),
        summary,
        description,
        next,
        runbook: runbookOfAlert(name),
        onlyNew: definition.onlyNew ?? false,
        triggers: topic === 'rollback' ? triggerLimits(table, naming) : undefined,
        ...originOf(definition, naming),
      },
    ];
  });
}
