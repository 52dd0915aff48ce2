import {
  type AlertRule,
  alertTextForPrometheus,
  conditionToPromQL,
  type Expression,
  type RuleGroup,
  selectorText,
} from '../../../alerts/index.ts';
import { durationLiteral } from '../../../core/index.ts';
import { ofDeployment, ruleWriter } from './recorded-signals.ts';
import { quorumRecordings, quorumRecords, signalRecordings } from './recording-rules.ts';
import type { MonitoringSettings, RuleEvaluator } from './settings.ts';
import { yamlFile } from './yaml-file.ts';

const groups: readonly RuleGroup[] = ['critical', 'warnings', 'performance', 'health'];

/** The alert that always fires: while it arrives, Prometheus and Alertmanager work. */
export const watchdog = {
  alert: 'Watchdog',
  expr: 'vector(1)',
  labels: { severity: 'none' },
  annotations: {
    summary: 'Prometheus evaluates and Alertmanager delivers',
    description: 'Always fires. When it stops arriving at the heartbeat, alerts no longer arrive either.',
  },
} as const;

/** A runbook's address: the path in the repository behind the configured base. */
export const runbookUrl = (base: string, runbook: string): string =>
  base === '' ? runbook : `${base.replace(/\/+$/, '')}/${runbook}`;

const durationOf = (seconds: number) => (seconds > 0 ? durationLiteral(seconds * 1000) : undefined);

/** How rules are rendered. */
export type RuleRendering = Pick<MonitoringSettings, 'runbookBase' | 'deployment'> & {
  evaluator?: RuleEvaluator;
  /** How expressions are written; as they are evaluated here unless they are recorded. */
  write?: (expression: Expression) => string;
};

/** One rule as Prometheus reads it; the expression is the one that Vigil evaluates, the labels are those that it tells. */
export function prometheusRule(
  rule: AlertRule,
  { runbookBase, deployment, evaluator = 'prometheus', write }: RuleRendering,
) {
  return {
    alert: rule.name,
    expr: conditionToPromQL(rule.condition, write),
    for: durationOf(rule.forSeconds),
    // vmalert before 1.92, and so Debian's, refuses a file that has it.
    keep_firing_for: evaluator === 'vmalert' ? undefined : durationOf(rule.keepFiringSeconds),
    labels: { ...rule.labels, deployment },
    annotations: {
      ...alertTextForPrometheus(rule),
      next: rule.next,
      runbook_url: runbookUrl(runbookBase, rule.runbook),
    },
  };
}

/** A check that enough probes saw fail pages; what one of several sees alone it tells itself, as information. */
function quorumAlerts(settings: MonitoringSettings) {
  const { quorum, targets, runbookBase, deployment } = settings;
  const { length } = targets.probes;
  if (length < 2) return [];
  return [
    {
      alert: 'HealthCheckFailed',
      expr: `${selectorText({ metric: quorumRecords.status, matchers: [ofDeployment(settings)] })} == 0`,
      labels: { severity: 'critical', priority: 'P1', deployment },
      annotations: {
        summary: 'Check {{ $labels.check }} failed',
        description: `At least ${quorum} of ${length} probes saw it fail in their last cycle.`,
        next: 'read what each probe says of it, hold the rollout',
        runbook_url: runbookUrl(runbookBase, 'docs/incident-response.md#healthcheckfailed'),
      },
    },
  ];
}

/** The groups of alerts.yml: the 18 rules in four, the watchdog in its own, and the recordings. */
export function ruleGroups(settings: MonitoringSettings) {
  const { rules, runbookBase, deployment, evaluator } = settings;
  const rendering = { runbookBase, deployment, evaluator, write: ruleWriter(settings) };
  return [
    ...groups.map((group) => ({
      name: `${settings.naming.prefix}_${group}`,
      rules: rules.filter((rule) => rule.group === group).map((rule) => prometheusRule(rule, rendering)),
    })),
    { name: 'vigil_watchdog', rules: [watchdog] },
    { name: 'vigil_signals', rules: signalRecordings(settings) },
    { name: 'vigil_quorum', rules: [...quorumRecordings(settings), ...quorumAlerts(settings)] },
  ];
}

/** alerts.yml. */
export function alertRulesFile(settings: MonitoringSettings): string {
  return yamlFile(
    { groups: ruleGroups(settings) },
    'The four groups named after the target hold the 18 rules. Watchdog is none of them: it fires always.',
  );
}
