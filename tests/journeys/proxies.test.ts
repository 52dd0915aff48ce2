// @module-tag openssl

import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { makeAuthority } from '../clients/access/authority.ts';
import { temporaryFolder } from '../clients/servers.ts';
import { startSmallLoop, until } from '../monitor/loop/small-loop.ts';
import { emptyFolder, vigil } from '../scripts/vigil.ts';

async function listening(server: http.Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

const login = `Basic ${Buffer.from('vigil:way-out').toString('base64')}`;

/** Everything that is not this machine, as the proxy reaches it: the shop's cart is broken, the store says 1 to everything. */
const world: http.RequestListener = (request, response) => {
  const isCart = request.headers.host === 'shop.test' && request.url === '/cart';
  const value = { resultType: 'vector', result: [{ metric: {}, value: [Date.now() / 1000, '1'] }] };
  response.writeHead(isCart ? 500 : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ status: 'success', data: value }));
};

/** A forward proxy that demands a login, leads every name to the world, and keeps whom it was asked for. */
async function startProxy(plainPort: number, securePort: number) {
  const asked = new Set<string>();
  const isLetThrough = ({ headers }: http.IncomingMessage) => headers['proxy-authorization'] === login;
  const server = http.createServer((request, response) => {
    // Whoever asks without a scheme takes the proxy for the server.
    const url = URL.parse(request.url ?? '');
    if (!url) return void response.writeHead(400).end();
    if (!isLetThrough(request)) return void response.writeHead(407).end();
    asked.add(`${request.method} ${url.origin}${url.pathname}`);
    const { 'proxy-authorization': _, ...headers } = request.headers;
    const path = url.pathname + url.search;
    const forwarded = http.request({ port: plainPort, method: request.method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(forwarded);
  });
  server.on('connect', (request, socket) => {
    socket.on('error', () => {});
    if (!isLetThrough(request)) return void socket.end('HTTP/1.1 407 Login\r\n\r\n');
    asked.add(`CONNECT ${request.url}`);
    const through = net.connect(securePort, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      through.pipe(socket).pipe(through);
    });
    through.on('error', () => socket.destroy());
  });
  return { host: `127.0.0.1:${await listening(server)}`, asked };
}

test('everything that goes out takes the proxy, by its absolute address or through CONNECT', async () => {
  const authority = makeAuthority(await temporaryFolder());
  const secure = https.createServer(authority.server, world);
  const proxy = await startProxy(await listening(http.createServer(world)), await listening(secure));
  const rate = 'sum(rate(requests_total[{{window}}]))';
  const config = {
    services: { shop: { url: 'http://shop.test', traffic: { operations: rate, errors: rate } } },
    store: { url: 'http://store.test/prometheus' },
    probes: [
      { type: 'http', url: '/cart' },
      { type: 'http', url: 'https://shop.test/login' },
      { type: 'tcp', host: 'mail.test', port: 25 },
    ],
    sampleInterval: '1s',
    fastInterval: '1s',
    notifications: {
      channels: [
        { type: 'webhook', url: 'http://hooks.test/told' },
        { type: 'heartbeat', url: 'http://beats.test/alive' },
        { type: 'alertmanager', url: 'https://shop.test/alertmanager' },
      ],
    },
  };
  const env = {
    HTTP_PROXY: `http://vigil:way-out@${proxy.host}`,
    NO_PROXY: 'direct.test',
    NODE_EXTRA_CA_CERTS: authority.ca,
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector.test:4318/v1/traces',
    OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'https://shop.test:4318/v1/metrics',
    OTEL_METRIC_EXPORT_INTERVAL: '1000',
  };
  const loop = await startSmallLoop(config, ['--interval', '1h'], env);
  const expected = [
    'GET http://shop.test/cart',
    'POST http://store.test/prometheus/api/v1/query',
    'POST http://hooks.test/told',
    'POST http://beats.test/alive/fail',
    'POST http://collector.test:4318/v1/traces',
    'CONNECT shop.test:443',
    'CONNECT shop.test:4318',
  ];
  const missing = () => expected.filter((one) => !proxy.asked.has(one));
  await until(
    () => missing().length === 0,
    () => `${missing().join(', ')} of ${[...proxy.asked].join(', ')}\n${loop.said()}`,
  );
  loop.child.kill('SIGTERM');
  await loop.ended();

  const cwd = emptyFolder({ 'vigil.config.json': JSON.stringify(config) });
  const { stdout } = await vigil(['doctor'], { cwd, env });
  const ways = stdout.split('\n').flatMap((line) => /^✓ proxy +(.*)$/.exec(line)?.slice(1) ?? []);
  const by = (origin: string) => `${origin} by http://${proxy.host}`;
  expect(ways.toSorted()).toEqual(
    [
      by('http://shop.test'),
      by('https://shop.test'),
      by('http://store.test'),
      by('http://hooks.test'),
      by('http://beats.test'),
      by('http://collector.test:4318'),
      by('https://shop.test:4318'),
      'tcp mail.test:25 directly: it is not HTTP',
    ].toSorted(),
  );
  expect(stdout).not.toContain('way-out');
  expect(stdout).toContain('store                  http://store.test/prometheus answers queries by POST');

  const stranger = { ...env, HTTP_PROXY: `http://${proxy.host}` };
  const refused = (await vigil(['doctor'], { cwd, env: stranger })).stdout;
  expect(refused).toContain(
    `http://shop.test (by the proxy http://${proxy.host}): the proxy demands a login (407)`,
  );
  expect(refused).toContain('give it in HTTP_PROXY and HTTPS_PROXY');
});
