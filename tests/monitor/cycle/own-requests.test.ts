import { describe, expect, onTestFinished, test } from 'vitest';
import { evaluate } from '../../../src/alerts/signals/algebra/evaluate.ts';
import { MemorySource } from '../../../src/alerts/signals/algebra/memory-source.ts';
import { signalExpressions } from '../../../src/alerts/signals/algebra/named.ts';
import { namingOf } from '../../../src/alerts/signals/naming.ts';
import { send } from '../../../src/clients/http/http.ts';
import { validateConfig } from '../../../src/core/config/validate.ts';
import { countOwnRequests } from '../../../src/monitor/cycle/own-requests.ts';
import { scrapeAll } from '../../../src/monitor/loop/scrape.ts';
import { httpServer } from '../../clients/servers.ts';

/**
 * A service that counts its requests by status and perhaps by path, those of Vigil too unless it leaves them out, and so many
 * users' a step.
 */
async function countingShop({ byPath = false, users = 0, countsVigil = true }) {
  const counts = new Map<string, number>();
  const add = (path: string, count: number) => {
    const labels = byPath ? `status_code="200",path="${path}"` : 'status_code="200"';
    counts.set(labels, (counts.get(labels) ?? 0) + count);
  };
  const url = await httpServer((request, response) => {
    const path = request.url ?? '';
    const lines = [...counts].flatMap(([labels, count]) => [
      `http_request_duration_seconds_bucket{le="0.1",${labels}} ${count}`,
      `http_request_duration_seconds_bucket{le="+Inf",${labels}} ${count}`,
      `http_request_duration_seconds_count{${labels}} ${count}`,
    ]);
    if (countsVigil) add(path, 1);
    response.end(`# TYPE http_request_duration_seconds histogram\n${lines.join('\n')}\n`);
  });
  return { url, step: () => add('/orders', users) };
}

/** What twenty scrapes show of a shop that Vigil asks twice between each. */
async function watched(how: Parameters<typeof countingShop>[0]) {
  const shop = await countingShop(how);
  const services = { shop: { url: shop.url, metrics: '/metrics', traffic: 'prom-client' } };
  const config = validateConfig({ services, probes: [{ type: 'http', url: '/' }] }, 'test');
  const own = countOwnRequests(config.services);
  onTestFinished(() => own.close());
  const source = new MemorySource();
  for (let step = 0; step <= 20; step += 1) {
    const at = { timeMs: step * 15_000 };
    const scrapes = await scrapeAll(config.services, {}, 'vigil', false, undefined, (text) => text, {
      ownRequests: own,
    });
    for (const { series, value } of scrapes.flatMap(({ samples }) => samples)) {
      if (typeof series !== 'string') source.add(series.name, series.labels, { ...at, value });
    }
    for (const { samples } of own.families()) {
      for (const { name, labels, value } of samples)
        source.add(name, { ...labels, job: 'vigil' }, { ...at, value });
    }
    shop.step();
    for (const path of ['/', '/orders']) await send(`${shop.url}${path}`);
  }
  const expressions = signalExpressions(namingOf(config));
  return (signal: keyof typeof expressions) => evaluate(expressions[signal], source, 300_000);
}

describe.for([{ byPath: false }, { byPath: true }])('with labels as in %o', ({ byPath }) => {
  test('what Vigil asks itself is no user traffic, and tells nothing of its latency', async () => {
    const value = await watched({ byPath, users: 0 });
    expect(value('throughput')).toBeCloseTo(0, 1);
    expect(value('throughput')).toBeGreaterThanOrEqual(0);
    expect(value('errorRatio')).toBeUndefined();
    expect(value('latencyP95')).toBeUndefined();
  });

  test('users are counted without it, and their latency is known while they are most', async () => {
    const value = await watched({ byPath, users: 300 });
    expect(value('throughput')).toBeCloseTo(20, 0);
    expect(value('errorRatio')).toBe(0);
    expect(value('latencyP95')).toBeLessThanOrEqual(0.1);
  });
});

test('of a service that counts no request of Vigil few users are unknown, and many are never fewer than none', async () => {
  const few = await watched({ users: 1, countsVigil: false });
  expect(few('throughput')).toBeUndefined();
  expect(few('errorRatio')).toBeUndefined();
  const many = await watched({ users: 300, countsVigil: false });
  expect(many('throughput')).toBeCloseTo(20, 0);
});

test('a request says that it is Vigil’s, unless it says something else', async () => {
  const seen: Record<string, unknown>[] = [];
  const url = await httpServer(({ headers }, response) => {
    seen.push(headers);
    response.end();
  });
  await send(url);
  await send(url, { headers: { 'User-Agent': 'shop-probe/1' } });
  expect(seen[0]).toMatchObject({ 'user-agent': 'vigil', 'x-vigil': '1', baggage: 'vigil=1' });
  expect(seen[1]).toMatchObject({ 'user-agent': 'shop-probe/1', 'x-vigil': '1' });
});
