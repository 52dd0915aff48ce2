import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { validateConfig } from '../../../../src/core/config/validate.ts';
import { composeFile } from '../../../../src/setup/render/monitoring/containers/compose.ts';
import { grafanaFiles } from '../../../../src/setup/render/monitoring/grafana/grafana-files.ts';
import { prometheusConfig } from '../../../../src/setup/render/monitoring/prometheus-config.ts';
import { renderWarnings } from '../../../../src/setup/render/monitoring/render-warnings.ts';
import { settingsOf } from '../../../../src/setup/render/monitoring/settings.ts';
import { folderWith } from '../../../support/folder-with.ts';
import { said, settingsFor } from './rendered.ts';
import { passwordAndCertificate } from './secured.ts';

test('Prometheus scrapes every instance of every service under its job, with deployment and service as labels', () => {
  const config = validateConfig(
    {
      name: 'Shop production',
      services: {
        api: {
          url: 'https://shop',
          instances: ['http://10.0.0.1:8080/base', 'http://10.0.0.2:8080'],
          metrics: '/prom',
        },
        search: { url: 'http://search:9000', metrics: { url: 'https://metrics:9100/search' } },
        mail: { url: 'http://mail' },
      },
      probes: [{ type: 'http', url: '/' }],
    },
    'x',
  );
  const settings = settingsOf(config);
  const { scrape_configs: jobs } = parse(prometheusConfig(settings)) as {
    scrape_configs: { job_name: string; static_configs: unknown[] }[];
  };
  expect(jobs.map(({ job_name }) => job_name)).toEqual(['api', 'search', 'vigil']);
  const deployment = 'shop-production';
  expect(jobs[0]?.static_configs).toEqual([
    {
      targets: ['10.0.0.1:8080'],
      labels: {
        __metrics_path__: '/base/prom',
        deployment,
        service: 'api',
        // As Vigil names it, where Prometheus would name another.
        instance: '10.0.0.1:8080/base',
      },
    },
    { targets: ['10.0.0.2:8080'], labels: { __metrics_path__: '/prom', deployment, service: 'api' } },
  ]);
  expect(jobs[1]?.static_configs).toEqual([
    {
      targets: ['metrics:9100'],
      labels: { __scheme__: 'https', __metrics_path__: '/search', deployment, service: 'search' },
    },
  ]);
  expect(settings.naming.services).toBe('api|search');
});

const secured = settingsFor({
  services: {
    api: {
      url: 'https://shop',
      metrics: { url: '/metrics', auth: { bearer: 'env:METRICS_TOKEN' } },
      auth: { headers: { 'x-tenant': 'env:TENANT' } },
      ca: '/etc/shop/ca.pem',
    },
    stock: {
      url: 'https://stock:8443',
      instances: 'dns',
      metrics: '/prom',
      auth: passwordAndCertificate,
    },
    search: {
      url: 'http://search',
      metrics: '/metrics',
      auth: {
        headers: { 'x-tenant': 'env:TENANT' },
        oauth2: {
          tokenUrl: 'https://id/token',
          clientId: 'vigil',
          clientSecret: 'exec:1h:secret',
          scope: 'a b',
        },
      },
    },
  },
  target: {
    alertmanager: { url: 'http://127.0.0.1:9093', auth: { bearer: 'file:/run/alertmanager' } },
    prometheus: { url: 'http://127.0.0.1:9090', auth: { bearer: 'env:PROM' }, jobs: ['api'] },
  },
  probes: [{ type: 'http', path: '/' }],
});

test('Prometheus asks each service as it is asked, every secret by its file', async () => {
  const text = prometheusConfig(secured);
  const { scrape_configs: jobs, alerting } = parse(text);
  expect(jobs[0]).toMatchObject({
    authorization: { type: 'Bearer', credentials_file: 'secrets/METRICS_TOKEN' },
    tls_config: { ca_file: '/etc/shop/ca.pem' },
  });
  expect(jobs[1]).toMatchObject({
    scheme: 'https',
    metrics_path: '/prom',
    basic_auth: { username: 'vigil', password_file: '/run/secrets/stock' },
    tls_config: { cert_file: '/etc/vigil.pem', key_file: '/etc/vigil.key', server_name: 'stock' },
    dns_sd_configs: [{ names: ['stock'], type: 'A', port: 8443 }],
    relabel_configs: [
      { target_label: 'deployment', replacement: secured.deployment },
      { target_label: 'service', replacement: 'stock' },
    ],
  });
  expect(jobs[1]).not.toHaveProperty('static_configs');
  expect(jobs[2].oauth2).toEqual({
    client_id: 'vigil',
    client_secret_file: 'secrets/search-client-secret',
    scopes: ['a', 'b'],
    token_url: 'https://id/token',
  });
  expect(alerting.alertmanagers[0].authorization.credentials_file).toBe('/run/alertmanager');
  const left = 'Left out: the header x-tenant of search,';
  expect(text).toContain(`# ${left}`);
  expect(text).not.toContain('TENANT');
  // The metrics of api are asked by a token of their own.
  expect(renderWarnings(secured)).toEqual([expect.stringContaining(left)]);
});

test('header lines are sent where Prometheus is new enough, secrets by their files', () => {
  const auth = { headers: { 'x-tenant': 'env:TENANT', 'x-plain': 'shop', 'x-made': 'exec:1h:secret' } };
  const settings = settingsFor({
    services: { search: { url: 'http://search', metrics: '/metrics', auth } },
    probes: [{ type: 'http', path: '/' }],
    monitoring: { httpHeaders: true },
  });
  const text = prometheusConfig(settings);
  expect(parse(text).scrape_configs[0].http_headers).toEqual({
    'x-tenant': { files: ['secrets/TENANT'] },
    'x-plain': { values: ['shop'] },
    'x-made': { files: ['secrets/search-x-made'] },
  });
  expect(text).not.toContain('Left out');
  expect(renderWarnings(settings)).toEqual([]);
  expect(parse(composeFile(settings)).services.prometheus.volumes).toContain(
    './secrets/TENANT:/etc/prometheus/secrets/TENANT:ro',
  );
});

test('an instance that is found by DNS has the name that Vigil gives it', () => {
  const of = (url: string) =>
    parse(
      prometheusConfig(
        settingsFor({
          services: { api: { url, instances: 'dns', metrics: '/prom' } },
          probes: [{ type: 'http', path: '/' }],
        }),
      ),
    ).scrape_configs[0].relabel_configs.slice(2);
  const named = (regex: string, replacement: string) => [
    { source_labels: ['__address__'], regex, target_label: 'instance', replacement },
  ];
  expect(of('https://shop.example.com')).toEqual(named('(.+):\\d+', '$1'));
  expect(of('http://shop.example.com/base')).toEqual(named('(.+):\\d+', '$1/base'));
  expect(of('http://shop.example.com:8080/base')).toEqual(named('(.+)', '$1/base'));
  expect(of('http://shop.example.com:8080')).toEqual([]);
});

test('promtool takes what is rendered for services with credentials', { tags: ['promtool'] }, async () => {
  const folder = folderWith({
    'prometheus.yml': prometheusConfig(secured),
    'alerts.yml': 'groups: []\n',
    'secrets/METRICS_TOKEN': 'x',
    'secrets/search-client-secret': 'x',
  });
  // The files of authority and certificate are of another machine.
  const checked = await said('promtool', ['check', 'config', '--syntax-only', 'prometheus.yml'], folder);
  expect(checked.text).toContain('SUCCESS');
});

test('Grafana asks Prometheus as the target is declared, and containers see the files', () => {
  const [source] = parse(
    grafanaFiles(secured).find(({ path }) => path.endsWith('datasources/vigil.yaml'))?.text ?? '',
  ).datasources;
  expect(source).toMatchObject({
    jsonData: { httpHeaderName1: 'Authorization' },
    secureJsonData: { httpHeaderValue1: 'Bearer $__file{/etc/grafana/secrets/PROM}' },
  });
  const { services } = parse(composeFile(secured));
  expect(services.prometheus.volumes).toEqual(
    expect.arrayContaining([
      '/etc/shop/ca.pem:/etc/shop/ca.pem:ro',
      './secrets/METRICS_TOKEN:/etc/prometheus/secrets/METRICS_TOKEN:ro',
    ]),
  );
  expect(services.grafana.volumes).toContain('./secrets/PROM:/etc/grafana/secrets/PROM:ro');
  expect(services.vigil.volumes).toContain('/run/secrets/stock:/run/secrets/stock:ro');
  expect(services.vigil.environment).toEqual(['METRICS_TOKEN', 'TENANT']);
});
