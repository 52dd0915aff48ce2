import { AnalysisTemplate } from '@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1';
import {
  PrometheusRule,
  ServiceMonitor,
} from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';
import { Ajv } from 'ajv';
import { Deployment } from 'kubernetes-models/apps/v1';
import { CronJob } from 'kubernetes-models/batch/v1';
import { ConfigMap, PersistentVolumeClaim, Service } from 'kubernetes-models/v1';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { validateConfig } from '../../../../src/core/config/validate.ts';
import { ruleGroups } from '../../../../src/setup/render/monitoring/alert-rules-file.ts';
import { cronSchedule } from '../../../../src/setup/render/monitoring/kubernetes-files.ts';
import { monitoringFiles } from '../../../../src/setup/render/monitoring/monitoring-files.ts';
import { settingsFor } from './rendered.ts';

const settings = settingsFor();
const files = new Map(
  (await monitoringFiles(settings))
    .filter(({ path: file }) => file.startsWith('kubernetes/'))
    .map(({ path: file, text }) => [file.slice('kubernetes/'.length), parse(text)]),
);
const manifests = [...files].filter(([file]) => !file.endsWith('kustomization.yaml'));

type Kind = new (data: never) => { validate(): void };
const kinds: Record<string, Kind> = {
  AnalysisTemplate: AnalysisTemplate as Kind,
  ConfigMap: ConfigMap as Kind,
  CronJob: CronJob as Kind,
  Deployment: Deployment as Kind,
  PersistentVolumeClaim: PersistentVolumeClaim as Kind,
  PrometheusRule: PrometheusRule as Kind,
  Service: Service as Kind,
  ServiceMonitor: ServiceMonitor as Kind,
};

/** As Flagger's documents describe a Canary; the operator's own schema is in no package. */
const isCanary = new Ajv({ strict: false }).compile({
  type: 'object',
  required: ['apiVersion', 'kind', 'metadata', 'spec'],
  properties: {
    apiVersion: { const: 'flagger.app/v1beta1' },
    spec: {
      type: 'object',
      required: ['targetRef', 'service', 'analysis'],
      additionalProperties: false,
      properties: {
        targetRef: { type: 'object', required: ['apiVersion', 'kind', 'name'] },
        progressDeadlineSeconds: { type: 'number' },
        service: {
          type: 'object',
          required: ['port'],
          properties: { port: { type: 'integer', minimum: 1 } },
        },
        analysis: {
          type: 'object',
          required: ['interval', 'threshold', 'stepWeights', 'webhooks'],
          additionalProperties: false,
          properties: {
            interval: { type: 'string', pattern: '^[0-9]+(m|s)$' },
            threshold: { type: 'integer' },
            stepWeights: { type: 'array', minItems: 1, items: { type: 'integer', minimum: 1, maximum: 99 } },
            webhooks: {
              type: 'array',
              items: {
                type: 'object',
                required: ['name', 'type', 'url'],
                additionalProperties: false,
                properties: {
                  name: { type: 'string' },
                  type: {
                    enum: [
                      'confirm-rollout',
                      'pre-rollout',
                      'rollout',
                      'confirm-traffic-increase',
                      'confirm-promotion',
                      'post-rollout',
                      'rollback',
                      'event',
                    ],
                  },
                  url: { type: 'string', pattern: '^http' },
                  timeout: { type: 'string', pattern: '^[0-9]+(m|s)$' },
                },
              },
            },
          },
        },
      },
    },
  },
});

test.each(manifests)('%s is what its kind asks for', (_, manifest) => {
  if (manifest.kind === 'Canary') {
    isCanary(manifest);
    expect(isCanary.errors).toBeNull();
    return;
  }
  const Model = kinds[manifest.kind];
  expect(Model, manifest.kind).toBeDefined();
  if (Model) new Model(manifest as never).validate();
});

test('a mistake in a manifest is found by the same means', () => {
  const deployment = structuredClone(files.get('deployment/deployment.yaml'));
  deployment.spec.replicas = 'one';
  expect(() => new Deployment(deployment).validate()).toThrow('replicas');
  const template = structuredClone(files.get('argo-rollouts/analysis-template.yaml'));
  delete template.spec.metrics[0].provider.web.url;
  expect(() => new AnalysisTemplate(template).validate()).toThrow('url');
});

test('every kustomization names exactly the files of its folder', () => {
  const folders = [...new Set([...files.keys()].map((file) => file.split('/')[0]))];
  expect(folders).toEqual(['deployment', 'cronjob', 'prometheus-operator', 'argo-rollouts', 'flagger']);
  for (const folder of folders) {
    const there = manifests.map(([file]) => file.split('/')).filter(([name]) => name === folder);
    expect(files.get(`${folder}/kustomization.yaml`).resources).toEqual(there.map(([, file]) => file));
  }
});

describe('what runs Vigil', () => {
  const deployment = files.get('deployment/deployment.yaml').spec;
  const job = files.get('cronjob/cron-job.yaml').spec;
  const pods = [deployment.template.spec, job.jobTemplate.spec.template.spec];

  test('is one at a time, and a failed cycle is not tried until it passes', () => {
    expect(deployment).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
    expect(job).toMatchObject({ concurrencyPolicy: 'Forbid', schedule: '*/5 * * * *' });
    expect(job.jobTemplate.spec).toMatchObject({ backoffLimit: 0, activeDeadlineSeconds: 300 });
  });

  test.each(pods)('has no privileges, no root user, no writable root, and limits', (pod) => {
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(pod.automountServiceAccountToken).toBe(false);
    for (const container of pod.containers) {
      expect(container.image).toMatch(/:\d/);
      expect(container.resources.limits).toEqual({ memory: expect.any(String), cpu: expect.any(String) });
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      const volumes = pod.volumes.map(({ name }: { name: string }) => name);
      for (const { name } of container.volumeMounts) expect(volumes).toContain(name);
    }
  });

  test('reads a configuration that is valid', () => {
    for (const folder of ['deployment', 'cronjob']) {
      const { data } = files.get(`${folder}/config-map.yaml`);
      expect(validateConfig(JSON.parse(data['vigil.config.json']), folder).interval).toBe(300_000);
    }
  });

  test('is found by its service, and the service by the monitor', () => {
    const { spec } = files.get('deployment/service.yaml');
    expect(deployment.template.metadata.labels).toMatchObject(spec.selector);
    expect(files.get('prometheus-operator/service-monitor.yaml').spec).toMatchObject({
      selector: { matchLabels: files.get('deployment/service.yaml').metadata.labels },
      endpoints: [
        { port: spec.ports[0].name, relabelings: [{ targetLabel: 'job', replacement: 'genesis-tests' }] },
      ],
    });
  });
});

test('the operator evaluates the same groups as alerts.yml', () => {
  const { groups } = files.get('prometheus-operator/prometheus-rule.yaml').spec;
  expect(groups).toEqual(JSON.parse(JSON.stringify(ruleGroups(settings))));
});

test('Argo knows what is success and what is failure, and takes everything else for neither', () => {
  const [metric] = files.get('argo-rollouts/analysis-template.yaml').spec.metrics;
  expect(metric).toMatchObject({
    successCondition: 'result == "pass"',
    failureCondition: 'result == "fail"',
    provider: { web: { url: '{{args.vigil}}/api/argo?to={{args.to}}', jsonPath: '{$.data.verdict}' } },
  });
});

test('Flagger asks at each of its hooks, each at the address of its own', () => {
  const { webhooks } = files.get('flagger/canary.yaml').spec.analysis;
  expect(
    webhooks.map(({ type, url }: { type: string; url: string }) => [type, new URL(url).pathname]),
  ).toEqual([
    ['confirm-rollout', '/flagger/confirm-rollout'],
    ['confirm-traffic-increase', '/flagger/confirm-traffic-increase'],
    ['confirm-promotion', '/flagger/confirm-promotion'],
    ['rollback', '/flagger/rollback'],
    ['event', '/flagger/event'],
  ]);
});

test.each([
  [60_000, '*/1 * * * *'],
  [300_000, '*/5 * * * *'],
  [7 * 60_000, '*/6 * * * *'],
  [3_600_000, '0 * * * *'],
  [20_000, '*/1 * * * *'],
])('an interval of %i ms becomes %s', (intervalMs, schedule) => {
  expect(cronSchedule(intervalMs)).toBe(schedule);
});
