import { createHash } from 'node:crypto';
import { testsJob } from '../../../alerts/index.ts';
import { durationLiteral } from '../../../core/index.ts';
import type { RenderedDocument } from '../compare-documents.ts';
import { folders } from './containers/images.ts';
import { vigilConfig } from './containers/vigil-config.ts';
import { operatorAccess, podSecrets } from './operator-access.ts';
import { ownNodes, rulesOfOwnNodes } from './own-nodes.ts';
import { scrapeAddress } from './prometheus-config.ts';
import type { MonitoringSettings } from './settings.ts';
import { fromTemplate } from './template.ts';
import { yamlFile } from './yaml-file.ts';

/** Whole minutes that cron can repeat: those that divide an hour. */
export function cronMinutes(intervalMs: number): number {
  const divisors = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60];
  return divisors.findLast((one) => one <= Math.max(1, intervalMs / 60_000)) ?? 1;
}

/** `*\/5 * * * *` for five minutes. */
export const cronSchedule = (minutes: number): string =>
  minutes === 60 ? '0 * * * *' : `*/${minutes} * * * *`;

/** What Flagger asks Vigil at; whether to roll back is only read, and needs no token. */
const hooks = ['confirm-rollout', 'confirm-traffic-increase', 'confirm-promotion', 'rollback', 'event'];

function webhooksOf(address: string) {
  return hooks.map((type) => ({
    name: `vigil-${type}`,
    type,
    // Flagger sends no header of its own: the token is the password.
    url: `http://${type === 'rollback' ? '' : 'vigil:TOKEN@'}${address}/flagger/${type}`,
    timeout: '10s',
  }));
}

/** A file below kubernetes/, what stands in it, and what a person must know of it. */
type Manifest = [file: string, manifest: unknown, notes?: string[]];

/** One ServiceMonitor a service: its Service is found by its name as label, its series are named as Vigil names them. */
function monitorsOf({ targets, deployment, kubernetes, scrapeIntervalMs }: MonitoringSettings): Manifest[] {
  // Several instances stand behind one Service.
  const services = new Map(targets.services.map((service) => [service.job, service]));
  return [...services.values()].map(({ job, url, path = '/metrics', service, access = {} }) => {
    const { scheme, address } = scrapeAddress(url);
    const { asked, tls } = operatorAccess(access, job, kubernetes.secret);
    // A pod is asked by its address, by which nobody would find its certificate right.
    const serverName = scheme === 'https' ? new URL(url).hostname : undefined;
    const tlsConfig = { ...tls, serverName };
    const labels = [
      { targetLabel: 'job', replacement: job },
      { targetLabel: 'deployment', replacement: deployment },
      { targetLabel: 'service', replacement: service },
    ];
    const notes = Object.keys(access.auth?.headers ?? {}).map(
      (header) => `Left out: the header ${header} of ${job}, which a ServiceMonitor can't send.`,
    );
    const manifest = {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'ServiceMonitor',
      metadata: {
        name: job,
        labels: { 'app.kubernetes.io/name': 'vigil', release: kubernetes.release },
      },
      spec: {
        selector: { matchLabels: { 'app.kubernetes.io/name': job } },
        endpoints: [
          {
            targetPort: Number(address.split(':').at(-1)),
            scheme,
            path,
            interval: durationLiteral(scrapeIntervalMs),
            ...asked,
            tlsConfig: Object.values(tlsConfig).some((one) => one !== undefined) ? tlsConfig : undefined,
            relabelings: labels,
          },
        ],
      },
    };
    return [`prometheus-operator/service-monitor-${job}.yaml`, manifest, notes];
  });
}

const secondsOf = (ms: number): number => Math.ceil(ms / 1000);
/** What `--notify` may take after its cycle: alerts that wait, and deliveries. */
const tellingMs = 180_000;

function valuesOf(settings: MonitoringSettings) {
  const { cycle, kubernetes, targets } = settings;
  const configuration = vigilConfig(settings, 'alone');
  const minutes = cronMinutes(cycle.intervalMs);
  const secrets = podSecrets(settings);
  const address = `vigil.${kubernetes.namespace}:8002`;
  const runbookBase = settings.runbookBase === settings.pageUrl ? `http://${address}` : settings.runbookBase;
  return {
    ...kubernetes,
    priorityClass: kubernetes.priorityClass,
    secretVariables: secrets.variables,
    secretMounts: secrets.mounts,
    secretVolumes: secrets.volumes,
    image: settings.image,
    reports: folders.reports,
    config: folders.config,
    configuration,
    configurationHash: createHash('sha256').update(configuration).digest('hex'),
    schedule: cronSchedule(minutes),
    cronInterval: `${minutes}m`,
    timeoutSeconds: secondsOf(cycle.timeoutMs),
    jobSeconds: secondsOf(Math.max(minutes * 60_000, cycle.timeoutMs + tellingMs)),
    scrapeInterval: durationLiteral(settings.scrapeIntervalMs),
    testsJob: testsJob(settings.naming),
    deploymentLabel: settings.deployment,
    ruleGroups: [ownNodes(settings), ...rulesOfOwnNodes({ ...settings, runbookBase })],
    secondStep: String(settings.trafficSteps[1] ?? settings.trafficSteps[0] ?? 100),
    vigil: `http://${address}`,
    deployment: targets.services[0]?.job ?? 'vigil-target',
    deploymentPort: Number(new URL(targets.orchestration).port || 80),
    stepWeights: settings.trafficSteps.filter((step) => step < 100),
    webhooks: webhooksOf(address),
  };
}

/** Everything under kubernetes/: a folder for each way to run Vigil or to ask it, with a kustomization over its files. */
export function kubernetesFiles(settings: MonitoringSettings): RenderedDocument[] {
  const manifests: Manifest[] = [
    ...Object.entries(fromTemplate('kubernetes.yaml', valuesOf(settings))),
    ...monitorsOf(settings),
  ];
  const byFolder = Map.groupBy(manifests, ([file]) => file.split('/', 1)[0] ?? '');
  return [...byFolder].flatMap(([folder, files]) => {
    const kustomization = {
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      namespace: settings.kubernetes.namespace,
      resources: files.map(([file]) => file.slice(folder.length + 1)),
    };
    return [
      { path: `kubernetes/${folder}/kustomization.yaml`, text: yamlFile(kustomization) },
      ...files.map(([file, manifest, notes = []]) => ({
        path: `kubernetes/${file}`,
        text: yamlFile(manifest, ...notes),
      })),
    ];
  });
}
