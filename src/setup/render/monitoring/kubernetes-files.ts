import { testsJob } from '../../../alerts/index.ts';
import { formatDuration } from '../../../core/index.ts';
import type { RenderedDocument } from '../compare-documents.ts';
import { ruleGroups } from './alert-rules-file.ts';
import { folders, images } from './containers/images.ts';
import { vigilConfig } from './containers/vigil-config.ts';
import type { MonitoringSettings } from './settings.ts';
import { fromTemplate } from './template.ts';
import { yamlFile } from './yaml-file.ts';

/** `*\/5 * * * *` for five minutes; whole minutes that divide an hour, else the nearest that do. */
export function cronSchedule(intervalMs: number): string {
  const divisors = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60];
  const minutes = divisors.findLast((one) => one <= Math.max(1, intervalMs / 60_000)) ?? 1;
  return minutes === 60 ? '0 * * * *' : `*/${minutes} * * * *`;
}

/** What Flagger asks Vigil at. */
const hooks = ['confirm-rollout', 'confirm-traffic-increase', 'confirm-promotion', 'rollback', 'event'];

const valuesOf = (settings: MonitoringSettings) => ({
  image: images.vigil,
  reports: folders.reports,
  config: folders.config,
  viteTemp: folders.viteTemp,
  configuration: vigilConfig(settings, 'alone'),
  schedule: cronSchedule(settings.cycle.intervalMs),
  timeoutSeconds: Math.ceil(settings.cycle.timeoutMs / 1000),
  intervalSeconds: Math.ceil(settings.cycle.intervalMs / 1000),
  scrapeInterval: formatDuration(settings.scrapeIntervalMs),
  testsJob: testsJob(settings.naming),
  ruleGroups: ruleGroups(settings),
  secondStep: String(settings.trafficSteps[1] ?? settings.trafficSteps[0] ?? 100),
  deployment: settings.targets.services[0]?.job ?? 'vigil-target',
  deploymentPort: Number(new URL(settings.targets.orchestration).port || 80),
  stepWeights: settings.trafficSteps.filter((step) => step < 100),
  webhooks: hooks.map((type) => ({
    name: `vigil-${type}`,
    type,
    url: `http://vigil:8002/flagger/${type}`,
    timeout: '10s',
  })),
});

/** Everything under kubernetes/: a folder for each way to run Vigil or to ask it, with a kustomization over its files. */
export function kubernetesFiles(settings: MonitoringSettings): RenderedDocument[] {
  const manifests = Object.entries(fromTemplate('kubernetes.yaml', valuesOf(settings)));
  const byFolder = Map.groupBy(manifests, ([file]) => file.split('/', 1)[0] ?? '');
  return [...byFolder].flatMap(([folder, files]) => {
    const kustomization = {
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      resources: files.map(([file]) => file.slice(folder.length + 1)),
    };
    return [
      { path: `kubernetes/${folder}/kustomization.yaml`, text: yamlFile(kustomization) },
      ...files.map(([file, manifest]) => ({ path: `kubernetes/${file}`, text: yamlFile(manifest) })),
    ];
  });
}
