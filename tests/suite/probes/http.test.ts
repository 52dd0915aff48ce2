import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { freePort } from '../../../fixtures/range/spawn-server.ts';
import { useAccess } from '../../../src/clients/access/access.ts';
import type { ProbeInput } from '../../../src/core/config/probes.ts';
import { answering, httpServer } from '../../clients/servers.ts';
import { ask, servicesOf } from './ask.ts';

let url: string;
let seen: { method: string | undefined; authorization: string | undefined; body: string }[];
beforeEach(async () => {
  seen = [];
  let count = 0;
  url = await httpServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    seen.push({ method: request.method, authorization: request.headers.authorization, body });
    count += 1;
    if (request.url === '/silent') return;
    if (request.url === '/sometimes' && count % 10 === 0) await sleep(150);
    response.writeHead(request.url === '/broken' ? 500 : 200, { 'x-release': 'v2' });
    response.end(
      request.url === '/text' ? 'all is well' : '{"status":"up","queue":{"depth":3},"parts":[{"name":"db"}]}',
    );
  });
});

describe('an HTTP probe', () => {
  test.each(['env:VIGIL_TEST_NOT_SET', 'file:/nowhere/token'])(
    'is unknown, not failed, when its secret %s is missing: that says nothing of the service',
    async (authorization) => {
      const asked = ask({ type: 'http', url: `${url}/`, headers: { authorization } });
      await expect(asked).rejects.toMatchObject({ name: 'UnknownOutcome' });
      await expect(asked).rejects.toThrow(authorization);
      expect(seen).toEqual([]);
    },
  );

  test.for<[string, Omit<Extract<ProbeInput, { type: 'http' }>, 'type' | 'url'> & { path?: string }, RegExp]>(
    [
      ['the status', { path: '/broken' }, /status 500, expected 200/],
      ['the same of several requests', { path: '/broken', samples: 3 }, /expected 200 \(3 times\)/],
      ['one status of several', { path: '/broken', status: [200, 204] }, /status 500, expected 200 or 204/],
      ['a header', { header: { 'X-Release': 'v1' } }, /header X-Release is "v2", expected "v1"/],
      ['a header that is missing', { header: { etag: 'x' } }, /header etag is nothing/],
      ['the body', { path: '/text', contains: 'on fire' }, /does not contain "on fire"/],
      ['a value', { json: { status: 'down' } }, /status is "up", expected "down"/],
      ['a value in a list', { json: { 'parts[0].name': 'cache' } }, /parts\[0\]\.name is "db"/],
      ['a value that is missing', { json: { 'queue.length': 3 } }, /queue\.length is nothing, expected 3/],
      ['a limit of a value', { json: { '$.queue.depth': '< 3' } }, /queue\.depth is 3, expected < 3/],
      ['JSON at all', { path: '/text', json: { status: 'up' } }, /the body is not JSON/],
      ['an answer in time', { path: '/silent', timeout: '200ms' }, /no answer within 200 ms/],
    ],
  )('can fail by %s', async ([, { path = '/', ...more }, says]) => {
    const asked = await ask({ type: 'http', url: `${url}${path}`, ...more });
    expect(asked.passes).toBe(false);
    expect(asked.says).toMatch(says);
  });

  test('passes when the answer is as expected, with its latency', async () => {
    const asked = await ask({
      type: 'http',
      url: `${url}/`,
      header: { 'x-release': 'v2' },
      contains: 'depth',
      json: { status: 'up', 'queue.depth': '< 100', 'parts[0].name': 'db' },
      latency: '< 5 s',
    });
    expect(asked.passes).toBe(true);
    expect(asked.measurements.map(({ name }) => name)).toEqual([
      `answers of ${url} not as expected`,
      'latency',
    ]);
    expect(asked.measurements[1]?.value).toBeGreaterThan(0);
  });

  test('sends method, headers by reference and body', async () => {
    process.env.PROBE_TEST_TOKEN = 'Bearer t0k3n-of-the-test';
    const headers = { authorization: 'env:PROBE_TEST_TOKEN' };
    const asked = await ask({ type: 'http', url: `${url}/`, method: 'PUT', body: 'hello', headers });
    delete process.env.PROBE_TEST_TOKEN;
    expect(seen).toEqual([{ method: 'PUT', authorization: 'Bearer t0k3n-of-the-test', body: 'hello' }]);
    expect(asked.says).not.toContain('t0k3n');
  });

  test('judges percentiles by what was asked: the P95 of a slow tail fails, the median doesn’t', async () => {
    const limits = { samples: 20, p50: '< 100 ms', p95: '< 100 ms' };
    const asked = await ask({ type: 'http', url: `${url}/sometimes`, ...limits });
    const [, slowest, median, p95] = asked.measurements;
    expect(slowest).toMatchObject({ name: 'slowest answer', sample: 20 });
    expect(slowest?.value).toBeGreaterThan(0.14);
    expect(p95?.value).toBeGreaterThan(0.1);
    expect(median?.value).toBeLessThan(p95?.value ?? 0);
    expect(asked.passes).toBe(false);
  });

  test('a service that is down is a fault with its reason, and its latency is no pass', async () => {
    const down = `http://127.0.0.1:${await freePort()}/`;
    const asked = await ask({ type: 'http', url: down, p95: '< 1 s', timeout: 2000 });
    expect(asked.passes).toBe(false);
    expect(asked.says).toContain('connection refused');
    expect(asked.measurements.find(({ name }) => name === 'P95 latency')?.value).toBe(2);
  });

  test('a path of a named service is asked there, and its body must say what that service calls a success', async () => {
    const service = await httpServer(
      answering({ '/api/task': [200, { status: 'failed' }], '/api/done': [200, { status: 'completed' }] }),
    );
    const success = { json: { '$.status': 'completed' } };
    const around = { targetUrl: url, services: servicesOf({ api: { url: `${service}/api`, success } }) };
    const asked = await ask({ type: 'http', service: 'api', url: '/task' }, around);
    expect(asked).toMatchObject({ passes: false });
    expect(asked.says).toContain('$.status is "failed", expected "completed"');
    expect(await ask({ type: 'http', service: 'api', path: '/done' }, around)).toMatchObject({
      passes: true,
    });
    const own = { type: 'http', service: 'api', url: '/task', json: { status: 'failed' } } as const;
    expect(await ask(own, around)).toMatchObject({ passes: true });
  });

  test('a path of a service is asked with its access, a whole address as by a stranger', async () => {
    const service = await httpServer((request, response) => {
      response.writeHead(request.headers.authorization === 'Bearer of-the-shop' ? 200 : 401).end();
    });
    useAccess([
      { url: service, where: 'services.api', auth: { headers: { authorization: 'Bearer of-the-shop' } } },
    ]);
    const around = { services: servicesOf({ api: { url: service } }) };
    expect(await ask({ type: 'http', service: 'api', url: '/' }, around)).toMatchObject({ passes: true });
    expect(await ask({ type: 'http', url: `${service}/`, status: 401 }, around)).toMatchObject({
      passes: true,
    });
  });

  test('a path is asked of the target, and without one it says what is missing', async () => {
    await expect(ask({ type: 'http', url: '/' }, { targetUrl: url })).resolves.toMatchObject({
      passes: true,
    });
    await expect(ask({ type: 'http', url: '/' })).rejects.toThrow('/ is a path, and no target is declared');
  });
});
