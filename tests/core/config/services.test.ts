import { expect, test } from 'vitest';
import { subjectOfProbe } from '../../../src/core/config/probe-subject.ts';
import { validateConfig } from '../../../src/core/config/validate.ts';
import { mistake } from './mistake.ts';

const probes = [{ type: 'http', url: '/' }];
const servicesOf = (input: object) => validateConfig({ probes, ...input }, 'vigil.config.ts').services;

test('every service of the table is one of a list, in its order, with what all share', () => {
  const services = servicesOf({
    release: { path: '/version', json: '$.build.sha', expected: 'env:RELEASE' },
    services: {
      api: {
        url: 'https://shop.example.com/api/',
        instances: ['http://10.0.0.1:8080/', 'http://[fd00::2]:8080/base'],
        health: '/healthz?deep=1',
        metrics: '/metrics',
        success: { json: { '$.status': 'completed' } },
      },
      search: {
        url: 'http://[::1]:9000',
        instances: 'dns',
        metrics: { url: 'http://metrics.internal:9100/search', auth: { bearer: 'env:METRICS_TOKEN' } },
        release: { json: '$.commit' },
      },
    },
  });
  expect(services).toMatchObject([
    {
      name: 'api',
      job: 'api',
      url: 'https://shop.example.com/api',
      instances: ['http://10.0.0.1:8080', 'http://[fd00::2]:8080/base'],
      health: '/healthz?deep=1',
      metrics: { path: '/metrics' },
      success: { json: { '$.status': 'completed' } },
      release: { expected: 'env:RELEASE', path: '/version', json: '$.build.sha' },
    },
    {
      name: 'search',
      job: 'search',
      url: 'http://[::1]:9000',
      instances: 'dns',
      health: undefined,
      metrics: { url: 'http://metrics.internal:9100/search' },
      metricsAuth: { bearer: 'env:METRICS_TOKEN' },
      release: { expected: 'env:RELEASE', path: '/version', json: '$.commit' },
    },
  ]);
});

test('the address of a target is the short form of one service', () => {
  const target = { url: 'http://127.0.0.1:1/base/', metrics: '/prom' };
  expect(servicesOf({ target })).toMatchObject([
    { name: 'service', job: 'service', url: 'http://127.0.0.1:1/base', metrics: { path: '/prom' } },
  ]);
  expect(servicesOf({ target, name: 'Café — Production 2' })).toMatchObject([{ name: 'cafe-production-2' }]);
  expect(servicesOf({ target: { url: 'http://h' } })).toMatchObject([
    { metrics: undefined, health: undefined },
  ]);
});

test('an orchestrator and a planner are the two services of the preset, with its metrics and jobs', () => {
  const orchestration = {
    name: 'orchestration',
    job: 'genesis-orchestration',
    url: 'http://a',
    metrics: { path: '/metrics' },
    traffic: 'genesis',
  };
  const planner = { ...orchestration, name: 'planner', job: 'genesis-planner', url: 'http://b' };
  const table = {
    planner: { url: 'http://b', traffic: 'genesis' },
    orchestration: { url: 'http://a', traffic: 'genesis' },
  };
  expect(servicesOf({ target: { orchestration: 'http://a' } })).toMatchObject([orchestration]);
  expect(servicesOf({ target: { orchestration: 'http://a', planner: 'http://b' } })).toMatchObject([
    orchestration,
    planner,
  ]);
  const config = validateConfig({ services: table, target: { breaker: true } }, 'vigil.config.ts');
  expect(config.services).toMatchObject([planner, orchestration]);
  expect(config.target).toEqual({ orchestration: 'http://a', planner: 'http://b', breaker: true });
});

test('without a target the embedded Genesis is both services, and a suite of its own watches none', () => {
  const names = (input: object) => validateConfig(input, 'vigil.config.ts').services.map(({ name }) => name);
  expect(names({})).toEqual(['orchestration', 'planner']);
  expect(names({ suite: { root: 'tests' } })).toEqual([]);
  expect(names({ probes })).toEqual([]);
});

test.for<[object, { service?: string; instance?: string }]>([
  [{ type: 'http', path: '/items' }, { service: 'shop' }],
  [{ type: 'http', service: 'api', path: '/items' }, { service: 'api' }],
  [{ type: 'http', url: 'https://shop.example.com/items' }, { service: 'shop' }],
  // The longest base path is whose it is.
  [{ type: 'http', url: 'https://shop.example.com:443/api/items?a=1' }, { service: 'api' }],
  [{ type: 'http', url: 'https://shop.example.com/apis' }, { service: 'shop' }],
  [
    { type: 'http', url: 'http://[::1]:8081/' },
    { service: 'api', instance: '[::1]:8081' },
  ],
  [
    { type: 'http', url: 'http://10.0.0.2:8080/base/x' },
    { service: 'api', instance: '10.0.0.2:8080/base' },
  ],
  [{ type: 'http', url: 'http://10.0.0.2:8080/other' }, {}],
  [{ type: 'http', url: 'http://elsewhere.example.com/' }, {}],
  [
    { type: 'tcp', host: '::1', port: 8081 },
    { service: 'api', instance: '[::1]:8081' },
  ],
  [{ type: 'tcp', host: '::1', port: 9 }, {}],
  [{ type: 'tcp', service: 'api' }, { service: 'api' }],
  // Both lie behind it.
  [{ type: 'tls', host: 'shop.example.com' }, {}],
  [{ type: 'sql', service: 'api', url: 'env:DB', query: 'select 1', must: '> 0' }, { service: 'api' }],
  [{ type: 'command', command: ['true'] }, {}],
])('%o tells of %o', ([probe, subject]) => {
  const { probes: all, services } = validateConfig(
    {
      services: {
        shop: { url: 'https://shop.example.com' },
        api: {
          url: 'https://shop.example.com/api',
          instances: ['http://[::1]:8081', 'http://10.0.0.2:8080/base'],
        },
      },
      probes: [probe],
    },
    'vigil.config.ts',
  );
  expect(all.map((one) => ({ ...subjectOfProbe(one, services) }))).toEqual([subject]);
});

test('the first service stands for the target, with what is declared around it', () => {
  const services = { web: { url: 'http://w' }, api: { url: 'http://a' } };
  const config = validateConfig({ services, probes, target: { logs: ['/var/log/*.log'] } }, 'f');
  expect(config.target).toMatchObject({
    orchestration: 'http://w',
    url: 'http://w',
    logs: ['/var/log/*.log'],
  });
});

test.for<[string, unknown, string | RegExp]>([
  ['no service', { services: {} }, 'services: expected at least one service; came {}'],
  ['no address', { services: { api: {} } }, /services\.api\.url: expected an http:\/\/ .*; came nothing/],
  [
    'a query in an address',
    { services: { api: { url: 'http://h/?a=1' } } },
    'services.api.url: expected a URL without query and fragment; came "http://h/?a=1"',
  ],
  [
    'a name that no label should carry',
    { services: { 'My API': { url: 'http://h' } } },
    /services\.My API: .*came/,
  ],
  [
    'a name of another job',
    { services: { node: { url: 'http://h' } } },
    'services.node: expected another name; this one is taken by a job of Vigil',
  ],
  [
    'instances that are none',
    { services: { api: { url: 'http://h', instances: 'all' } } },
    'services.api.instances: expected a list of at most 100 URLs, or "dns"; came "all"',
  ],
  [
    'a health path that is none',
    { services: { api: { url: 'http://h', health: 'healthz' } } },
    'services.api.health: expected a path that begins with "/"; came "healthz"',
  ],
  [
    'metrics that are no path',
    { services: { api: { url: 'http://h', metrics: 9100 } } },
    'services.api.metrics: expected a path such as "/metrics", or { url, auth }; came 9100',
  ],
  [
    'a secret itself',
    { services: { api: { url: 'http://h', auth: { bearer: 'hunter2hunter2' } } } },
    /services\.api\.auth\.bearer: expected a reference.*; came a string, not shown/,
  ],
  [
    'two ways to say who asks',
    {
      services: {
        api: {
          url: 'http://h',
          auth: { bearer: 'env:A', basic: { username: 'vigil', password: 'env:B' } },
        },
      },
    },
    'services.api.auth.basic: expected one of bearer, basic and oauth2; bearer is there too',
  ],
  [
    'success by nothing',
    { services: { api: { url: 'http://h', success: { json: {} } } } },
    'services.api.success.json: expected at least one path, such as "$.status"; came {}',
  ],
  [
    'a probe of another service',
    {
      services: { api: { url: 'http://h' } },
      probes: [{ type: 'http', service: 'shop', url: '/' }],
    },
    'probes[0].service: expected one of the services api; came "shop"',
  ],
  [
    'a probe of a service with a whole address',
    {
      services: { api: { url: 'http://h' } },
      probes: [{ type: 'http', service: 'api', url: 'http://other/' }],
    },
    'probes[0].url: expected a path of the service; came "http://other/"',
  ],
  [
    'both forms at once',
    { services: { api: { url: 'http://h' } }, target: { url: 'http://h' } },
    'target.url: expected services or this short form of them, not both; came "http://h"',
  ],
])('refuses %s', ([, input, expected]) => {
  expect(mistake({ probes, ...(input as object) })).toMatch(expected);
});

test('refuses services without anything that checks them', () => {
  expect(mistake({ services: { api: { url: 'http://h' } } })).toMatch(
    /services: expected suite or probes with it: .*traffic: 'genesis'/,
  );
});
