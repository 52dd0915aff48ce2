import { afterAll, expect, onTestFinished, test } from 'vitest';
import { liveWindow } from '../../../src/alerts/signals/live-window.ts';
import { liveSignals } from '../../../src/alerts/signals/reading.ts';
import { closeConnections, send } from '../../../src/clients/http/http.ts';
import { endpointsOf } from '../../../src/clients/services/endpoints.ts';
import { instancesOf } from '../../../src/clients/services/instances.ts';
import { validateConfig } from '../../../src/core/config/validate.ts';
import { observe } from '../../../src/monitor/cycle/observe.ts';
import { countOwnRequests } from '../../../src/monitor/cycle/own-requests.ts';
import { scrapeAll } from '../../../src/monitor/loop/scrape.ts';
import { contextOf } from '../../../src/suite/run/context.ts';
import { answering, httpServer } from '../../clients/servers.ts';

afterAll(closeConnections);

const probes = [{ type: 'http', url: '/' }];
const configOf = (services: object) => validateConfig({ probes, services, metricsPrefix: 'shop' }, 'x');
const host = (url: string) => url.replace('http://', '');

const expositionOf = (operations: number, startedSeconds: number) => `# TYPE shop_operations_total counter
shop_operations_total ${operations}
# TYPE shop_errors_total counter
shop_errors_total 1
# TYPE shop_operation_duration_seconds histogram
shop_operation_duration_seconds_bucket{le="0.1"} ${operations}
shop_operation_duration_seconds_bucket{le="+Inf"} ${operations}
shop_operation_duration_seconds_sum 1
shop_operation_duration_seconds_count ${operations}
process_start_time_seconds ${startedSeconds}
`;

const shop = (operations: number) =>
  httpServer(answering({ '/base/prom': [200, expositionOf(operations, 1)], '/base/well': [200, {}] }));

const labelsOf = (scrapes: Awaited<ReturnType<typeof scrapeAll>>) =>
  scrapes
    .flatMap(({ samples }) => samples)
    .map(({ series, value }) =>
      typeof series === 'string' ? series : { ...series.labels, is: series.name, value },
    )
    .filter((one) => typeof one === 'object' && ['up', 'shop_operations_total'].includes(one.is));

test('each instance of a service is scraped below its base path and has labels of its own', async () => {
  const [one, two, search] = [await shop(5), await shop(7), await shop(9)];
  const { services } = configOf({
    api: { url: 'https://shop.example.com', instances: [`${one}/base`, `${two}/base`], metrics: '/prom' },
    search: { url: search, metrics: { url: `${search}/base/prom` } },
  });
  const api = { job: 'api', service: 'api' };
  const [first, second] = [`${host(one)}/base`, `${host(two)}/base`];
  expect(labelsOf(await scrapeAll(services, {}, 'shop', false))).toEqual([
    { ...api, instance: first, is: 'up', value: 1 },
    { ...api, instance: first, is: 'shop_operations_total', value: 5 },
    { ...api, instance: second, is: 'up', value: 1 },
    { ...api, instance: second, is: 'shop_operations_total', value: 7 },
    { job: 'search', service: 'search', is: 'up', value: 1 },
    { job: 'search', service: 'search', is: 'shop_operations_total', value: 9 },
  ]);
});

test('an instance that is gone or not well is down alone, and is named', async () => {
  const well = await shop(5);
  const ill = await httpServer(
    answering({ '/base/prom': [200, expositionOf(7, 1)], '/base/well': [404, {}] }),
  );
  const config = configOf({
    api: {
      url: well,
      instances: [`${well}/base`, `${ill}/base`, 'http://127.0.0.1:9'],
      metrics: '/prom',
      health: '/well',
    },
  });
  const scrapes = await scrapeAll(config.services, {}, 'shop', false);
  expect(scrapes.map(({ name, failure }) => [name, failure])).toEqual([
    [`api at ${host(well)}/base`, undefined],
    [`api at ${host(ill)}/base`, expect.stringContaining('/base/well answered 404')],
    ['api at 127.0.0.1:9', expect.stringContaining('connection refused')],
  ]);
  const context = contextOf(config, config.target ?? { orchestration: '' }, { cycleId: 'c', targetId: 't' });
  const observed = await observe(context)();
  expect(observed.up).toBe(false);
  expect(observed.downReason).toContain(
    'api at 127.0.0.1:9 does not answer: http://127.0.0.1:9/well: connection refused',
  );
  expect(observed.downReason).toContain(`api at ${host(ill)}/base answers and is not healthy`);
  // What does not answer at all is started first.
  expect(observed.downNext).toContain('is the process running?');
  expect(observed.live).toMatchObject({ operations: 5 });
});

test('the counters of instances are taken together, each kept by itself', async () => {
  const [one, two] = [await shop(5), await shop(7)];
  const config = configOf({
    api: { url: one, instances: [`${one}/base`, `${two}/base`], metrics: '/prom' },
  });
  const context = contextOf(config, config.target ?? { orchestration: '' }, { cycleId: 'c', targetId: 't' });
  expect((await observe(context)()).live).toMatchObject({
    operations: 12,
    errors: 2,
    startedMs: 1000,
    buckets: [
      { le: 0.1, count: 12 },
      { le: Number.POSITIVE_INFINITY, count: 12 },
    ],
    instances: {
      [`api ${host(one)}/base`]: { operations: 5 },
      [`api ${host(two)}/base`]: { operations: 7 },
    },
  });
});

test('a service is up only when the body of its health says so, where that is asked', async () => {
  const url = await httpServer(answering({ '/well': [200, { status: 'degraded' }] }));
  const health = { path: '/well', success: { json: { '$.status': 'pass' } } };
  const context = contextOf(configOf({ api: { url, health } }), { orchestration: '' } as never, {
    cycleId: 'c',
    targetId: 't',
  });
  const observed = await observe(context)();
  expect(observed.downReason).toContain('answered 200: $.status is "degraded", expected "pass"');
  expect(observed.instances).toEqual([{ labels: { job: 'api', service: 'api' }, isUp: false }]);
});

test('what a cycle asks itself is no user traffic', async () => {
  let requests = 0;
  const url = await httpServer((_, response) => {
    const lines = ['bucket{le="+Inf",status_code="200"}', 'count{status_code="200"}'];
    const text = lines.map((line) => `http_request_duration_seconds_${line} ${40 + requests}\n`).join('');
    requests += 1;
    response.end(`# TYPE http_request_duration_seconds histogram\n${text}process_start_time_seconds 1\n`);
  });
  const config = configOf({ api: { url, metrics: '/metrics', traffic: 'prom-client' } });
  const context = contextOf(config, { orchestration: '' } as never, { cycleId: 'c', targetId: 't' });
  const ownRequests = countOwnRequests(config.services);
  onTestFinished(() => ownRequests.close());
  const observeNow = async () => {
    await send(`${url}/probe`);
    return (await observe(context, undefined, ownRequests)()).live;
  };
  const [before, after] = [await observeNow(), await observeNow()];
  if (!before || !after) throw new Error('nothing was counted');
  const samples = [before, { ...after, timeMs: before.timeMs + 60_000 }];
  // One probe and the scrape before it.
  expect(liveWindow(samples, 300_000)).toMatchObject({ operations: 0, own: 2 });
  const busy = { ...after, timeMs: before.timeMs + 60_000, operations: after.operations + 100 };
  expect(liveSignals([before, busy], 300_000)).toMatchObject({ errorRatio: 0, throughput: 100 / 60 });
  expect(liveSignals(samples, 300_000)).toEqual({});
});

test('every address of a name is an instance that is asked under the name', async () => {
  const hosts: unknown[] = [];
  const url = await httpServer((request, response) => {
    hosts.push(request.headers.host);
    response.end(expositionOf(3, 1));
  });
  const port = new URL(url).port;
  const [service] = configOf({
    api: { url: `http://localhost:${port}/base`, instances: 'dns', metrics: '/prom' },
  }).services;
  if (!service) throw new Error('there is no service');
  const found = await instancesOf(service, {}, async (name) =>
    name === 'localhost' ? ['127.0.0.1', 'fd00::2'] : [],
  );
  expect(found.map((one) => [one.url, one.instance, one.host])).toEqual([
    [`http://127.0.0.1:${port}/base`, `127.0.0.1:${port}/base`, `localhost:${port}`],
    [`http://[fd00::2]:${port}/base`, `[fd00::2]:${port}/base`, `localhost:${port}`],
  ]);
  const v4 = (await endpointsOf(service)).filter(({ url: one }) => one.includes('127.0.0.1'));
  expect(v4.map(({ labels }) => labels.instance)).toEqual([`127.0.0.1:${port}/base`]);
  await scrapeAll([service], {}, 'shop', false);
  expect(hosts).toContain(`localhost:${port}`);
});

test('a name server that does not answer holds up neither a question nor an end', async () => {
  const [service] = configOf({
    api: { url: 'http://shop.example', instances: 'dns', metrics: '/prom' },
  }).services;
  if (!service) throw new Error('there is no service');
  const silent = () => new Promise<string[]>(() => {});
  await expect(instancesOf(service, { timeoutMs: 200 }, silent)).rejects.toThrow(
    'DNS: no answer within 200 ms',
  );
  const ending = new AbortController();
  const asked = instancesOf(service, { signal: ending.signal }, silent);
  ending.abort();
  await expect(asked).rejects.toThrow('given up');
});

test('a service whose name has no address is down as a whole', async () => {
  const { services } = configOf({
    api: { url: 'http://nowhere.invalid', instances: 'dns', metrics: '/prom' },
  });
  expect(await scrapeAll(services, {}, 'shop', false)).toMatchObject([
    { job: 'api', name: 'api', failure: expect.stringContaining('DNS') },
  ]);
});

test('a service that answers 503 is said to run, with what it says of itself and where to look', async () => {
  const url = await httpServer(
    answering({ '/well': [503, { database: 'down' }], '/prom': [200, expositionOf(5, 1)] }),
  );
  const config = configOf({ api: { url, health: '/well', metrics: '/prom' } });
  const context = contextOf(config, { orchestration: '' } as never, { cycleId: 'c', targetId: 't' });
  const { downReason, downNext } = await observe(context)();
  expect(downReason).toContain('answers and is not healthy');
  expect(downReason).toContain('/well answered 503: {"database":"down"}');
  expect(downNext).toMatch(/it runs: .*log/);
});

test('metrics that answer 500 are no process that has to be started', async () => {
  const url = await httpServer(answering({ '/prom': [500, {}] }));
  const config = configOf({ api: { url, metrics: '/prom' } });
  const context = contextOf(config, { orchestration: '' } as never, { cycleId: 'c', targetId: 't' });
  const { downReason, downNext } = await observe(context)();
  expect(downReason).toContain('can’t be scraped');
  expect(downNext).toContain('metrics route');
});
