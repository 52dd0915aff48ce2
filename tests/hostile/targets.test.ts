import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { closeConnections } from '../../src/clients/http/http.ts';
import { validateConfig } from '../../src/core/config/validate.ts';
import { scrapeAll } from '../../src/monitor/loop/scrape.ts';
import { httpServer, rawServer, temporaryFolder } from '../clients/servers.ts';

afterAll(closeConnections);

const mebibyte = 1 << 20;
const metrics = '# TYPE genesis_operations_total counter\ngenesis_operations_total 5\n';

const servicesOf = (orchestration: string) => validateConfig({ target: { orchestration } }, 'x').services;

/** Series of a deployment at an address, as the loop takes them. */
async function scraped(orchestration: string) {
  const [scrape] = await scrapeAll(servicesOf(orchestration), {}, 'genesis', false);
  const series =
    scrape?.samples.map(({ series, value }) => [typeof series === 'string' ? series : series.name, value]) ??
    [];
  return { series, failure: scrape?.failure };
}

const sending = (start: string, again: string, everyMs = 0) =>
  rawServer((socket) => {
    socket.write(start);
    const timer = setInterval(() => socket.writableLength < mebibyte && socket.write(again), everyMs);
    socket.on('close', () => clearInterval(timer));
  });
const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n';

async function withCertificate(names: string): Promise<string> {
  const folder = await temporaryFolder();
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => path.join(folder, name)) as [string, string];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-keyout',
      key,
      '-out',
      cert,
      '-days',
      '2',
      '-subj',
      '/CN=other.example',
      '-addext',
      `subjectAltName=${names}`,
    ],
    { stdio: 'pipe' },
  );
  const server = https.createServer(
    { key: readFileSync(key), cert: readFileSync(cert) },
    (_request, response) => response.end(metrics),
  );
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a deployment that hangs, trickles, resets, redirects, floods or lies about what it sends is down, never up', {
  tags: ['openssl'],
}, async () => {
  let redirects = 0;
  const servers: Record<string, string | Promise<string>> = {
    hangs: rawServer(() => {}).then((at) => `http://${at}`),
    'trickles its head': sending('HTTP/1.1 200 OK\r\n', 'x-a: b\r\n', 50).then((at) => `http://${at}`),
    'trickles its body': sending(`${head}transfer-encoding: chunked\r\n\r\n`, '1\r\n#\r\n', 50).then(
      (at) => `http://${at}`,
    ),
    resets: rawServer((socket) => void socket.once('data', () => socket.resetAndDestroy())).then(
      (at) => `http://${at}`,
    ),
    'redirects for ever': httpServer((_request, response) => {
      redirects += 1;
      response.writeHead(302, { location: '/metrics' }).end(metrics);
    }),
    'answers a gigabyte': sending(
      `${head}content-length: 1073741824\r\n\r\n`,
      `# ${'x'.repeat(65_533)}\n`,
    ).then((at) => `http://${at}`),
    'answers without end': sending(
      `${head}transfer-encoding: chunked\r\n\r\n`,
      `10000\r\n# ${'x'.repeat(65_533)}\n\r\n`,
    ).then((at) => `http://${at}`),
    'ends too early': rawServer(
      (socket) => void socket.once('data', () => socket.end(`${head}content-length: 500\r\n\r\n${metrics}`)),
    ).then((at) => `http://${at}`),
    'ends in the middle of a chunk': rawServer(
      (socket) =>
        void socket.once('data', () =>
          socket.end(
            `${head}transfer-encoding: chunked\r\n\r\n${metrics.length.toString(16)}\r\n${metrics}\r\n`,
          ),
        ),
    ).then((at) => `http://${at}`),
    'answers a page': httpServer((_request, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>all is well</html>'),
    ),
    'answers JSON': httpServer((_request, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"up":1}'),
    ),
    'answers with an error and good metrics': httpServer((_request, response) =>
      response.writeHead(500).end(metrics),
    ),
    'answers 204': httpServer((_request, response) => response.writeHead(204).end()),
    'has a certificate for another name': withCertificate('DNS:other.example'),
    'has a certificate that nobody signed': withCertificate('IP:127.0.0.1'),
    'speaks no TLS': httpServer((_request, response) => response.end(metrics)).then((url) =>
      url.replace('http:', 'https:'),
    ),
  };
  const before = process.memoryUsage().rss;
  const began = performance.now();
  const seen = await Promise.all(
    Object.entries(servers).map(async ([name, url]) => [name, await scraped(await url)] as const),
  );
  for (const [name, { series, failure }] of seen) {
    expect([name, series]).toEqual([name, [['up', 0]]]);
    expect(failure, name).toBeTruthy();
  }
  expect(redirects).toBe(1);
  expect(performance.now() - began).toBeLessThan(20_000);
  expect(process.memoryUsage().rss - before).toBeLessThan(300 * mebibyte);
});

test('a deployment on IPv6 only is reached by its address', async () => {
  const server = http.createServer((_request, response) => response.end(metrics));
  server.listen({ port: 0, host: '::1', ipv6Only: true });
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  expect((await scraped(`http://[::1]:${port}`)).series).toContainEqual(['up', 1]);
  expect((await scraped(`http://127.0.0.1:${port}`)).series).toEqual([['up', 0]]);
});

test('what a deployment says of the watch itself is not believed', async () => {
  const url = await httpServer((_request, response) =>
    response.end(
      `${metrics}genesis_test_pass_rate 1\ngenesis_tests_total 36\ngenesis_tests_passed_total 36\nvigil_coverage_ratio 1\nup 1\n`,
    ),
  );
  expect((await scraped(url)).series).toEqual([
    ['up', 1],
    ['genesis_operations_total', 5],
  ]);
});

test('labels that hold a secret keep their series apart', async () => {
  const url = await httpServer((_request, response) =>
    response.end(
      'genesis_operations_total{said="it is hunter22"} 5\ngenesis_operations_total{said="was hunter22"} 6\n',
    ),
  );
  const redact = (text: string) => text.replaceAll(/.*hunter22/g, '[redacted]');
  const [scrape] = await scrapeAll(servicesOf(url), {}, 'genesis', false, undefined, redact);
  const said =
    scrape?.samples.flatMap(({ series }) =>
      typeof series === 'string' ? [] : (series.labels?.said ?? []),
    ) ?? [];
  expect(new Set(said).size).toBe(2);
  expect(said.join()).not.toContain('hunter22');
});
