import {
  answeringOf,
  burnRatesOf,
  type Expression,
  isMeasured,
  type NamedSignal,
  ruleDefinitions,
  scaledBy,
  selectorText,
  signalExpressions,
  signalsOfServices,
  slisOf,
  toPromQL,
  withMatchers,
} from '../../../alerts/index.ts';
import { durationLiteral, type Matcher } from '../../../core/index.ts';
import type { MonitoringSettings } from './settings.ts';

type Rendered = Pick<MonitoringSettings, 'deployment' | 'naming' | 'table' | 'hasNodeLabels'>;

/** What is recorded under a name `level:metric:operations`. */
export interface RecordedSignal {
  record: string;
  expr: string;
  /** The labels that its values have besides the deployment. */
  by: readonly string[];
}

/** The labels that an expression leaves to its values. */
function labelsOf(expression: Expression): string[] {
  switch (expression.kind) {
    case 'aggregate':
    case 'quantile':
      return [...expression.by];
    case 'labelled':
      return [...labelsOf(expression.of), expression.label];
    case 'where':
    case 'clampMin':
      return labelsOf(expression.of);
    case 'or':
      return labelsOf(expression.left);
    case 'arithmetic':
      return [...new Set([...labelsOf(expression.left), ...labelsOf(expression.right)])];
    default:
      return [];
  }
}

/** How PromQL selects the series of this deployment alone. */
export const ofDeployment = ({ deployment }: Pick<Rendered, 'deployment'>): Matcher => ({
  label: 'deployment',
  operator: '=',
  value: deployment,
});

/** An expression of this deployment alone; nodes are told apart otherwise where nobody labels them. */
function ownText(expression: Expression, settings: Pick<Rendered, 'deployment' | 'hasNodeLabels'>): string {
  const matchers = [ofDeployment(settings)];
  const isUnlabelled = (metric: string) => !settings.hasNodeLabels && metric.startsWith('node_');
  return toPromQL(withMatchers(expression, (metric) => (isUnlabelled(metric) ? [] : matchers)));
}

/** Metric and operations of each signal, as they stand in the names of recordings. */
function namesOf({ naming }: Rendered): Record<NamedSignal, string> {
  // Services may have windows of their own: then no one window tells of all.
  const isOfOneWindow = slisOf(naming).every(({ traffic }) => traffic.windowMs === undefined);
  const window = isOfOneWindow ? durationLiteral(scaledBy(naming, naming.windowMs)) : '';
  const duration = (name: string, operation: string) => `${name}_duration_seconds:${operation}_rate${window}`;
  return {
    passRate: 'test_pass_rate:min',
    coverage: 'vigil_coverage_ratio:min',
    errorRatio: `operation_errors:ratio_rate${window}`,
    latencyP50: duration('operation', 'p50'),
    latencyP95: duration('operation', 'p95'),
    latencyP99: duration('operation', 'p99'),
    htdagMean: duration('htdag_decomposition', 'mean'),
    haloMean: duration('halo_routing', 'mean'),
    aopMean: duration('aop_validation', 'mean'),
    rejectedRise: `operations_rejected:rise_rate${window}`,
    throughput: `operations:rate${window}`,
    uptime: 'up:min',
    memoryUsed: 'node_memory_used:ratio',
    cpuUsed: `node_cpu_used:ratio_rate${window}`,
    diskUsed: 'node_filesystem_used:ratio_max',
    lastCycleAge: 'vigil_last_cycle_age_seconds:min',
    checkFlips: 'vigil_check_status:changes',
    rollbackRequired: 'vigil_rollback_required:max',
    operations: 'operations_total:sum',
  };
}

/** Everything that is recorded: each signal, the same by service where several are judged, and how the error budget burns. */
export function recordedSignals(settings: Rendered): RecordedSignal[] {
  const { naming, table } = settings;
  const names = namesOf(settings);
  const recorded = (name: string, expression: Expression): RecordedSignal => {
    const by = labelsOf(expression);
    return {
      record: `${['deployment', ...by].join('_')}:${name}`,
      expr: ownText(expression, settings),
      by,
    };
  };
  const measured = Object.entries({ ...signalExpressions(naming) }).filter(([name]) =>
    isMeasured(name, naming),
  );
  const ofServices = Object.entries(signalsOfServices(naming)).filter(([name]) => isMeasured(name, naming));
  const budget = table.errorRatio.slo?.value;
  const burns = ruleDefinitions.flatMap(({ subject }) =>
    subject.by === 'burn' && budget !== undefined && isMeasured('errorRatio', naming)
      ? [subject.window.shortSeconds, subject.window.longSeconds].flatMap((seconds) => {
          const windowMs = scaledBy(naming, seconds * 1000);
          const rates = burnRatesOf(naming, windowMs, budget);
          return rates ? [recorded(`error_budget_burn:ratio_rate${durationLiteral(windowMs)}`, rates)] : [];
        })
      : [],
  );
  const all = [
    ...[...measured, ...ofServices].map(([name, expression]) =>
      recorded(names[name as NamedSignal], expression),
    ),
    ...(naming.services === '' ? [] : answeringOf(naming).map((answering) => recorded('up:min', answering))),
    ...burns,
  ];
  return [...new Map(all.map((one) => [one.record, one])).values()];
}

/** How the expressions of rules are written: by what is recorded of them where something is, and of this deployment alone. */
export function ruleWriter(settings: Rendered): (expression: Expression) => string {
  const records = new Map(recordedSignals(settings).map((one) => [one.expr, one]));
  return (expression) => {
    const text = ownText(expression, settings);
    const recorded = records.get(text);
    if (!recorded) return text;
    const { record, by } = recorded;
    const grouping = by.length === 0 ? '' : ` by (${by.join(', ')}) `;
    return `max${grouping}(${selectorText({ metric: record, matchers: [ofDeployment(settings)] })})`;
  };
}
