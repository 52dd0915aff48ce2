import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import tls from 'node:tls';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { expiredCertificate } from '../../fixtures/range/expired-certificate.ts';
import { freePort } from '../../fixtures/range/spawn-server.ts';
import { closeConnections, send } from '../../src/clients/http/http.ts';
import { failureOf, httpServer, rawServer, temporaryFolder } from './servers.ts';

afterAll(closeConnections);

describe('an answer', () => {
  test('of any status is returned, with lower-case headers, body and duration', async () => {
    const url = await httpServer((request, response) => {
      response.writeHead(Number(request.url?.slice(1)), { 'X-Thing': 'a' });
      response.write('{"ok":');
      setTimeout(() => response.end('true}'), 60);
    });
    for (const status of [200, 404, 500, 503]) {
      const began = performance.now();
      const answer = await send(`${url}/${status}`);
      expect(answer).toMatchObject({ status, url: `${url}/${status}`, text: '{"ok":true}' });
      expect(answer.headers['x-thing']).toBe('a');
      expect(answer.json()).toEqual({ ok: true });
      // The duration goes to the end of the body, not of the header lines.
      expect(answer.durationMs).toBeGreaterThan(50);
      expect(answer.durationMs).toBeLessThan(performance.now() - began + 1);
    }
  });

  test('that redirects for ever is one answer', async () => {
    let requests = 0;
    const url = await httpServer((_request, response) => {
      requests += 1;
      response.writeHead(302, { location: '/again' }).end();
    });
    const { status, headers } = await send(url);
    expect({ status, location: headers.location, requests }).toEqual({
      status: 302,
      location: '/again',
      requests: 1,
    });
  });

  test('that is no JSON is refused with its address and its first 120 characters', async () => {
    const url = await httpServer((_request, response) => response.end(`<html>${'x'.repeat(500)}`));
    const answer = await send(`${url}/health`);
    const failure = await failureOf(Promise.resolve().then(() => answer.json()));
    expect(failure.code).toBe('TARGET_CONTRACT');
    expect(failure.message).toBe(`${url}/health: expected JSON, got "<html>${'x'.repeat(114)}…"`);
  });

  test('gets the method, the JSON body and the headers of its request', async () => {
    const url = await httpServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      const { method, headers } = request;
      response.end(
        JSON.stringify({ method, type: headers['content-type'], trace: headers.traceparent, body }),
      );
    });
    const post = await send(url, { json: { a: 1 }, headers: { traceparent: '00-x' } });
    expect(post.json()).toEqual({ method: 'POST', type: 'application/json', trace: '00-x', body: '{"a":1}' });
    expect((await send(url, { method: 'PUT', body: 'raw' })).json()).toMatchObject({
      method: 'PUT',
      body: 'raw',
    });
    expect((await send(url)).json()).toMatchObject({ method: 'GET', body: '' });
  });

  test('comes over a unix socket', async () => {
    const socket = path.join(await temporaryFolder(), 'api.sock');
    await httpServer((request, response) => response.end(request.url), socket);
    expect((await send('http://docker/containers', { socketPath: socket })).text).toBe('/containers');
  });

  const json = '{"a":"größer"}';
  test.for<[string, Record<string, string>, Buffer]>([
    ['gzip', { 'content-encoding': 'gzip' }, gzipSync(json)],
    ['deflate', { 'content-encoding': 'deflate' }, deflateSync(json)],
    ['deflate without a header', { 'content-encoding': 'Deflate' }, deflateRawSync(json)],
    ['zstd', { 'content-encoding': 'zstd' }, zstdCompressSync(json)],
    ['two codings', { 'content-encoding': 'gzip, br' }, brotliCompressSync(gzipSync(json))],
    ['a byte order mark', {}, Buffer.from(`\ufeff${json}`)],
    ['UTF-16', {}, Buffer.from(`\ufeff${json}`, 'utf16le')],
    ['a charset', { 'content-type': 'application/json; charset="ISO-8859-1"' }, Buffer.from(json, 'latin1')],
  ])('is read in whatever it is coded: %s', async ([, headers, body]) => {
    const url = await httpServer((_request, response) => response.writeHead(200, headers).end(body));
    expect((await send(url)).json()).toEqual({ a: 'größer' });
  });

  test('in what nobody knows is told as such', async () => {
    const answer = (headers: Record<string, string>) =>
      httpServer((_request, response) => response.writeHead(200, headers).end('x'));
    const coded = await failureOf(send(await answer({ 'content-encoding': 'compress' })));
    expect(coded.message).toContain('got content-encoding compress');
    const written = await failureOf(send(await answer({ 'content-type': 'text/plain; charset=klingon' })));
    expect(written.message).toContain('got charset klingon');
  });

  test('uses connections again', async () => {
    const ports = new Set<number | undefined>();
    const url = await httpServer((request, response) => {
      ports.add(request.socket.remotePort);
      response.end();
    });
    for (let i = 0; i < 10; i += 1) await send(url);
    // A request that comes in the very turn in which the last one ended may open a second.
    expect(ports.size).toBeLessThanOrEqual(2);
  });
});

describe('credentials in a URL', () => {
  test('are sent as a header and shown nowhere', async () => {
    const url = await httpServer((request, response) => response.end(request.headers.authorization));
    const answer = await send(`${url.replace('//', '//admin:s3cret@')}/x?api_key=k3y&q=1`);
    expect(answer.text).toBe(`Basic ${Buffer.from('admin:s3cret').toString('base64')}`);
    expect(answer.url).toContain('admin:[redacted]@127.0.0.1');
    expect(answer.url).toContain('api_key=[redacted]&q=1');
  });

  test('are not in the error either', async () => {
    const failure = await failureOf(send(`http://admin:s3cret@127.0.0.1:${await freePort()}/?token=t0k3n`));
    expect(failure.describe()).toContain('connection refused');
    expect(failure.describe()).not.toMatch(/s3cret|t0k3n/);
  });
});

describe('a target that fails', () => {
  test('by refusing is named with what to do', async () => {
    const url = `http://127.0.0.1:${await freePort()}/health`;
    const failure = await failureOf(send(url));
    expect(failure).toMatchObject({
      code: 'TARGET_UNREACHABLE',
      message: `${url}: connection refused`,
      where: url,
      expected: 'an HTTP answer within 5 s',
      received: 'connection refused',
    });
    expect(failure.hint).toContain('running');
  });

  test('by its name is a DNS failure', async () => {
    const failure = await failureOf(send('http://no-such-host.invalid/'));
    expect(failure.message).toMatch(/^http:\/\/no-such-host\.invalid\/: DNS: /);
  });

  test('by never answering ends at the time-out', async () => {
    const address = await rawServer(() => {});
    const failure = await failureOf(send(`http://${address}/`, { timeoutMs: 150 }));
    expect(failure.message).toBe(`http://${address}/: no answer within 150 ms`);
  });

  test('by never finishing the TLS handshake ends at the time-out', async () => {
    const address = await rawServer(() => {});
    const failure = await failureOf(send(`https://${address}`, { timeoutMs: 150 }));
    expect(failure.message).toBe(`https://${address}: no connection within 150 ms`);
  });

  test.each([
    ['header lines', 'HTTP/1.1 200 OK\r\n', 'x-a: b\r\n', 'no answer within 200 ms'],
    ['interim answers', '', 'HTTP/1.1 102 Processing\r\n\r\n', 'no answer within 200 ms'],
    ['its body', 'HTTP/1.1 200 OK\r\n\r\n', 'x', 'answer not complete within 200 ms'],
  ])('by trickling %s ends at the time-out', async (_what, first, again, message) => {
    const address = await rawServer((socket) => {
      socket.write(first);
      const timer = setInterval(() => socket.write(again), 20);
      socket.on('close', () => clearInterval(timer));
    });
    expect((await failureOf(send(`http://${address}`, { timeoutMs: 200 }))).message).toContain(message);
  });

  test.each([
    [
      'resetting',
      (socket: { resetAndDestroy(): void }) => socket.resetAndDestroy(),
      /connection (reset|closed)/,
    ],
    ['closing', (socket: { destroy(): void }) => socket.destroy(), /connection (reset|closed)/],
  ])('by %s is said so', async (_what, end, message) => {
    const address = await rawServer((socket) => socket.once('data', () => end(socket)));
    const failure = await failureOf(send(`http://${address}`));
    expect(failure.code).toBe('TARGET_UNREACHABLE');
    expect(failure.message).toMatch(message);
  });

  test('by ending in the middle of the body is said so', async () => {
    const address = await rawServer((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc'));
    });
    expect((await failureOf(send(`http://${address}`))).message).toMatch(/connection closed|body shorter/);
  });

  test('by not speaking HTTP breaks the contract', async () => {
    const address = await rawServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
    const failure = await failureOf(send(`http://${address}`));
    expect(failure.code).toBe('TARGET_CONTRACT');
    expect(failure.message).toContain('an answer that is not HTTP');
  });

  test('by endless header lines is cut off', async () => {
    const address = await rawServer((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\n${`x-long: ${'y'.repeat(1000)}\r\n`.repeat(40)}`);
    });
    expect((await failureOf(send(`http://${address}`))).message).toContain('header lines over 16 KiB');
  });

  test('by an endless body is cut off at the limit', async () => {
    let sent = 0;
    const chunk = Buffer.alloc(64 * 1024);
    const url = await httpServer((_request, response) => {
      const more = () => {
        sent += chunk.length;
        if (!response.destroyed) response.write(chunk, () => setImmediate(more));
      };
      more();
    });
    const failure = await failureOf(send(url, { maxBytes: 1024 ** 2 }));
    expect(failure.code).toBe('TARGET_CONTRACT');
    expect(failure.message).toContain('got a body over 1 MiB');
    // What the sockets buffer comes on top of the limit, a gigabyte does not.
    expect(sent).toBeLessThan(32 * 1024 ** 2);
  });

  test('by declaring a gigabyte is refused before it comes', async () => {
    const address = await rawServer((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${1024 ** 3}\r\n\r\n`);
    });
    expect((await failureOf(send(`http://${address}`))).message).toContain('got a body over 16 MiB');
  });

  test('by a decompression bomb is refused', async () => {
    const bomb = gzipSync(Buffer.alloc(4 * 1024 ** 2));
    const url = await httpServer((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    });
    expect((await failureOf(send(url, { maxBytes: 1024 ** 2 }))).message).toContain('got a body over 1 MiB');
  });

  test('by a missing unix socket is named', async () => {
    const socketPath = path.join(await temporaryFolder(), 'absent.sock');
    const failure = await failureOf(send('http://docker/x', { socketPath }));
    expect(failure.message).toBe(`http://docker/x (socket ${socketPath}): no such socket`);
  });

  test('by an expired certificate is named', { tags: ['openssl'] }, async () => {
    const folder = await temporaryFolder();
    const { key, cert } = expiredCertificate(folder);
    const server = tls.createServer({ key, cert }).listen(0, '127.0.0.1');
    server.on('tlsClientError', () => {});
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect((await failureOf(send(url))).message).toMatch(/TLS certificate is self-signed|expired/);
    // Trusted, so that its age is all that is wrong with it.
    const ca = path.join(folder, 'trusted.pem');
    writeFileSync(ca, cert);
    const access = { url, where: 'services.api', ca };
    expect((await failureOf(send(url, { access }))).message).toBe(`${url}: TLS certificate expired`);
  });

  test('by speaking plain HTTP where TLS is expected is named', async () => {
    const url = await httpServer((_request, response) => response.end());
    expect((await failureOf(send(url.replace('http:', 'https:')))).message).toContain('no TLS at that port');
  });

  test.each(['ftp://host/', 'not a url', 'http://'])(
    'by the address %s is a mistake of ours',
    async (url) => {
      expect((await failureOf(send(url))).code).toBe('HARNESS');
    },
  );
});

test('a request that was given up while it waited for a connection is never sent', async () => {
  const seen: string[] = [];
  let release = () => {};
  const url = await httpServer((request, response) => {
    seen.push(request.url ?? '');
    if (request.url === '/first') release = () => response.end('done');
    else response.end();
  });
  const connections = { connections: 1, timeoutMs: 10_000 };
  const first = send(`${url}/first`, { connections });
  const second = send(`${url}/second`, { connections, method: 'POST', timeoutMs: 50 });
  expect((await failureOf(second)).message).toContain('no connection within 50 ms');
  release();
  expect((await first).text).toBe('done');
  expect((await send(`${url}/third`, { connections })).status).toBe(200);
  expect(seen).toEqual(['/first', '/third']);
});
