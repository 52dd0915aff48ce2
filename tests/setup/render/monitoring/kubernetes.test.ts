import { AnalysisTemplate } from '@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1';
import {
  PrometheusRule,
  ServiceMonitor,
} from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';
import { Ajv } from 'ajv';
import { StatefulSet } from 'kubernetes-models/apps/v1';
import { CronJob } from 'kubernetes-models/batch/v1';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { ConfigMap, PersistentVolumeClaim, Service } from 'kubernetes-models/v1';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import type { VigilConfigInput } from '../../../../src/core/config/schema.ts';
import { validateConfig } from '../../../../src/core/config/validate.ts';
import { ruleGroups } from '../../../../src/setup/render/monitoring/alert-rules-file.ts';
import { cronMinutes, cronSchedule } from '../../../../src/setup/render/monitoring/kubernetes-files.ts';
import { monitoringFiles } from '../../../../src/setup/render/monitoring/monitoring-files.ts';
import { secretsToMake } from '../../../../src/setup/render/monitoring/secrets-to-make.ts';
import { mistake } from '../../../core/config/mistake.ts';
import { folderWith } from '../../../support/folder-with.ts';
import { said, settingsFor } from './rendered.ts';
import { passwordAndCertificate } from './secured.ts';

/** The files for a configuration, by their path below kubernetes/. */
const filesFor = async (config: VigilConfigInput = {}) =>
  new Map(
    (await monitoringFiles(settingsFor(config)))
      .filter(({ path: file }) => file.startsWith('kubernetes/'))
      .map(({ path: file, text }) => [file.slice('kubernetes/'.length), parse(text)]),
  );
const settings = settingsFor();
const files = await filesFor();
const manifests = [...files].filter(([file]) => !file.endsWith('kustomization.yaml'));

type Kind = new (data: never) => { validate(): void };
const kinds: Record<string, Kind> = {
  AnalysisTemplate: AnalysisTemplate as Kind,
  ConfigMap: ConfigMap as Kind,
  CronJob: CronJob as Kind,
  NetworkPolicy: NetworkPolicy as Kind,
  PersistentVolumeClaim: PersistentVolumeClaim as Kind,
  PrometheusRule: PrometheusRule as Kind,
  Service: Service as Kind,
  ServiceMonitor: ServiceMonitor as Kind,
  StatefulSet: StatefulSet as Kind,
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
  const set = structuredClone(files.get('statefulset/stateful-set.yaml'));
  set.spec.replicas = 'one';
  expect(() => new StatefulSet(set).validate()).toThrow('replicas');
  const template = structuredClone(files.get('argo-rollouts/analysis-template.yaml'));
  delete template.spec.metrics[0].provider.web.url;
  expect(() => new AnalysisTemplate(template).validate()).toThrow('url');
});

test('every kustomization names exactly the files of its folder', () => {
  const folders = [...new Set([...files.keys()].map((file) => file.split('/')[0]))];
  expect(folders).toEqual(['statefulset', 'cronjob', 'prometheus-operator', 'argo-rollouts', 'flagger']);
  for (const folder of folders) {
    const there = manifests.map(([file]) => file.split('/')).filter(([name]) => name === folder);
    expect(files.get(`${folder}/kustomization.yaml`).resources).toEqual(there.map(([, file]) => file));
  }
});

describe('what runs Vigil', () => {
  const set = files.get('statefulset/stateful-set.yaml').spec;
  const job = files.get('cronjob/cron-job.yaml').spec;
  const templates = [set.template, job.jobTemplate.spec.template];

  test('is one at a time on one history, and a failed cycle is not tried until it passes', () => {
    expect(set).toMatchObject({
      replicas: 1,
      serviceName: files.get('statefulset/service.yaml').metadata.name,
      volumeClaimTemplates: [{ metadata: { name: 'reports' }, spec: { accessModes: ['ReadWriteOncePod'] } }],
    });
    expect(job).toMatchObject({ concurrencyPolicy: 'Forbid', schedule: '*/5 * * * *' });
    expect(job.jobTemplate.spec).toMatchObject({ backoffLimit: 0, activeDeadlineSeconds: 300 });
  });

  test('by cron keeps its history and tells its alerts', () => {
    const { volumes, containers } = job.jobTemplate.spec.template.spec;
    const { claimName } = volumes.find(
      ({ name }: { name: string }) => name === 'reports',
    ).persistentVolumeClaim;
    expect(claimName).toBe(files.get('cronjob/persistent-volume-claim.yaml').metadata.name);
    expect(containers[0].args).toEqual(expect.arrayContaining(['--notify', '--interval', '5m']));
  });

  test.each(templates)(
    'has no privileges, no root user, no writable root, and limits but of CPU',
    ({ spec: pod }) => {
      expect(pod.securityContext).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(pod.automountServiceAccountToken).toBe(false);
      for (const container of pod.containers) {
        expect(container.image).toMatch(/:\d/);
        expect(container.resources.limits).toEqual({ memory: expect.any(String) });
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        const claimed = set.volumeClaimTemplates.map(
          ({ metadata }: { metadata: { name: string } }) => metadata.name,
        );
        const volumes = [...pod.volumes.map(({ name }: { name: string }) => name), ...claimed];
        for (const { name } of container.volumeMounts) expect(volumes).toContain(name);
      }
      for (const { emptyDir } of pod.volumes) if (emptyDir) expect(emptyDir.sizeLimit).toMatch(/^\d+Mi$/);
    },
  );

  test('is asked by three probes, takes the token from a Secret, and is another pod for another configuration', async () => {
    const [container] = set.template.spec.containers;
    for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe'])
      expect(container[probe].httpGet.port).toBe('http');
    const other = await filesFor({
      interval: '10m',
      monitoring: {
        image: 'registry.example.com/vigil:7',
        kubernetes: { secret: 'gate', priorityClass: 'high', release: 'prom', namespace: 'prod' },
      },
    });
    const { metadata, spec } = other.get('statefulset/stateful-set.yaml').spec.template;
    expect(metadata.annotations).not.toEqual(set.template.metadata.annotations);
    expect(spec.priorityClassName).toBe('high');
    expect(set.template.spec).not.toHaveProperty('priorityClassName');
    expect(spec.containers[0].image).toBe('registry.example.com/vigil:7');
    const { name, valueFrom } = spec.containers[0].env[0];
    expect(valueFrom).toEqual({ secretKeyRef: { name: 'gate', key: 'token' } });
    const config = JSON.parse(other.get('statefulset/config-map.yaml').data['vigil.config.json']);
    expect(config.server.token).toBe(`env:${name}`);
    for (const [file, { metadata: own }] of other)
      if (file.startsWith('prometheus-operator/') && own)
        expect(own.labels).toMatchObject({ release: 'prom' });
    expect(other.get('flagger/kustomization.yaml').namespace).toBe('prod');
  });

  test('names the key that is missing where no target is configured, and is valid where one is', async () => {
    for (const folder of ['statefulset', 'cronjob']) {
      const text = files.get(`${folder}/config-map.yaml`).data['vigil.config.json'];
      expect(mistake(JSON.parse(text))).toMatch(/target\.url: .*SET THIS/s);
      const own = await filesFor({
        target: { url: 'http://shop.prod.svc:8080' },
        probes: [{ type: 'http', url: '/' }],
      });
      const valid = own.get(`${folder}/config-map.yaml`).data['vigil.config.json'];
      expect(validateConfig(JSON.parse(valid), folder)).toMatchObject({ interval: 300_000 });
    }
  });

  test('is found by its service, and both by those that may reach them', () => {
    const { spec } = files.get('statefulset/service.yaml');
    expect(set.template.metadata.labels).toMatchObject(spec.selector);
    expect(files.get('prometheus-operator/service-monitor.yaml').spec).toMatchObject({
      selector: { matchLabels: files.get('statefulset/service.yaml').metadata.labels },
      endpoints: [
        {
          port: spec.ports[0].name,
          relabelings: [
            { targetLabel: 'job', replacement: 'genesis-tests' },
            { targetLabel: 'deployment', replacement: 'genesis' },
          ],
        },
      ],
    });
    const { podSelector, ingress } = files.get('statefulset/network-policy.yaml').spec;
    expect(set.template.metadata.labels).toMatchObject(podSelector.matchLabels);
    expect(ingress[0].from[1].namespaceSelector.matchExpressions[0].values).toContain('flagger-system');
  });
});

test('the operator scrapes every service under the names that the rules know', async () => {
  const own = await filesFor({
    services: {
      shop: { url: 'http://shop.prod.svc:8080', metrics: '/metrics' },
      stock: { url: 'https://stock.prod.svc', metrics: '/internal/metrics' },
    },
    probes: [{ type: 'http', url: 'http://shop.prod.svc:8080' }],
  });
  expect(own.get('prometheus-operator/service-monitor-stock.yaml').spec).toEqual({
    selector: { matchLabels: { 'app.kubernetes.io/name': 'stock' } },
    endpoints: [
      {
        targetPort: 443,
        scheme: 'https',
        path: '/internal/metrics',
        interval: '15s',
        // Pods are asked by their addresses.
        tlsConfig: { serverName: 'stock.prod.svc' },
        relabelings: [
          { targetLabel: 'job', replacement: 'stock' },
          { targetLabel: 'deployment', replacement: 'shop-stock' },
          { targetLabel: 'service', replacement: 'stock' },
        ],
      },
    ],
  });
  expect(own.get('prometheus-operator/kustomization.yaml').resources).toEqual(
    expect.arrayContaining([
      'service-monitor.yaml',
      'service-monitor-shop.yaml',
      'service-monitor-stock.yaml',
    ]),
  );
  expect(JSON.stringify([...own])).not.toMatch(/genesis/i);
});

const secured: VigilConfigInput = {
  services: {
    shop: {
      url: 'https://shop.prod.svc',
      metrics: '/metrics',
      ca: '/etc/shop/ca.pem',
      auth: { bearer: 'env:SHOP_TOKEN', headers: { 'x-tenant': 'shop' } },
    },
    stock: {
      url: 'http://stock.prod.svc:8080',
      metrics: '/metrics',
      auth: passwordAndCertificate,
    },
    search: {
      url: 'http://search.prod.svc',
      metrics: '/metrics',
      auth: {
        oauth2: {
          tokenUrl: 'https://id/token',
          clientId: 'watch',
          clientSecret: 'exec:1h:vault read x',
          scope: 'a b',
        },
      },
    },
  },
  server: { read: { token: 'env:READERS', metrics: true } },
  monitoring: { kubernetes: { secret: 'credentials', namespace: 'prod' } },
  probes: [{ type: 'http', path: '/', headers: { 'x-key': 'env:PROBE_KEY' } }],
};

test('the operator asks each service as it is asked, every secret by its key', async () => {
  const own = await filesFor(secured);
  const endpointOf = (name: string) => {
    const monitor = own.get(`prometheus-operator/service-monitor-${name}.yaml`);
    new ServiceMonitor(monitor).validate();
    return monitor.spec.endpoints[0];
  };
  const at = (key: string) => ({ name: 'credentials', key });
  expect(endpointOf('shop')).toMatchObject({
    authorization: { type: 'Bearer', credentials: at('SHOP_TOKEN') },
    tlsConfig: { ca: { secret: at('etc-shop-ca.pem') }, serverName: 'shop.prod.svc' },
  });
  expect(endpointOf('stock')).toMatchObject({
    basicAuth: { username: at('stock-username'), password: at('run-secrets-stock') },
    tlsConfig: { cert: { secret: at('etc-vigil.pem') }, keySecret: at('etc-vigil.key') },
  });
  expect(endpointOf('search')).toMatchObject({
    oauth2: {
      clientId: { secret: at('search-client-id') },
      clientSecret: at('search-client-secret'),
      scopes: ['a', 'b'],
      tokenUrl: 'https://id/token',
    },
  });
  expect(endpointOf('search')).not.toHaveProperty('tlsConfig');
});

test('the pod has every variable and file that its configuration names, from the same Secret', async () => {
  const own = await filesFor(secured);
  const { template } = own.get('statefulset/stateful-set.yaml').spec;
  new StatefulSet(own.get('statefulset/stateful-set.yaml')).validate();
  new CronJob(own.get('cronjob/cron-job.yaml')).validate();
  const [{ env, volumeMounts }] = template.spec.containers;
  const ofVariable = (name: string) => ({
    name,
    valueFrom: { secretKeyRef: { name: 'credentials', key: name } },
  });
  expect(env).toEqual(expect.arrayContaining([ofVariable('SHOP_TOKEN'), ofVariable('PROBE_KEY')]));
  expect(volumeMounts).toContainEqual({
    name: 'secrets',
    mountPath: '/run/secrets/stock',
    subPath: 'run-secrets-stock',
    readOnly: true,
  });
  expect(template.spec.volumes).toContainEqual({ name: 'secrets', secret: { secretName: 'credentials' } });
});

test('what must be made is listed by file and by key, and no secret stands anywhere', () => {
  expect(secretsToMake(settingsFor(secured))).toEqual([
    'secrets/SHOP_TOKEN: the value of SHOP_TOKEN',
    'secrets/search-client-secret: what exec:1h:vault read x prints',
    'secrets/READERS: the value of READERS',
    'for kubernetes/, in the Secret credentials of the namespace prod:',
    '  SHOP_TOKEN: the value of SHOP_TOKEN',
    '  etc-shop-ca.pem: the file /etc/shop/ca.pem',
    '  stock-username: vigil',
    '  run-secrets-stock: the file /run/secrets/stock',
    '  etc-vigil.pem: the file /etc/vigil.pem',
    '  etc-vigil.key: the file /etc/vigil.key',
    '  search-client-id: watch',
    '  search-client-secret: what exec:1h:vault read x prints',
    '  PROBE_KEY: the value of PROBE_KEY',
  ]);
  expect(secretsToMake(settingsFor())).toEqual([]);
});

test('the operator evaluates the rules of alerts.yml, those on hosts for the nodes of the deployment alone', {
  tags: ['promtool'],
}, async () => {
  const rule = files.get('prometheus-operator/prometheus-rule.yaml').spec;
  const [nodes, ...groups] = rule.groups;
  const runbookBase = 'http://vigil.default:8002';
  const everywhere = JSON.parse(JSON.stringify(ruleGroups({ ...settings, runbookBase })));
  interface Rule {
    expr: string;
    alert?: string;
    record?: string;
  }
  const nameOf = ({ alert, record }: Rule) => alert ?? record;
  const rulesOf = (one: { rules: Rule[] }[]) => one.flatMap(({ rules }) => rules);
  expect(rulesOf(groups).map(nameOf)).toEqual(rulesOf(everywhere).map(nameOf));
  for (const [index, { expr, ...others }] of rulesOf(groups).entries()) {
    const { expr: before, ...same } = rulesOf(everywhere)[index] ?? { expr: '' };
    expect.soft(others).toEqual(same);
    if (!before.includes('node_')) expect.soft(expr).toBe(before);
  }
  // One node of the deployment is well; another of the cluster, which runs nothing of it, has no memory left.
  const node = (ip: string, pod: string, free: number) => [
    { series: `kube_pod_info{namespace="default",pod="${pod}",host_ip="${ip}"}`, values: '1x20' },
    { series: `node_memory_MemAvailable_bytes{instance="${ip}:9100"}`, values: `${free}x20` },
    { series: `node_memory_MemTotal_bytes{instance="${ip}:9100"}`, values: '100x20' },
  ];
  const host = rulesOf(groups).find(({ record }) => record?.includes(':node_memory_used:')) as Rule;
  const scene = (mine: number, other: number) => ({
    interval: '1m',
    input_series: [
      ...node('10.0.0.1', 'genesis-orchestration-7', mine),
      ...node('10.0.0.2', 'batch-1', other),
    ],
    promql_expr_test: [
      {
        expr: host.expr,
        eval_time: '10m',
        exp_samples: [{ labels: '{}', value: 1 - mine / 100 }],
      },
    ],
  });
  const folder = folderWith({
    'rules.yml': stringify({ groups: [nodes, ...groups] }),
    'tests.yml': stringify({
      rule_files: ['rules.yml'],
      evaluation_interval: '1m',
      tests: [scene(50, 5), scene(5, 50)],
    }),
  });
  expect(await said('promtool', ['test', 'rules', 'tests.yml'], folder)).toMatchObject({ exitCode: 0 });
});

test.each([
  [60_000, '*/1 * * * *'],
  [300_000, '*/5 * * * *'],
  [7 * 60_000, '*/6 * * * *'],
  [3_600_000, '0 * * * *'],
  [20_000, '*/1 * * * *'],
])('an interval of %i ms becomes %s', (intervalMs, schedule) => {
  expect(cronSchedule(cronMinutes(intervalMs))).toBe(schedule);
});
