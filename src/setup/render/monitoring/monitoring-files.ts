import { durationLiteral } from '../../../core/index.ts';
import type { RenderedDocument } from '../compare-documents.ts';
import { alertRulesFile } from './alert-rules-file.ts';
import { alertmanagerConfig } from './alertmanager-config.ts';
import { composeFile } from './containers/compose.ts';
import { folders, images } from './containers/images.ts';
import { vigilConfig } from './containers/vigil-config.ts';
import { kubernetesFiles } from './kubernetes-files.ts';
import { prometheusConfig } from './prometheus-config.ts';
import type { MonitoringSettings } from './settings.ts';
import { textFromTemplate } from './template.ts';

/** What Prometheus and Alertmanager read; paths relative to the output folder. */
export function stackFiles(settings: MonitoringSettings): RenderedDocument[] {
  return [
    { path: 'prometheus.yml', text: prometheusConfig(settings) },
    { path: 'alerts.yml', text: alertRulesFile(settings) },
    { path: 'alertmanager.yml', text: alertmanagerConfig(settings) },
  ];
}

/** The image of Vigil, built from the package, with Vitest, which runs the suite. */
const dockerfile = ({ isReference, image }: MonitoringSettings) =>
  textFromTemplate('vigil.dockerfile', {
    ...folders,
    mounts: isReference ? `${folders.reports} ${folders.genesis}` : folders.reports,
    image,
    node: images.node,
  });

/** vigil.service: the watch of the protocol on a host with systemd: 48 hours of rollout, 24 at 100 %, then a cycle an hour. */
const systemdUnit = ({ name, cycle }: MonitoringSettings) =>
  textFromTemplate('vigil.service', {
    name,
    watch: durationLiteral(72 * 3_600_000),
    interval: durationLiteral(cycle.intervalMs),
    timeout: durationLiteral(cycle.timeoutMs),
  });

/** Everything under monitoring/, from the settings alone; paths relative to the output folder. */
export async function monitoringFiles(settings: MonitoringSettings): Promise<RenderedDocument[]> {
  // Only here is the dashboard's builder needed, and it is large.
  const { grafanaFiles } = await import('./grafana/grafana-files.ts');
  return [
    ...stackFiles(settings),
    ...grafanaFiles(settings),
    { path: 'compose.yaml', text: composeFile(settings) },
    { path: 'Dockerfile', text: dockerfile(settings) },
    { path: 'Dockerfile.dockerignore', text: textFromTemplate('vigil.dockerignore', {}) },
    { path: 'vigil.config.json', text: vigilConfig(settings, 'in the stack') },
    { path: 'vigil.service', text: systemdUnit(settings) },
    ...kubernetesFiles(settings),
  ];
}
