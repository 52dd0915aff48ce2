import { stringify } from 'yaml';
import { formatDuration } from '../../../../../src/core/index.ts';
import type { MonitoringSettings } from '../../../../../src/setup/render/monitoring/settings.ts';
import { testsOfRules } from './tests-of-rules.ts';

/** The unit tests of the rules, for `promtool test rules` with alerts.yml in the same folder. */
export function alertTestsFile(settings: MonitoringSettings): string {
  return stringify({
    rule_files: ['alerts.yml'],
    evaluation_interval: formatDuration(settings.evaluationIntervalMs),
    tests: testsOfRules(settings),
  });
}
