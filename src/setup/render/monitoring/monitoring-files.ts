import type { RenderedDocument } from '../compare-documents.ts';
import { alertRulesFile } from './alert-rules-file.ts';
import { alertmanagerConfig } from './alertmanager-config.ts';
import { composeFile } from './containers/compose.ts';
import { dockerfile, dockerignore } from './containers/dockerfile.ts';
import { vigilConfig } from './containers/vigil-config.ts';
import { kubernetesFiles } from './kubernetes-files.ts';
import { prometheusConfig } from './prometheus-config.ts';
import type { MonitoringSettings } from './settings.ts';
import { systemdUnit } from './systemd-unit.ts';

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
  const { grafanaFiles } = await import('./grafana/grafana-files.ts');
  return [
    ...stackFiles(settings),
    ...grafanaFiles(settings),
    { path: 'compose.yaml', text: composeFile(settings) },
    { path: 'Dockerfile', text: dockerfile() },
    { path: 'Dockerfile.dockerignore', text: dockerignore() },
    { path: 'vigil.config.json', text: vigilConfig(settings, 'in the stack') },
    { path: 'vigil.service', text: systemdUnit(settings) },
    ...kubernetesFiles(settings),
  ];
}
