// @module-tag prometheus
// @module-tag victoria-metrics
// @module-tag vmagent
// @module-tag vmalert

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { startPrometheus } from '../../fixtures/range/prometheus.ts';
import { freePort, spawnServer } from '../../fixtures/range/spawn-server.ts';
import { evaluate } from '../../src/alerts/signals/algebra/evaluate.ts';
import { signalExpressions } from '../../src/alerts/signals/algebra/named.ts';
import { accessOf, useAccess } from '../../src/clients/access/access.ts';
import { askTraffic } from '../../src/clients/ask-traffic.ts';
import { queryInstant, queryRange } from '../../src/clients/prometheus.ts';
import { trafficOf } from '../../src/core/config/traffic.ts';
import { validateConfig } from '../../src/core/config/validate.ts';
import { queryTraffic } from '../../src/monitor/loop/query-traffic.ts';
import { samplesFrom } from '../../src/release/gate/prometheus/sample-source.ts';
import { gateSetup } from '../../src/release/gate/setup.ts';
import { lookAtStore, lookAtTraffic } from '../../src/setup/doctor/look-at-traffic.ts';
import { openMetricsReader } from '../../src/setup/doctor/service-metrics.ts';
import { alertRulesFile } from '../../src/setup/render/monitoring/alert-rules-file.ts';
import { settingsOf } from '../../src/setup/render/monitoring/settings.ts';
import { until } from '../stack/ask.ts';
import { requireProgram } from '../support/programs.ts';
import { failureOf, httpServer } from './servers.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'vigil-stores-'));
const file = (...names: string[]) => path.join(folder, ...names);
const closers: (() => unknown)[] = [];
const urls = { shop: '', prometheus: '', victoria: '' };
const basePath = '/select/0/prometheus';

/** Of every four orders one fails and takes up to 0.4 s; every item is served within 0.1 s. */
function exposition(count: number): string {
  const series = (route: string, code: string, ops: number, bound: number) => [
    `shop_requests_total{route="${route}",code="${code}"} ${ops}`,
    ...[0.1, 0.4].map(
      (le) => `shop_seconds_bucket{route="${route}",code="${code}",le="${le}"} ${le < bound ? 0 : ops}`,
    ),
    `shop_seconds_bucket{route="${route}",code="${code}",le="+Inf"} ${ops}`,
  ];
  return [
    ...series('/orders', '200', 3 * count, 0.4),
    ...series('/orders', '500', count, 0.4),
    ...series('/items', '200', 4 * count, 0.1),
    '',
  ].join('\n');
}

async function startShop(): Promise<() => Promise<unknown>> {
  const startedMs = Date.now();
  const server = http.createServer((_, response) => {
    response.end(exposition(Math.round((Date.now() - startedMs) / 100)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  urls.shop = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
}

async function start(program: string, port: number, args: string[], readyPath: string) {
  const server = await spawnServer(program, args, `http://127.0.0.1:${port}`, { readyPath });
  closers.push(() => server.stop());
  return server.url;
}

let stopShop: () => Promise<unknown>;
beforeAll(async () => {
  stopShop = await startShop();
  closers.push(() => stopShop());
  const prometheus = await startPrometheus(file('prometheus'), { shop: urls.shop });
  closers.push(() => prometheus.stop());
  urls.prometheus = prometheus.url;
  const [port, agent] = [await freePort(), await freePort()];
  const own = [`-storageDataPath=${file('victoria')}`, `-httpListenAddr=127.0.0.1:${port}`];
  // It repeats older values over the last 30 s of a range; these tests have no older ones.
  const server = [...own, `-http.pathPrefix=${basePath}`, '-search.maxStepForPointsAdjustment=1ms'];
  urls.victoria = `${await start('victoria-metrics', port, server, `${basePath}/health`)}${basePath}`;
  const scrape_configs = [{ job_name: 'shop', static_configs: [{ targets: [new URL(urls.shop).host] }] }];
  writeFileSync(file('agent.yml'), stringify({ global: { scrape_interval: '1s' }, scrape_configs }));
  const scraping = [
    `-promscrape.config=${file('agent.yml')}`,
    `-remoteWrite.url=${urls.victoria}/api/v1/write`,
    `-remoteWrite.tmpDataPath=${file('agent')}`,
    `-httpListenAddr=127.0.0.1:${agent}`,
  ];
  await start('vmagent', agent, scraping, '/health');
  for (const url of [urls.prometheus, urls.victoria])
    await until(
      `samples in ${url}`,
      async () => (await queryInstant(url, 'rate(shop_requests_total[5s])')).length === 3,
    );
});
afterAll(async () => {
  for (const close of closers.reverse()) await close();
  rmSync(folder, { recursive: true, force: true });
});

const traffic = {
  operations: 'rate(shop_requests_total[{{window}}])',
  errors: 'rate(shop_requests_total{code="500"}[{{window}}])',
  duration: 'histogram_quantile(0.95, sum by (le, route) (rate(shop_seconds_bucket[{{window}}])))',
  window: '5s',
};
const configOf = (store: object, more: object = {}) =>
  validateConfig(
    {
      store,
      services: { shop: { url: urls.shop, traffic: { ...traffic, ...more } } },
      probes: [{ type: 'http', url: urls.shop }],
    },
    'a test',
  );
const queries = () =>
  trafficOf(configOf({ url: urls.prometheus }).services[0]?.traffic ?? 'genesis', 'vigil') as Parameters<
    typeof askTraffic
  >[1];

describe.each(['prometheus', 'victoria'] as const)('%s', (name) => {
  test('rates of several series add up, of several P95s the worst counts', async () => {
    const { operations, errors, duration } = await askTraffic(urls[name], queries(), 5000);
    expect([operations.series, errors.series, duration.series]).toEqual([3, 1, 2]);
    expect((errors.value ?? 0) / (operations.value ?? 0)).toBeCloseTo(1 / 8, 1);
    expect(operations.value).toBeGreaterThan(40);
    expect(duration.value).toBeGreaterThan(0.3);
    expect(duration.value).toBeLessThanOrEqual(0.4);
  });

  test('the loop, the doctor and the gate find the same', async () => {
    const config = configOf({ url: urls[name] });
    const [scrape] = await queryTraffic(config.services, {
      url: urls[name],
      windowMs: config.liveWindow,
      job: 'vigil',
      prefix: config.metricsPrefix,
    });
    const [operations, errors, p95] = scrape?.samples.map(({ value }) => value) ?? [];
    expect(operations).toBeGreaterThan(40);
    expect((errors ?? 0) / (operations ?? 1)).toBeCloseTo(1 / 8, 1);
    expect(p95).toBeLessThanOrEqual(0.4);

    const [found] = await lookAtTraffic(config, openMetricsReader());
    expect(found).toMatchObject({ subject: 'traffic of shop', state: 'ok' });
    expect(found?.detail).toMatch(/^3 series; \d{3} operations in 5s, error ratio 1[123]\.?\d* %, P95 3\d\d/);
    expect(found?.detail).toContain('the worst of 2 series');
    expect(await lookAtStore(config)).toMatchObject([
      { state: 'ok', detail: `${urls[name]} answers queries by POST` },
    ]);

    const atMs = Date.now();
    const setup = { ...gateSetup(config, urls.shop), sampleIntervalMs: 1000 };
    const source = await samplesFrom(urls[name], setup, { fromMs: atMs - 10_000, toMs: atMs });
    const { errorRatio, latencyP95 } = signalExpressions(setup.naming);
    expect(evaluate(errorRatio, source, atMs)).toBeCloseTo(1 / 8, 1);
    expect(evaluate(latencyP95, source, atMs)).toBeGreaterThan(0.3);
  });

  test('errors that nobody met are none; what is not counted is unknown', async () => {
    const none = { ...queries(), errors: 'rate(shop_requests_total{code="502"}[{{window}}])' };
    expect((await askTraffic(urls[name], none, 5000)).errors).toEqual({ series: 0, value: 0 });
    const missing = { ...none, operations: 'rate(no_such_total[{{window}}])' };
    const { operations, errors } = await askTraffic(urls[name], missing, 5000);
    expect([operations.value, errors.value]).toEqual([undefined, undefined]);
  });

  test('a range of more steps than a store takes is asked in parts', async () => {
    const toMs = Math.floor(Date.now() / 1000) * 1000;
    const steps = { fromMs: toMs - 30_000_000, toMs, stepMs: 1000 };
    const [series, ...others] = await queryRange(urls[name], 'time()', steps);
    expect(others).toEqual([]);
    const points = series?.points ?? [];
    expect(points.length).toBe(30_001);
    expect(
      points.every(({ timeMs, value }, at) => timeMs === steps.fromMs + at * 1000 && value * 1000 === timeMs),
    ).toBe(true);
  });

  test('a query that can’t be evaluated is told with its cause and what to do', async () => {
    const failure = await failureOf(
      queryInstant(urls[name], 'shop_requests_total + on() shop_requests_total'),
    );
    expect(failure.message).toContain('the store can’t evaluate the query (422)');
    expect(failure.hint).toContain('shorten the window');
  });
});

test('a tenant, a base path, a token and GET are given as the store wants them; what it refuses says what to do', async () => {
  const mimir = await httpServer((request, response) => {
    const refuse = (status: number, text: string) => void response.writeHead(status).end(text);
    if (request.headers['x-scope-orgid'] !== 'shop') return refuse(401, 'no org id');
    if (request.headers.authorization !== 'Bearer secret-of-mimir') return refuse(403, 'forbidden');
    if (!request.url?.startsWith('/prometheus/api/v1/')) return refuse(404, '404 page not found');
    if (request.method !== 'GET') return refuse(405, 'Method Not Allowed');
    const forwarded = `${urls.prometheus}${request.url.slice('/prometheus'.length)}`;
    void fetch(forwarded).then(async (answer) => response.writeHead(answer.status).end(await answer.text()));
  });
  process.env.MIMIR_TOKEN = 'secret-of-mimir';
  const ask = async (store: { url: string; [key: string]: unknown }) => {
    const config = configOf(store);
    useAccess(accessOf(config));
    const [scrape] = await queryTraffic(config.services, {
      url: store.url,
      windowMs: 5000,
      job: 'vigil',
      prefix: 'vigil',
    });
    return scrape;
  };
  const url = `${mimir}/prometheus`;
  const headers = { 'X-Scope-OrgID': 'shop' };
  const auth = { bearer: 'env:MIMIR_TOKEN' };
  expect((await ask({ url }))?.failure).toMatch(
    /refuses the credentials \(401\): 401 "no org id"; set store.auth, .*X-Scope-OrgID/,
  );
  expect((await ask({ url, headers }))?.failure).toMatch(/forbids this query \(403\).*right to read/);
  expect((await ask({ url, headers, auth }))?.failure).toMatch(
    /by this method \(405\).*set store\.method to 'GET'/,
  );
  expect((await ask({ url: mimir, headers, auth }))?.failure).toMatch(
    /no Prometheus API .* \(404\).*\/prometheus for Mimir/,
  );
  expect((await ask({ url, headers, auth, method: 'GET' }))?.samples).toHaveLength(3);
});

test('vmalert takes the rules that are rendered for it and fires one; those for Prometheus it refuses', async () => {
  const config = validateConfig(
    {
      services: { shop: { url: urls.shop, metrics: '/metrics', traffic } },
      probes: [{ type: 'http', url: urls.shop }],
      monitoring: { timeScale: 0.02 },
    },
    'a test',
  );
  writeFileSync(file('for-prometheus.yml'), alertRulesFile(settingsOf(config)));
  writeFileSync(file('for-vmalert.yml'), alertRulesFile(settingsOf(config, 'vmalert')));
  const dry = (rules: string) =>
    execa(requireProgram('vmalert'), ['-dryRun', `-rule=${file(rules)}`], { reject: false, all: true });
  expect(await dry('for-vmalert.yml')).toMatchObject({ exitCode: 0 });
  expect((await dry('for-prometheus.yml')).all).toContain('keep_firing_for');

  const told = new Map<string, string>();
  const receiver = await httpServer((request, response) => {
    request.setEncoding('utf8');
    let body = '';
    request.on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      for (const { labels } of JSON.parse(body || '[]') as { labels: Record<string, string> }[])
        told.set(labels.alertname ?? '', labels.severity ?? '');
      response.end('{}');
    });
  });
  const port = await freePort();
  const args = [
    `-rule=${file('for-vmalert.yml')}`,
    `-datasource.url=${urls.victoria}`,
    `-remoteWrite.url=${urls.victoria}`,
    `-notifier.url=${receiver}`,
    '-evaluationInterval=1s',
    `-httpListenAddr=127.0.0.1:${port}`,
  ];
  await start('vmalert', port, args, '/health');
  await until('the watchdog', async () => told.has('Watchdog'));
  expect(told.has('ServiceDown')).toBe(false);
  await stopShop();
  await until('ServiceDown', async () => told.has('ServiceDown'));
  expect(told.get('ServiceDown')).toBe('critical');
});
