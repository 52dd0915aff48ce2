import { formatDuration } from '../../../../core/index.ts';
import type { MonitoringSettings } from '../settings.ts';
import { yamlFile } from '../yaml-file.ts';
import { testsOfRules } from './tests-of-rules.ts';

/** alerts_test.yml: `promtool test rules alerts_test.yml` beside alerts.yml. */
export function alertTestsFile(settings: MonitoringSettings, rulesFile = 'alerts.yml'): string {
  return yamlFile(
    {
      rule_files: [rulesFile],
      evaluation_interval: formatDuration(settings.evaluationIntervalMs),
      tests: testsOfRules(settings),
    },
    'Run it with: promtool test rules alerts_test.yml',
  );
}
