import type { RenderedDocument } from '../../compare-documents.ts';
import { folders } from '../containers/images.ts';
import { vigilConfig } from '../containers/vigil-config.ts';
import type { MonitoringSettings } from '../settings.ts';
import { yamlFile } from '../yaml-file.ts';
import { kustomization, labels, metadata, names, vigilPort } from './objects.ts';
import { cyclePod, loopPod } from './pod.ts';

const configFile = folders.config.split('/').at(-1) ?? '';

/** One Vigil watches with a history of its own, so there is never a second one beside it. */
const deployment = (settings: MonitoringSettings) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: metadata(names.vigil),
  spec: {
    replicas: 1,
    strategy: { type: 'Recreate' },
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: loopPod(settings) },
  },
});

const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: metadata(names.vigil),
  spec: {
    type: 'ClusterIP',
    selector: labels,
    ports: [{ name: names.port, port: vigilPort, targetPort: names.port }],
  },
};

const claim = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: metadata(names.reports),
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '2Gi' } } },
};

const configMap = (settings: MonitoringSettings) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: metadata(names.config),
  data: { [configFile]: vigilConfig(settings, 'alone') },
});

/** `*\/5 * * * *` for five minutes; whole minutes that divide an hour, else the nearest that do. */
export function cronSchedule(intervalMs: number): string {
  const divisors = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60];
  const minutes = divisors.findLast((one) => one <= Math.max(1, intervalMs / 60_000)) ?? 1;
  return minutes === 60 ? '0 * * * *' : `*/${minutes} * * * *`;
}

/** For clusters in which nothing may run for long: a cycle at a time, without the rules that judge between cycles. */
const cronJob = (settings: MonitoringSettings) => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: metadata(names.vigil),
  spec: {
    schedule: cronSchedule(settings.cycle.intervalMs),
    concurrencyPolicy: 'Forbid',
    startingDeadlineSeconds: Math.ceil(settings.cycle.timeoutMs / 1000),
    successfulJobsHistoryLimit: 3,
    failedJobsHistoryLimit: 10,
    jobTemplate: {
      spec: {
        // A failed check is a result; trying until it passes would be a lie.
        backoffLimit: 0,
        activeDeadlineSeconds: Math.ceil(settings.cycle.intervalMs / 1000),
        template: { metadata: { labels }, spec: cyclePod },
      },
    },
  },
});

/** Vigil as a Deployment, and instead of it as a CronJob. */
export function baseFiles(settings: MonitoringSettings): RenderedDocument[] {
  const shared = [
    ['config-map.yaml', configMap(settings)],
    ['persistent-volume-claim.yaml', claim],
  ] as const;
  const folder = (name: string, own: readonly (readonly [string, object])[]): RenderedDocument[] => [
    {
      path: `kubernetes/${name}/kustomization.yaml`,
      text: kustomization([...shared, ...own].map(([file]) => file)),
    },
    ...[...shared, ...own].map(([file, object]) => ({
      path: `kubernetes/${name}/${file}`,
      text: yamlFile(object),
    })),
  ];
  return [
    ...folder('deployment', [
      ['deployment.yaml', deployment(settings)],
      ['service.yaml', service],
    ]),
    ...folder('cronjob', [['cron-job.yaml', cronJob(settings)]]),
  ];
}
