import { expect, test } from 'vitest';
import { alertRules } from '../../../src/alerts/rules/make-rules.ts';
import { observeRules } from '../../../src/alerts/rules/observe-rules.ts';
import { evaluate } from '../../../src/alerts/signals/algebra/evaluate.ts';
import { MemorySource } from '../../../src/alerts/signals/algebra/memory-source.ts';
import { signalExpressions } from '../../../src/alerts/signals/algebra/named.ts';
import { namingOf } from '../../../src/alerts/signals/naming.ts';
import { effectiveThresholds } from '../../../src/core/config/effective.ts';
import { trafficOf } from '../../../src/core/config/traffic.ts';
import { validateConfig } from '../../../src/core/config/validate.ts';
import { scrapeAll } from '../../../src/monitor/loop/scrape.ts';
import { httpServer } from '../../clients/servers.ts';

/** What a shop with prom-client exposes after so many requests of each route. */
const exposition = (ok: number, failed: number, seconds: number, redirected = 0) => {
  const series = [
    ['/orders', '200', ok / 2],
    ['/items', '200', ok / 2],
    ...(failed > 0 ? [['/orders', '500', failed]] : []),
    ...(redirected > 0
      ? [
          ['/items', '304', redirected],
          ['/items', '302', redirected],
        ]
      : []),
  ] as const;
  const lines = series.flatMap(([route, status, count]) => {
    const labels = `method="GET",route="${route}",status_code="${status}"`;
    const within = (le: number) => (seconds <= le ? count : 0);
    return [
      ...[0.1, 0.3, 1].map(
        (le) => `http_request_duration_seconds_bucket{le="${le}",${labels}} ${within(le)}`,
      ),
      `http_request_duration_seconds_bucket{le="+Inf",${labels}} ${count}`,
      `http_request_duration_seconds_sum{${labels}} ${Number(count) * seconds}`,
      `http_request_duration_seconds_count{${labels}} ${count}`,
    ];
  });
  return `# TYPE http_request_duration_seconds histogram\n${lines.join('\n')}\n# TYPE other gauge\nother 1\n`;
};

type Step = [ok: number, failed: number, seconds: number, redirected?: number];

/** Scrapes each service at every step, 15 s apart, as the loop does; what its samples come to. */
async function watched(services: Record<string, object>, steps: Record<string, Step[]>) {
  let step = 0;
  const urls = Object.fromEntries(
    await Promise.all(
      Object.keys(services).map(async (name) => {
        const url = await httpServer((_, response) => {
          response.end(exposition(...((steps[name] as Step[])[step] as Step)));
        });
        return [name, { url, metrics: '/metrics', ...services[name] }];
      }),
    ),
  );
  const config = validateConfig({ services: urls, probes: [{ type: 'http', url: '/' }] }, 'test');
  const source = new MemorySource();
  const count = Math.max(...Object.values(steps).map(({ length }) => length));
  for (; step < count; step += 1) {
    for (const { samples } of await scrapeAll(config.services, {}, config.metricsPrefix, false)) {
      for (const { series, value } of samples) {
        if (typeof series !== 'string')
          source.add(series.name, series.labels, { timeMs: step * 15_000, value });
      }
    }
  }
  const atMs = (count - 1) * 15_000;
  const naming = namingOf(config);
  const expressions = signalExpressions(naming);
  return {
    config,
    /** The newest count of each route and status that is recorded apart. */
    routes: () =>
      source
        .series('vigil_route_answers_total', [], 0, atMs)
        .map(({ labels, points }) => `${labels.route} ${labels.status} ${points.at(-1)?.value}`)
        .sort(),
    /** The newest number of durations of each route, and of those over each bound; of all routes together where none is named. */
    durations: () =>
      ['vigil_route_durations_total', 'vigil_route_slow_total'].flatMap((name) =>
        source
          .series(name, [], 0, atMs)
          .map(({ labels, points }) =>
            [labels.route ?? 'all', labels.over && `over ${labels.over}`, points.at(-1)?.value]
              .filter((part) => part !== undefined)
              .join(' '),
          )
          .sort(),
      ),
    value: (signal: keyof typeof expressions) => evaluate(expressions[signal], source, atMs),
    rules: () =>
      observeRules(alertRules(effectiveThresholds(config), naming), source, atMs)
        .filter(({ rule, reading }) => reading.state === 'breached' && rule !== 'TestSuiteNotRunning')
        .map(({ rule, labels }) => [rule, labels?.service].filter(Boolean).join(' ')),
  };
}

/** Twenty steps of traffic, so many requests and failures in each. */
const steady = (ok: number, failed: number, seconds = 0.05): Step[] =>
  Array.from({ length: 21 }, (_, index) => [index * ok, index * failed, seconds]);

test('a preset reads what prom-client counts: ratio, latency and rate of the users', async () => {
  const { value, rules } = await watched({ shop: { traffic: 'prom-client' } }, { shop: steady(300, 0) });
  expect(value('errorRatio')).toBe(0);
  expect(value('throughput')).toBeCloseTo(20, 5);
  expect(value('latencyP95')).toBeGreaterThan(0.09);
  expect(value('latencyP95')).toBeLessThanOrEqual(0.1);
  expect(rules()).toEqual([]);
});

test('of several services each is judged, and the worst is the deployment’s', async () => {
  const { value, rules } = await watched(
    { shop: { traffic: 'prom-client' }, search: { traffic: 'prom-client' } },
    { shop: steady(300, 0), search: steady(300, 30, 0.2) },
  );
  expect(value('errorRatio')).toBeCloseTo(30 / 330, 3);
  expect(value('latencyP95')).toBeGreaterThan(0.2);
  expect(rules()).toEqual(expect.arrayContaining(['HighErrorRate search', 'HighLatencyP95 search']));
  expect(rules().filter((rule) => rule.endsWith('shop'))).toEqual([]);
});

test('selectors name any metric, and leave out what is Vigil’s own by its label', async () => {
  const { value } = await watched(
    {
      shop: {
        traffic: {
          operations: 'http_request_duration_seconds_count',
          errors: 'http_request_duration_seconds_count{status_code=~"5.."}',
          duration: 'http_request_duration_seconds_bucket',
          own: 'route="/items"',
        },
      },
    },
    { shop: steady(300, 15) },
  );
  expect(value('throughput')).toBeCloseTo(165 / 15, 5);
  expect(value('errorRatio')).toBeCloseTo(15 / 165, 5);
});

test('a few operations tell nothing unless the configuration says that they are enough', async () => {
  const shop = steady(2, 1);
  const few = await watched({ shop: { traffic: 'prom-client' } }, { shop });
  expect(few.value('errorRatio')).toBeCloseTo(1 / 3, 5);
  const lone = steady(2, 0.05);
  const before = await watched({ shop: { traffic: 'prom-client' } }, { shop: lone });
  expect(before.rules()).not.toContain('HighErrorRate shop');
  const enough = { preset: 'prom-client', minimum: 20, window: '5m' };
  const after = await watched({ shop: { traffic: enough } }, { shop: lone });
  expect(after.rules()).toContain('HighErrorRate shop');
});

test('the three forms of a configuration, and what each comes to', () => {
  const queries = trafficOf(
    {
      operations: 'sum(rate(x[{{window}}]))',
      errors: 'sum(rate(y[{{window}}]))',
      duration: undefined,
      minimum: 20,
      window: 3_600_000,
    },
    'vigil',
  );
  expect(queries).toMatchObject({ kind: 'queries', minimum: 20, windowMs: 3_600_000 });
  expect(trafficOf('opentelemetry', 'vigil')).toMatchObject({
    kind: 'metrics',
    operations: { metric: 'http_server_request_duration_seconds_count' },
    duration: { metric: 'http_server_request_duration_seconds' },
  });
  const wrong = { operations: 'http_requests_total', errors: 'sum(rate(y[{{window}}]))' };
  const probes = [{ type: 'http', url: '/' }];
  const services = { shop: { url: 'http://shop', traffic: wrong } };
  expect(() => validateConfig({ services, probes }, 'test')).toThrow(
    /services\.shop\.traffic: expected selectors throughout/,
  );
});

test('answers are recorded by route apart from the sums, successes as one, to which 304 belongs', async () => {
  const shop = { shop: { traffic: 'prom-client' } };
  const { routes } = await watched(shop, {
    shop: [
      [100, 0, 0.05],
      [200, 3, 0.05, 7],
    ],
  });
  expect(routes()).toEqual([
    'GET /items 2xx 107',
    'GET /items 302 7',
    'GET /orders 2xx 100',
    'GET /orders 500 3',
  ]);
});

test('durations are recorded by route: how many, and how many over a bound where any were', async () => {
  const steps: Step[] = [
    [100, 0, 0.05],
    [200, 3, 0.4],
  ];
  const { durations } = await watched({ shop: { traffic: 'prom-client' } }, { shop: steps });
  // Every route of this shop takes the same; 0.1 to 1 are its bounds.
  expect(durations()).toEqual([
    'GET /items 100',
    'GET /orders 103',
    'GET /items over 0.1 100',
    'GET /items over 0.3 100',
    'GET /orders over 0.1 103',
    'GET /orders over 0.3 103',
    'all over 0.1 203',
    'all over 0.3 203',
    'all over 1 0',
  ]);
});

test('durations of Vigil’s own requests, and of a histogram without routes, are not recorded by route', async () => {
  const steps: Step[] = [[100, 0, 0.4]];
  const metrics = {
    operations: 'http_request_duration_seconds_count',
    duration: 'http_request_duration_seconds',
  };
  const traffic = { ...metrics, errors: 'http_request_duration_seconds_count{status_code=~"5.."}' };
  const own = await watched({ shop: { traffic: { ...traffic, own: 'route="/items"' } } }, { shop: steps });
  expect(own.durations()).toContain('GET /orders 50');
  expect(own.durations().filter((text) => text.includes('/items'))).toEqual([]);
  const none = await watched(
    { shop: { traffic: { ...traffic, duration: 'other_seconds' } } },
    { shop: steps },
  );
  expect(none.durations()).toEqual([]);
});
