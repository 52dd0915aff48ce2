import {
  type AlertRule,
  alertTextForPrometheus,
  conditionToPromQL,
  type RuleGroup,
} from '../../../alerts/index.ts';
import { formatDuration } from '../../../core/index.ts';
import { quorumRecordings, signalRecordings } from './recording-rules.ts';
import type { MonitoringSettings } from './settings.ts';
import { yamlFile } from './yaml-file.ts';

const groups: readonly RuleGroup[] = ['critical', 'warnings', 'performance', 'health'];

/** The alert that always fires: while it arrives, Prometheus and Alertmanager work. */
export const watchdog = {
  alert: 'Watchdog',
  expr: 'vector(1)',
  labels: { severity: 'none' },
  annotations: {
    summary: 'Prometheus evaluates and Alertmanager delivers',
    description: 'Fires always. When it stops arriving at the heartbeat, nobody would be told of anything.',
  },
} as const;

/** A runbook's address: the path in the repository behind the configured base. */
export const runbookUrl = (base: string, runbook: string): string =>
  base === '' ? runbook : `${base.replace(/\/+$/, '')}/${runbook}`;

const durationOf = (seconds: number) => (seconds > 0 ? formatDuration(seconds * 1000) : undefined);

/** One rule as Prometheus reads it; the expression and labels are those that Vigil itself evaluates. */
export function prometheusRule(rule: AlertRule, runbookBase: string) {
  return {
    alert: rule.name,
    expr: conditionToPromQL(rule.condition),
    for: durationOf(rule.forSeconds),
    keep_firing_for: durationOf(rule.keepFiringSeconds),
    labels: rule.labels,
    annotations: {
      ...alertTextForPrometheus(rule),
      next: rule.next,
      runbook_url: runbookUrl(runbookBase, rule.runbook),
    },
  };
}

/** The groups of alerts.yml: the 18 rules in four, the watchdog in its own, and the recordings. */
export function ruleGroups(settings: MonitoringSettings) {
  const rules = settings.rules;
  return [
    ...groups.map((group) => ({
      name: `${settings.naming.prefix}_${group}`,
      rules: rules
        .filter((rule) => rule.group === group)
        .map((rule) => prometheusRule(rule, settings.runbookBase)),
    })),
    { name: 'vigil_watchdog', rules: [watchdog] },
    { name: 'vigil_signals', rules: signalRecordings(settings) },
    { name: 'vigil_quorum', rules: quorumRecordings(settings) },
  ];
}

/** alerts.yml. */
export function alertRulesFile(settings: MonitoringSettings): string {
  return yamlFile(
    { groups: ruleGroups(settings) },
    'The four groups named after the target hold the 18 rules. Watchdog is none of them: it fires always.',
  );
}
