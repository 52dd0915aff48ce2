import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { validateConfig } from '../../../../src/core/config/validate.ts';
import { prometheusConfig } from '../../../../src/setup/render/monitoring/prometheus-config.ts';
import { settingsOf } from '../../../../src/setup/render/monitoring/settings.ts';

test('Prometheus scrapes every instance of every service under its job, with the service as a label', () => {
  const config = validateConfig(
    {
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
  expect(jobs[0]?.static_configs).toEqual([
    { targets: ['10.0.0.1:8080'], labels: { __metrics_path__: '/base/prom', service: 'api' } },
    { targets: ['10.0.0.2:8080'], labels: { __metrics_path__: '/prom', service: 'api' } },
  ]);
  expect(jobs[1]?.static_configs).toEqual([
    {
      targets: ['metrics:9100'],
      labels: { __scheme__: 'https', __metrics_path__: '/search', service: 'search' },
    },
  ]);
  expect(settings.naming.services).toBe('api|search');
});
