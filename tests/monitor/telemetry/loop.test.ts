import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../../clients/servers.ts';
import { vigilProcess } from '../../scripts/vigil.ts';
import { quickSuite, smallTarget, startSmallLoop, until } from '../loop/small-loop.ts';
import { type Collector, type Manner, startCollector } from './collector.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

async function collector(manner?: Manner): Promise<Collector> {
  const started = await startCollector(manner);
  onTestFinished(() => started.close());
  return started;
}

/** A deployment that notes under which context each request came. */
async function notingTarget() {
  const seen: { url: string; traceparent: string | undefined }[] = [];
  const server = createServer((request, response) => {
    seen.push({ url: request.url ?? '', traceparent: request.headers.traceparent as string | undefined });
    response.end('# TYPE genesis_operations_total counter\ngenesis_operations_total 5\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

/** A little suite with the fixtures of the 36 checks, so that its requests are made as theirs are. */
function suiteWithFixtures(): string {
  const home = path.join(root, 'reports', '.test-suites');
  mkdirSync(home, { recursive: true });
  const folder = mkdtempSync(path.join(home, 'traced-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(
    path.join(folder, 'vitest.config.mjs'),
    `export default { test: { include: ['*.suite.ts'], globalSetup: ['${root}/health-tests/global-setup.ts'], pool: 'forks', isolate: false, fileParallelism: false, maxWorkers: 1 } };`,
  );
  writeFileSync(
    path.join(folder, 'a.suite.ts'),
    `import { describe } from 'vitest';
import { expect, test } from '${root}/health-tests/fixtures.ts';
test('one asks', async ({ target, measure }) => {
  await target.orchestration('/one');
  measure('asked', 1, { unit: 'count', must: { operator: '>=', value: 1 } });
});
describe('inside', () => {
  test('two asks twice and fails', async ({ target }) => {
    await target.operation();
    await target.orchestration('/two');
    expect('token=hunter2secret').toBe('');
  });
});
`,
  );
  return folder;
}

describe('the loop as OpenTelemetry sees it', () => {
  test('a cycle is a span, each check a child of it, and what a check asks continues that check’s span', async () => {
    const [received, target] = [await collector(), await notingTarget()];
    const loop = await startSmallLoop(
      { target: { orchestration: target.url }, suite: { root: suiteWithFixtures() } },
      ['--interval', '1h'],
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: received.url,
        OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a%20secret',
        OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
        OTEL_NODE_RESOURCE_DETECTORS: 'env,host',
        OTEL_BSP_SCHEDULE_DELAY: '200',
      },
    );
    await until(() => received.spans.length >= 3, loop.said);
    const cycle = received.spans.find(({ name }) => name === 'cycle');
    const checks = received.spans.filter(({ parentSpanId }) => parentSpanId === cycle?.spanId);
    expect(cycle).toMatchObject({
      service: 'vigil',
      status: 'error',
      attributes: { 'vigil.cycle.verdict': 'fail', 'vigil.cycle.passed': 1, 'vigil.cycle.failed': 1 },
      resource: { 'deployment.environment.name': 'test', 'host.name': hostname() },
    });
    expect(received.headers()['x-key']).toBe('a secret');
    expect(cycle).toHaveProperty('spanId');
    expect(cycle?.parentSpanId).toBeUndefined();
    expect(checks.map(({ traceId }) => traceId)).toEqual([cycle?.traceId, cycle?.traceId]);
    expect(
      checks.map(({ attributes, status }) => [attributes['vigil.check.outcome'], status]).sort(),
    ).toEqual([
      ['fail', 'error'],
      ['pass', 'ok'],
    ]);
    for (const check of checks) {
      expect.soft(check.startMs).toBeGreaterThanOrEqual(cycle?.startMs ?? Number.NaN);
      expect.soft(check.endMs).toBeLessThanOrEqual(cycle?.endMs ?? Number.NaN);
      expect.soft(check.endMs).toBeGreaterThan(check.startMs);
    }
    const parentOf = (url: string) => target.seen.find((request) => request.url === url)?.traceparent;
    const spanOf = (name: string) => checks.find((check) => check.name.includes(name))?.spanId;
    expect(parentOf('/one')).toBe(`00-${cycle?.traceId}-${spanOf('one asks')}-01`);
    expect(parentOf('/two')).toBe(`00-${cycle?.traceId}-${spanOf('two asks twice')}-01`);
    expect(parentOf('/v1/tasks')).toBe(parentOf('/two'));
    // The runner's own scrapes are no check's.
    expect(target.seen.some(({ url, traceparent }) => url === '/metrics' && traceparent === undefined)).toBe(
      true,
    );
    loop.child.kill('SIGTERM');
    await loop.ended();
  });

  test('its metrics arrive under the names that the port shows, counters as counters; a cycle that the sampler leaves out has no span and says so to its suite', async () => {
    const received = await collector();
    const told = path.join(await temporaryFolder(), 'traceparent');
    const [node = '', flag = '', code = '', ...rest] = quickSuite;
    const alsoTold = `${code}; require("node:fs").writeFileSync(process.argv[2], process.env.TRACEPARENT)`;
    const loop = await startSmallLoop(
      {
        target: { orchestration: await smallTarget() },
        suite: { command: [node, flag, alsoTold, ...rest, told] },
      },
      ['--interval', '1h'],
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: received.url,
        OTEL_TRACES_SAMPLER: 'traceidratio',
        OTEL_TRACES_SAMPLER_ARG: '0',
      },
    );
    await until(async () => (await loop.get('/readyz')).status === 200, loop.said);
    // What is left is sent at the end, so nobody has to wait for the pace of the export.
    loop.child.kill('SIGTERM');
    await loop.ended();
    const last = (name: string) => received.figures.findLast((figure) => figure.name === name);
    expect(last('genesis_tests_total')).toMatchObject({ value: 1, isCounter: true });
    expect(last('genesis_test_pass_rate')).toMatchObject({ value: 1, isCounter: false });
    expect(last('vigil_build_info')?.labels).toMatchObject({ node: process.version });
    expect(last('vigil_watch_slots_due')).toBeDefined();
    const named = received.figures.filter(({ name }) => name === 'vigil_sentinel_state');
    expect(new Set(named.map(({ labels }) => labels.state))).toEqual(
      new Set(['off', 'never', 'received', 'missing']),
    );
    expect(received.spans).toEqual([]);
    expect(readFileSync(told, 'utf8')).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
  });

  test.for<[what: string, manner: Manner | 'nobody']>([
    ['down', 'nobody'],
    ['hanging', 'hangs'],
    ['refusing', 'refuses'],
  ])(
    'a collector that is %s changes no verdict, makes no cycle wait, and the watch ends as promptly',
    async ([, manner]) => {
      const received = await collector(manner === 'nobody' ? 'takes' : manner);
      if (manner === 'nobody') await received.close();
      const loop = await startSmallLoop(
        { target: { orchestration: await smallTarget() }, suite: { command: quickSuite } },
        ['--interval', '1s'],
        {
          OTEL_EXPORTER_OTLP_ENDPOINT: received.url,
          OTEL_EXPORTER_OTLP_TIMEOUT: '1000',
          OTEL_BSP_SCHEDULE_DELAY: '200',
        },
      );
      const status = async () => JSON.parse((await loop.get('/api/status')).text);
      // More slots than a collector that hangs would let by, were it waited for: its time is a second for each.
      await until(async () => (await status()).coverage.observed >= 6, loop.said);
      const { lastCycle } = await status();
      expect(lastCycle.verdict).toBe('pass');
      await loop.untilSaid(/can’t be sent to the collector: .*; the loop continues without/);
      const began = performance.now();
      loop.child.kill('SIGTERM');
      await loop.ended();
      expect(performance.now() - began).toBeLessThan(loop.promptMs);
    },
  );
});

test('an address that is none is a mistake of the configuration', async () => {
  const loop = startSmallLoop(
    { target: { orchestration: 'http://127.0.0.1:9' }, suite: { command: quickSuite } },
    [],
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' },
  );
  await expect(loop).rejects.toThrow('OTEL_EXPORTER_OTLP_ENDPOINT is not an address');
});

test('without the SDK the loop and doctor say how to install it, and the watch goes on', async () => {
  const folder = await temporaryFolder();
  const hidden = path.join(folder, 'hidden.cjs');
  writeFileSync(
    hidden,
    `const Module = require('node:module');
const resolve = Module._resolveFilename;
Module._resolveFilename = (name, ...rest) => {
  if (name !== '@opentelemetry/sdk-node') return resolve(name, ...rest);
  throw Object.assign(new Error('hidden'), { code: 'MODULE_NOT_FOUND' });
};`,
  );
  const env = { NODE_OPTIONS: `--require ${hidden}`, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' };
  const config = { target: { orchestration: await smallTarget() }, suite: { command: quickSuite } };
  const loop = await startSmallLoop(config, ['--interval', '1h'], env, folder);
  await loop.untilSaid(/OTEL_EXPORTER_OTLP_ENDPOINT is set, but @opentelemetry\/sdk-node is not installed/);
  expect(loop.said()).toContain('npm install @opentelemetry/sdk-node');
  await until(async () => (await loop.get('/readyz')).status === 200, loop.said);
  const { lastCycle, warnings } = JSON.parse((await loop.get('/api/status')).text);
  expect(lastCycle.verdict).toBe('pass');
  expect(JSON.stringify(warnings)).toContain('@opentelemetry/sdk-node is not installed');
  const { stdout } = await vigilProcess(['doctor'], { cwd: folder, env });
  expect(stdout).toMatch(/! telemetry +OTEL_EXPORTER_OTLP_ENDPOINT is set, but @opentelemetry\/sdk-node/);
  expect(stdout).toContain('→ npm install @opentelemetry/sdk-node');
});
