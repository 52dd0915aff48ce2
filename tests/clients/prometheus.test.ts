import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../fixtures/range/spawn-server.ts';
import { prometheusReady, queryInstant, targetsUp } from '../../src/clients/prometheus.ts';
import { answering, failureOf, httpServer, startProgram } from './servers.ts';

describe('a real Prometheus', { tags: ['prometheus'] }, () => {
  let url = '';
  let deadPort = 0;
  let stop = async () => {};
  const folder = mkdtempSync(path.join(os.tmpdir(), 'vigil-prometheus-'));

  beforeAll(async () => {
    const port = await freePort();
    deadPort = await freePort();
    url = `http://127.0.0.1:${port}`;
    const config = path.join(folder, 'prometheus.yml');
    writeFileSync(
      config,
      `global: { scrape_interval: 1s }
scrape_configs:
  - { job_name: self, static_configs: [{ targets: ['127.0.0.1:${port}'] }] }
  - { job_name: dead, static_configs: [{ targets: ['127.0.0.1:${deadPort}'] }] }
`,
    );
    const args = [
      `--config.file=${config}`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
    ];
    ({ stop } = await startProgram('prometheus', args, `${url}/-/ready`));
    // Targets appear after discovery and have a state after their first scrape.
    for (let i = 0; i < 150; i += 1) {
      const states = await targetsUp(url, ['self', 'dead']);
      if (states.every(({ health }) => health === 'up' || health === 'down')) break;
      await sleep(100);
    }
  });
  afterAll(async () => {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('is ready', async () => {
    expect(await prometheusReady(url)).toBe(true);
  });

  test('tells which targets are up, down or absent', async () => {
    const states = await targetsUp(url, ['self', 'dead', 'ghost']);
    expect(states).toEqual([
      {
        job: 'self',
        instance: new URL(url).host,
        up: true,
        health: 'up',
        lastScrapeMs: expect.any(Number),
        scrapeIntervalMs: 1000,
      },
      {
        job: 'dead',
        instance: `127.0.0.1:${deadPort}`,
        up: false,
        health: 'down',
        lastError: expect.stringContaining('refused'),
        lastScrapeMs: expect.any(Number),
        scrapeIntervalMs: 1000,
      },
      { job: 'ghost', instance: '', up: false, lastError: 'no such job' },
    ]);
  });

  test('answers instant queries with numbers, also at another time', async () => {
    const up = await queryInstant(url, 'up');
    expect(up.map(({ metric, value }) => [metric.job, value]).sort()).toEqual([
      ['dead', 0],
      ['self', 1],
    ]);
    expect(await queryInstant(url, 'vector(1) / 0')).toMatchObject([{ metric: {}, value: Infinity }]);
    expect((await queryInstant(url, '0 / vector(0)'))[0]?.value).toBeNaN();
    expect(await queryInstant(url, '-1/0')).toMatchObject([{ value: -Infinity }]);
    expect(await queryInstant(url, 'time()', 1_700_000_000_500)).toEqual([
      { metric: {}, value: 1_700_000_000.5, timeMs: 1_700_000_000_500 },
    ]);
    expect(await queryInstant(url, 'no_such_metric')).toEqual([]);
  });

  test('explains a query that it refuses in its own words', async () => {
    const failure = await failureOf(queryInstant(url, 'rate(up'));
    expect(failure.code).toBe('TARGET_CONTRACT');
    expect(failure.message).toContain('bad_data');
    expect(failure.message).toContain('parse error');
    expect(failure.message).toContain(`${url}/api/v1/query`);
  });

  test('is refused a range where one value is asked for', async () => {
    expect((await failureOf(queryInstant(url, 'up[1m]'))).message).toContain('got a matrix');
  });
});

test('a Prometheus that is starting is not ready', async () => {
  const url = await httpServer(answering({ '/-/ready': [503, 'Service Unavailable'] }));
  expect(await prometheusReady(url)).toBe(false);
});

test('what is no Prometheus is named', async () => {
  const url = await httpServer(
    answering({ '/api/v1/query': [200, {}], '/api/v1/targets': [502, 'bad gateway'] }),
  );
  expect((await failureOf(queryInstant(url, 'up'))).message).toContain(
    'expected an answer of the Prometheus API',
  );
  const targets = targetsUp(url, ['a']);
  expect((await failureOf(targets)).message).toContain('got 502 "bad gateway"');
  const down = `http://127.0.0.1:${await freePort()}`;
  expect((await failureOf(prometheusReady(down))).code).toBe('TARGET_UNREACHABLE');
});
