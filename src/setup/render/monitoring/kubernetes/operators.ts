import { jobs } from '../../../../alerts/index.ts';
import { formatDuration } from '../../../../core/index.ts';
import type { RenderedDocument } from '../../compare-documents.ts';
import { ruleGroups } from '../alert-rules-file.ts';
import type { MonitoringSettings } from '../settings.ts';
import { yamlFile } from '../yaml-file.ts';
import { kustomization, labels, metadata, names, vigilUrl } from './objects.ts';

/** Scraped under the job name that every rule knows. */
const serviceMonitor = ({ scrapeIntervalMs }: MonitoringSettings) => ({
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'ServiceMonitor',
  metadata: metadata(names.vigil),
  spec: {
    selector: { matchLabels: labels },
    endpoints: [
      {
        port: names.port,
        path: '/metrics',
        interval: formatDuration(scrapeIntervalMs),
        relabelings: [{ targetLabel: 'job', replacement: jobs.tests }],
      },
    ],
  },
});

const prometheusRule = (settings: MonitoringSettings) => ({
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'PrometheusRule',
  metadata: metadata(names.vigil),
  spec: { groups: ruleGroups(settings) },
});

/** Both conditions are set: without either, Argo takes every answer for success. */
const analysisTemplate = ({ trafficSteps }: MonitoringSettings) => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'AnalysisTemplate',
  metadata: metadata('vigil-gate'),
  spec: {
    args: [
      { name: 'to', value: String(trafficSteps[1] ?? trafficSteps[0] ?? 100) },
      { name: 'vigil', value: vigilUrl },
    ],
    metrics: [
      {
        name: 'gate',
        successCondition: 'result == "pass"',
        failureCondition: 'result == "fail"',
        provider: {
          web: {
            url: '{{args.vigil}}/api/argo?to={{args.to}}',
            timeoutSeconds: 10,
            jsonPath: '{$.data.verdict}',
          },
        },
      },
    ],
  },
});

const hook = (type: string, path = type) => ({
  name: `vigil-${type}`,
  type,
  url: `${vigilUrl}/flagger/${path}`,
  timeout: '10s',
});

/** Vigil answers for every step, and its rollback hook has an address of its own: there a 2xx rolls back. */
const canary = ({ targets, trafficSteps }: MonitoringSettings) => ({
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  metadata: metadata(jobs.orchestration),
  spec: {
    targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: jobs.orchestration },
    progressDeadlineSeconds: 600,
    service: { port: Number(new URL(targets.orchestration).port || 80) },
    analysis: {
      interval: '1m',
      threshold: 5,
      stepWeights: trafficSteps.filter((step) => step < 100),
      webhooks: [
        hook('confirm-rollout'),
        hook('confirm-traffic-increase'),
        hook('confirm-promotion'),
        hook('rollback'),
        hook('event'),
      ],
    },
  },
});

/** What needs operators in the cluster; a folder each, because a cluster may have one and not the other. */
export function operatorFiles(settings: MonitoringSettings): RenderedDocument[] {
  const folder = (name: string, files: Readonly<Record<string, object>>): RenderedDocument[] => [
    { path: `kubernetes/${name}/kustomization.yaml`, text: kustomization(Object.keys(files)) },
    ...Object.entries(files).map(([file, object]) => ({
      path: `kubernetes/${name}/${file}`,
      text: yamlFile(object),
    })),
  ];
  return [
    ...folder('prometheus-operator', {
      'service-monitor.yaml': serviceMonitor(settings),
      'prometheus-rule.yaml': prometheusRule(settings),
    }),
    ...folder('argo-rollouts', { 'analysis-template.yaml': analysisTemplate(settings) }),
    ...folder('flagger', { 'canary.yaml': canary(settings) }),
  ];
}
