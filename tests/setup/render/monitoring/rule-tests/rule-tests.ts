import { stringify } from 'yaml';
import { durationLiteral } from '../../../../../src/core/index.ts';
import { ruleGroups } from '../../../../../src/setup/render/monitoring/alert-rules-file.ts';
import type { MonitoringSettings } from '../../../../../src/setup/render/monitoring/settings.ts';
import { testsOfRules } from './tests-of-rules.ts';

/** The groups of recordings before those that read them. */
export function groupOrder(settings: MonitoringSettings): string[] {
  const names = ruleGroups(settings).map(({ name }) => name);
  return [...new Set(['vigil_quorum', 'vigil_signals', ...names])];
}

/** The unit tests of the rules, for `promtool test rules` with alerts.yml in the same folder. */
export function alertTestsFile(settings: MonitoringSettings): string {
  return stringify({
    rule_files: ['alerts.yml'],
    // What is recorded is evaluated before the rules that read it; a real Prometheus is late by one evaluation.
    group_eval_order: groupOrder(settings),
    evaluation_interval: durationLiteral(settings.evaluationIntervalMs),
    tests: testsOfRules(settings),
  });
}
