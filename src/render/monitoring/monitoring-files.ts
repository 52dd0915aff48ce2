import type { RenderedDocument } from '../compare-documents.ts';
import { alertRulesFile } from './alert-rules-file.ts';
import { alertmanagerConfig } from './alertmanager-config.ts';
import { prometheusConfig } from './prometheus-config.ts';
import { alertTestsFile } from './rule-tests/index.ts';
import type { MonitoringSettings } from './settings.ts';

/** What Prometheus and Alertmanager read; paths relative to the output folder. */
export function stackFiles(settings: MonitoringSettings): RenderedDocument[] {
  return [
    { path: 'prometheus.yml', text: prometheusConfig(settings) },
    { path: 'alerts.yml', text: alertRulesFile(settings) },
    { path: 'alertmanager.yml', text: alertmanagerConfig(settings) },
  ];
}

/** Everything under monitoring/, from the settings alone; paths relative to the output folder. */
export async function monitoringFiles(settings: MonitoringSettings): Promise<RenderedDocument[]> {
  // Only here is the dashboard's builder needed, and it is large.
  const { grafanaFiles } = await import('./grafana/index.ts');
  return [
    ...stackFiles(settings),
    { path: 'alerts_test.yml', text: alertTestsFile(settings) },
    ...grafanaFiles(settings),
  ];
}
