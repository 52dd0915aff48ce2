import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { History } from '../../src/history/history.ts';
import { openHistory } from '../../src/history/open-history.ts';
import { type Server, serve } from '../../src/monitor/loop/serve.ts';
import { gateExtension } from '../../src/release/gate/http/gate-extension.ts';
import { openPage } from '../../src/views/page/live/routes.ts';
import { askedMs, recordGreen, setup } from '../release/gate/green.ts';
import { served } from '../release/gate/served.ts';
import { rawGet, rawRequest } from './raw-request.ts';

const token = 'correct-horse-battery';
const gets = [
  '/metrics',
  '/healthz',
  '/readyz',
  '/api/status',
  '/api/alerts',
  '/api/evidence',
  '/api/gate?to=50',
  '/api/rollout',
  '/api/argo?to=50',
];
const changes = [
  '/api/gate',
  '/api/deployments',
  '/api/argo',
  '/flagger/confirm-rollout',
  '/flagger/confirm-traffic-increase',
  '/flagger/confirm-promotion',
  '/flagger/event',
];

async function open(history: History, perMinute = 1_000_000): Promise<Server> {
  const gate = gateExtension({ history, setup, now: () => askedMs, token, perMinute });
  return serve(served, { host: '127.0.0.1', port: 0 }, [gate, openPage().extension]);
}

let history: History;
let server: Server;
const written = () => Number(history.database.prepare('SELECT total_changes() AS n').get()?.n);

const reports = mkdtempSync(path.join(tmpdir(), 'vigil-port-'));

beforeAll(() => {
  history = openHistory({ file: path.join(reports, 'vigil.sqlite'), now: () => new Date(askedMs) });
  recordGreen(history, {});
  history.database.prepare('UPDATE state SET time_ms = ?').run(askedMs);
});
beforeAll(async () => {
  server = await open(history);
});
afterAll(async () => {
  await server.close();
  history.close();
  rmSync(reports, { recursive: true });
});

test('whatever is asked without the token, or with another, nothing is written', async () => {
  const before = written();
  const method = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY', 'PROPFIND');
  const route = fc.constantFrom(
    ...gets,
    ...changes,
    '/flagger/rollback',
    '/api/page',
    '/assets/page.js',
    '/',
    '/api',
    '/API/GATE',
    '/api/gate/',
    '//api/gate',
    '/api/%67ate',
  );
  const authorization = fc.constantFrom(
    '',
    'Bearer',
    'Bearer wrong',
    `bearer ${token}x`,
    `Basic ${token}`,
    `Digest ${token}`,
    `Bearer  ${token} x`,
    `Basic ${Buffer.from(token).toString('base64')}`,
  );
  const body = fc.constantFrom(
    '',
    '{}',
    '{"to":50,"by":"eve"}',
    '{"release":"v9","by":"eve"}',
    '{"name":"genesis","namespace":"prod","phase":"Progressing","checksum":"9"}',
    '{"__proto__":{"to":50},"by":"eve"}',
    '[[[[',
    'to=50&by=eve',
  );
  const type = fc.constantFrom(
    'application/json',
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
  );
  await fc.assert(
    fc.asyncProperty(method, route, authorization, body, type, async (verb, to, by, text, as) => {
      const { status } = await rawRequest(
        server.url,
        `${verb} ${to} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\nauthorization: ${by}\r\ncontent-type: ${as}\r\ncontent-length: ${text.length}\r\nx-http-method-override: POST\r\n\r\n${text}`,
      );
      expect(status).toBeGreaterThanOrEqual(200);
      expect(status).not.toBe(500);
      expect(written()).toBe(before);
    }),
    { numRuns: 400 },
  );
  // What is written by those who have it shows that the test would see it.
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const init = { method: 'POST', headers, body: '{"to":50,"by":"carol"}' };
  expect((await fetch(`${server.url}/api/gate`, init)).status).toBe(200);
  expect(written()).toBeGreaterThan(before);
});

test.each([
  '/../../../../etc/passwd',
  '/..%2f..%2f..%2fetc%2fpasswd',
  '/%2e%2e/%2e%2e/%2e%2e/etc/passwd',
  '/%252e%252e%252fetc%252fpasswd',
  '/..%5c..%5c..%5cetc%5cpasswd',
  '/....//....//etc/passwd',
  '/metrics%00.html',
  '/metrics/../../etc/passwd',
  '/api/../vigil.sqlite',
  '/reports/vigil.sqlite',
  '/.git/config',
  '/assets/..%2f..%2f..%2f..%2fpackage.json',
  '/assets/%2e%2e%2findex.html',
  '/docs/..%2f..%2f..%2f..%2f..%2fetc%2fpasswd',
  '/docs/../package.json',
  '/docs/%2fetc%2fpasswd',
  '/docs/__proto__',
  '/assets/constructor',
  '/api/page?hours=../../etc/passwd',
  '/api/page/events?hours=1e999',
  '/%c0%ae%c0%ae/etc/passwd',
  'http://evil.example/etc/passwd',
  'file:///etc/passwd',
  '*',
  '/%',
  `/${'a/'.repeat(4000)}`,
])('the path %s leads nowhere', async (route) => {
  const { status, head, body } = await rawGet(server.url, route);
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).not.toBe(500);
  expect(head + body).not.toMatch(/root:x:|SQLite format|\[core\]|"dependencies"/);
});

test('every answer, of mistakes too, says that it loads nothing, is of its type and is not kept', async () => {
  const asked = [...gets, '/nowhere', '/api/evidence?since=no', '/api/gate?to=33', '/%'];
  for (const route of asked) {
    const { headers, status } = await fetch(server.url + route);
    const seen = ['content-security-policy', 'x-content-type-options', 'cache-control'].map((name) =>
      headers.get(name),
    );
    expect([route, status, ...seen]).toEqual([route, status, "default-src 'none'", 'nosniff', 'no-store']);
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('content-type')).not.toContain('html');
  }
});

test.each<[what: string, route: string, header?: string]>([
  ['a query', '/api/evidence?since=%0d%0aset-cookie:%20a=b%0d%0a%0d%0a<script>'],
  ['a stage', '/api/gate?to=50%0d%0aset-cookie:%20a=b'],
  ['an Argo stage', '/api/argo?to=%0d%0aset-cookie:%20a=b'],
  ['a path', '/x%0d%0aset-cookie:%20a=b'],
  ['a forwarded address', '/api/gate?to=50', 'x-forwarded-for: a\tset-cookie: a=b\r\n'],
  ['another host', '/api/status', 'x-forwarded-host: evil.example\r\n'],
])('no header comes of %s', async (_, route, header = '') => {
  const { head, status } = await rawGet(server.url, route, header);
  expect(status).toBeGreaterThan(0);
  expect(head).not.toMatch(/set-cookie|evil\.example/i);
});

test.each([
  ['two lengths', 'content-length: 3\r\ncontent-length: 4\r\n\r\nabc'],
  ['a length and chunks', 'content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['chunks that are none', 'transfer-encoding: chunked\r\n\r\nzz\r\n'],
  ['a folded header', 'x-a: b\r\n c: d\r\n\r\n'],
  ['a header without a name', ': x\r\n\r\n'],
  ['a bare line feed', 'x-a: b\nhost: evil\r\n\r\n'],
  ['32 KiB of headers', `${'x-a: bbbbbbbbbbbbbbbbbbbbbbbb\r\n'.repeat(1100)}\r\n`],
])('a request with %s is refused, and the port goes on', async (_, rest) => {
  const { status } = await rawRequest(
    server.url,
    `POST /api/gate HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\nauthorization: Bearer ${token}\r\n${rest}`,
  );
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(500);
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
});

test.each([...changes, '/flagger/rollback', '/metrics', '/api/status'])(
  'a body without end is cut off at %s',
  async (route) => {
    const socket = net.connect(Number(new URL(server.url).port), '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => {});
    let sent = 0;
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.resume();
    socket.write(
      `POST ${route} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`,
    );
    const chunk = `10000\r\n${' '.repeat(0x10000)}\r\n`;
    const more = () => {
      if (!socket.writable || sent > 1 << 28) return;
      sent += chunk.length;
      socket.write(chunk, (error) => void (error ?? setImmediate(more)));
    };
    more();
    await closed;
    expect(sent).toBeLessThan(1 << 26);
  },
);

test('a document that is nested without end is a mistake of the caller', async () => {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  for (const body of [
    '['.repeat(16_000),
    `${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}`,
    '{"constructor":{"prototype":{"x":1}}}',
  ]) {
    const answer = await fetch(`${server.url}/api/deployments`, { method: 'POST', headers, body });
    expect(answer.status).toBe(400);
  }
});

test('1,000 connections that say nothing keep nobody out', { timeout: 60_000 }, async () => {
  const quiet = await open(history);
  onTestFinished(() => quiet.close());
  const port = Number(new URL(quiet.url).port);
  const sockets = Array.from({ length: 1000 }, () => net.connect(port, '127.0.0.1').on('error', () => {}));
  onTestFinished(() => sockets.forEach((socket) => void socket.destroy()));
  await Promise.all(sockets.map((socket) => (socket.connecting ? once(socket, 'connect') : undefined)));
  for (const route of ['/healthz', '/metrics', '/api/gate?to=50']) {
    const answer = await fetch(quiet.url + route);
    expect(answer.status).toBe(200);
    await answer.text();
  }
});

test('headers, bodies and connections that only trickle are cut off within seconds', {
  timeout: 60_000,
}, async () => {
  const slow = await open(history);
  onTestFinished(() => slow.close());
  const port = Number(new URL(slow.url).port);
  const starts = [
    'GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n',
    `POST /api/gate HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\ncontent-length: 4000\r\n\r\n`,
    '',
  ];
  const began = performance.now();
  const closed = starts.map(async (start, index) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.resume();
    if (start !== '') socket.write(start);
    const drip = setInterval(() => start !== '' && socket.write(index === 0 ? 'x-a: b\r\n' : ' '), 300);
    onTestFinished(() => {
      clearInterval(drip);
      socket.destroy();
    });
    // A reset is an end as well: once() of events would throw it.
    await new Promise((resolve) => socket.once('close', resolve));
    clearInterval(drip);
  });
  await Promise.race([Promise.all(closed), sleep(45_000)]);
  // The limits are 5 and 10 s; Node by itself looks after them every 30.
  expect(performance.now() - began).toBeLessThan(25_000);
});

test('one that doesn’t read its answers is not waited for', async () => {
  const limited = await open(history, 120);
  onTestFinished(() => limited.close());
  const socket = net.connect(Number(new URL(limited.url).port), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => {});
  socket.pause();
  for (let asked = 0; asked < 2000; asked += 1)
    socket.write('GET /api/gate?to=50 HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n');
  expect((await fetch(`${limited.url}/healthz`)).status).toBe(200);
});

test('the port is bound to loopback unless another address is asked for', () => {
  const port = Number(new URL(server.url).port).toString(16).toUpperCase().padStart(4, '0');
  const listening = ['tcp', 'tcp6'].flatMap((kind) =>
    readFileSync(`/proc/net/${kind}`, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, local = '', , state]) => local.endsWith(`:${port}`) && state === '0A')
      .map(([, local]) => local),
  );
  expect(listening).toEqual([`0100007F:${port}`]);
});

test('with server.read nothing is read without its token, but for what a supervisor and Prometheus ask', async () => {
  const gate = gateExtension({ history, setup, now: () => askedMs, token });
  const opened = async (isMetricsOpen: boolean) => {
    const readers = { tokens: ['of-readers', token], isMetricsOpen };
    const one = await serve(served, { host: '127.0.0.1', port: 0, readers }, [gate, openPage().extension]);
    onTestFinished(() => one.close());
    return (path: string, authorization?: string) =>
      fetch(`${one.url}${path}`, { headers: { ...(authorization && { authorization }) } });
  };
  const ask = await opened(true);
  const basic = (given: string) => `Basic ${Buffer.from(`ada:${given}`).toString('base64')}`;
  const closed = [
    ...gets.filter((path) => !/^\/(metrics|healthz|readyz)$/.test(path)),
    '/',
    '/assets/page.css',
    '/no',
  ];
  for (const path of closed) {
    const refused = await ask(path);
    expect.soft(refused.status, path).toBe(401);
    expect.soft(refused.headers.get('www-authenticate')).toMatch(/^Basic realm=/);
    expect.soft((await ask(path, 'Bearer of-nobody')).status, path).toBe(401);
    for (const given of ['Bearer of-readers', basic('of-readers'), `Bearer ${token}`])
      expect.soft((await ask(path, given)).status, path).not.toBe(401);
  }
  for (const path of ['/metrics', '/healthz', '/readyz?a=b']) expect((await ask(path)).status).not.toBe(401);
  const askClosed = await opened(false);
  expect((await askClosed('/metrics')).status).toBe(401);
  expect((await askClosed('/metrics', basic('of-readers'))).status).toBe(200);
  expect((await askClosed('/healthz')).status).not.toBe(401);
});
