// @module-tag openssl
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { accessFor, accessOf, useAccess } from '../../../src/clients/access/access.ts';
import { forgetTokens } from '../../../src/clients/access/oauth2.ts';
import { closeConnections, send } from '../../../src/clients/http/http.ts';
import { validateConfig } from '../../../src/core/config/validate.ts';
import { failureOf, httpServer, temporaryFolder } from '../servers.ts';
import { makeAuthority } from './authority.ts';

afterAll(closeConnections);
afterEach(() => {
  forgetTokens();
  vi.unstubAllEnvs();
});

/** A service that takes what `accepts` says, and what it was asked with. */
async function guarded(accepts: (authorization: string) => boolean) {
  const seen: string[] = [];
  const url = await httpServer((request, response) => {
    const { authorization = '' } = request.headers;
    seen.push(authorization);
    response.writeHead(accepts(authorization) ? 200 : 401);
    response.end(request.headers['x-scope-orgid'] ?? '');
  });
  return { url, seen };
}

/** Makes everything of this configuration asked as it says. */
function using(services: object, more: object = {}) {
  const probes = [{ type: 'http', url: '/' }];
  const config = validateConfig({ services, probes, ...more }, 'x');
  useAccess(accessOf(config));
  return config;
}

test('a bearer token, a login and header lines are sent below the address alone', async () => {
  vi.stubEnv('SHOP_TOKEN', 'token-of-the-shop');
  vi.stubEnv('SHOP_PASSWORD', 'pass-word');
  const shop = await guarded((authorization) => authorization !== '');
  const bearer = { bearer: 'env:SHOP_TOKEN', headers: { 'X-Scope-OrgID': 'shop' } };
  const basic = { basic: { username: 'vigil', password: 'env:SHOP_PASSWORD' } };
  using({ api: { url: `${shop.url}/api`, auth: bearer }, admin: { url: `${shop.url}/admin`, auth: basic } });
  expect(await send(`${shop.url}/api/orders`)).toMatchObject({ status: 200, text: 'shop' });
  expect((await send(`${shop.url}/admin?x=1`)).status).toBe(200);
  expect((await send(`${shop.url}/apis`)).status).toBe(401);
  expect((await send(`${shop.url}/api`, { access: 'none' })).status).toBe(401);
  const login = Buffer.from('vigil:pass-word').toString('base64');
  expect(shop.seen).toEqual(['Bearer token-of-the-shop', `Basic ${login}`, '', '']);
});

test('what the caller gives itself stands over the access', async () => {
  vi.stubEnv('SHOP_TOKEN', 'token-of-the-shop');
  const shop = await guarded(() => true);
  using({ api: { url: shop.url, auth: { bearer: 'env:SHOP_TOKEN' } } });
  await send(shop.url, { headers: { authorization: 'Bearer another' } });
  expect(shop.seen).toEqual(['Bearer another']);
});

test('instances, metrics elsewhere, Prometheus, Alertmanager and Grafana have their access', () => {
  const auth = { bearer: 'env:ONE' };
  using(
    {
      api: {
        url: 'https://shop.example.com',
        instances: ['http://10.0.0.1:1'],
        auth,
        metrics: { url: 'http://metrics.example.com/shop', auth: { bearer: 'env:TWO' } },
      },
    },
    {
      target: {
        prometheus: { url: 'http://prometheus.example.com', jobs: ['shop'], auth },
        grafana: { url: 'http://grafana.example.com', ca: 'ca.pem' },
        alertmanager: { url: 'http://alerts.example.com', auth },
      },
    },
  );
  expect(accessFor('http://10.0.0.1:1/health')).toMatchObject({ where: 'services.api', auth });
  expect(accessFor('http://metrics.example.com/shop')).toMatchObject({ auth: { bearer: 'env:TWO' } });
  expect(accessFor('http://prometheus.example.com/api/v1/query')).toMatchObject({
    where: 'target.prometheus',
  });
  expect(accessFor('http://grafana.example.com/api/health')).toMatchObject({ ca: 'ca.pem' });
  expect(accessFor('http://alerts.example.com/-/ready')).toMatchObject({ where: 'target.alertmanager' });
  expect(accessFor('http://elsewhere.example.com/')).toBeUndefined();
});

test('a secret that is refused is read again, and the request is sent once more', async () => {
  const file = path.join(await temporaryFolder(), 'token');
  writeFileSync(file, 'first-token\n');
  let wanted = 'Bearer first-token';
  const shop = await guarded((authorization) => authorization === wanted);
  using({ api: { url: shop.url, auth: { bearer: `file:${file}` } } });
  expect((await send(shop.url)).status).toBe(200);
  wanted = 'Bearer second-token';
  writeFileSync(file, 'second-token\n');
  expect((await send(shop.url)).status).toBe(200);
  expect(shop.seen).toEqual(['Bearer first-token', 'Bearer first-token', 'Bearer second-token']);
  // One that is wrong for good is neither read nor sent again at every request.
  wanted = 'Bearer third-token';
  writeFileSync(file, 'third-token\n');
  expect((await send(shop.url)).status).toBe(401);
  expect(shop.seen).toHaveLength(4);
});

test('a command is asked once for its stated time, and again when what it said is refused', async () => {
  const folder = await temporaryFolder();
  const [count, token] = [path.join(folder, 'count'), path.join(folder, 'token')];
  writeFileSync(token, 'first-token');
  const bearer = `exec:10m:echo x >> ${count}; cat ${token}`;
  let wanted = 'Bearer first-token';
  const shop = await guarded((authorization) => authorization === wanted);
  using({ api: { url: shop.url, auth: { bearer } } });
  expect((await send(shop.url)).status).toBe(200);
  expect((await send(shop.url)).status).toBe(200);
  expect(readFileSync(count, 'utf8')).toBe('x\n');
  wanted = 'Bearer second-token';
  writeFileSync(token, 'second-token');
  expect((await send(shop.url)).status).toBe(200);
  expect(readFileSync(count, 'utf8')).toBe('x\nx\n');
});

/** A server of tokens by client credentials; each token is another. */
async function tokenServer(answer: (count: number) => object) {
  const asked: { authorization: string | undefined; body: string }[] = [];
  const url = await httpServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    asked.push({ authorization: request.headers.authorization, body });
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answer(asked.length)));
  });
  return { url, asked };
}

test('a token by client credentials is fetched once, renewed before it ends and when it is refused', async () => {
  vi.stubEnv('CLIENT_SECRET', 'se+cret of it');
  const server = await tokenServer((count) => ({
    access_token: `token-${count}`,
    token_type: 'Bearer',
    expires_in: count === 1 ? 3600 : 1,
  }));
  const gone: string[] = [];
  const shop = await guarded(
    (authorization) => /^Bearer token-/.test(authorization) && !gone.includes(authorization),
  );
  const oauth2 = {
    tokenUrl: `${server.url}/token`,
    clientId: 'vigil',
    clientSecret: 'env:CLIENT_SECRET',
    scope: 'orders:read',
  };
  using({ api: { url: shop.url, auth: { oauth2 } } });
  const all = await Promise.all([send(shop.url), send(shop.url)]);
  expect(all.map(({ status }) => status)).toEqual([200, 200]);
  await send(shop.url);
  const client = Buffer.from('vigil:se%2Bcret+of+it').toString('base64');
  expect(server.asked[0]).toEqual({
    authorization: `Basic ${client}`,
    body: 'grant_type=client_credentials&scope=orders%3Aread',
  });
  expect(new Set(shop.seen).size).toBeLessThanOrEqual(2);
  const before = server.asked.length;
  gone.push(...shop.seen);
  expect((await send(shop.url)).status).toBe(200);
  expect(server.asked).toHaveLength(before + 1);
  // This one ends in a second, and is used for half of it.
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect((await send(shop.url)).status).toBe(200);
  expect(server.asked).toHaveLength(before + 2);
});

test('a server that gives no token is named, and no request goes out without one', async () => {
  vi.stubEnv('CLIENT_SECRET', 'the-secret');
  const server = await tokenServer(() => ({ error: 'invalid_client' }));
  const shop = await guarded(() => true);
  const oauth2 = { tokenUrl: `${server.url}/token`, clientId: 'vigil', clientSecret: 'env:CLIENT_SECRET' };
  using({ api: { url: shop.url, auth: { oauth2 } } });
  const failure = await failureOf(send(shop.url));
  expect(failure.message).toBe(`no token from ${server.url}/token: no access_token`);
  expect(shop.seen).toEqual([]);
});

test('an authority of its own is trusted, and a client certificate is shown, where the service says so', async () => {
  const { ca, client, server: own } = makeAuthority(await temporaryFolder());
  const server = https.createServer(
    { ...own, requestCert: true, rejectUnauthorized: false },
    (request, response) => {
      const socket = request.socket as TLSSocket;
      response.end(socket.authorized ? String(socket.getPeerCertificate().subject.CN) : 'a stranger');
    },
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect((await failureOf(send(`${url}/`))).message).toContain('unknown authority');
  using({ api: { url, ca }, admin: { url: `${url}/admin`, ca, auth: { certificate: client } } });
  expect((await send(`${url}/`)).text).toBe('a stranger');
  expect((await send(`${url}/admin/`)).text).toBe('client');
  using({ api: { url, ca: '/nowhere/ca.pem' } });
  expect((await failureOf(send(`${url}/`))).describe()).toMatch(
    /services\.api\.ca: \/nowhere\/ca\.pem can’t be read/,
  );
});

/** A proxy that leads every name to this machine, and whom it was asked for. */
async function proxyTo(port: () => number) {
  const asked: string[] = [];
  const server = http.createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const { pathname } = new URL(request.url ?? '');
    http.get({ port: port(), path: pathname, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500);
      answer.pipe(response);
    });
  });
  server.on('connect', (request, socket) => {
    asked.push(`CONNECT ${request.url}`);
    const through = net.connect(port(), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      through.pipe(socket).pipe(through);
    });
    through.on('error', () => socket.destroy());
    socket.on('error', () => through.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

test('what goes out takes the proxy of the environment, and what is excepted does not', async () => {
  const { ca, server: own } = makeAuthority(await temporaryFolder());
  const plain = await guarded(() => true);
  const secure = https.createServer(own, (_request, response) => response.end('secure'));
  secure.listen(0, '127.0.0.1');
  await once(secure, 'listening');
  onTestFinished(() => {
    secure.close();
    secure.closeAllConnections();
  });
  let port = Number(new URL(plain.url).port);
  const proxy = await proxyTo(() => port);
  vi.stubEnv('HTTP_PROXY', proxy.url);
  vi.stubEnv('NO_PROXY', 'intern.test');
  expect((await send('http://shop.test/health')).status).toBe(200);
  port = (secure.address() as AddressInfo).port;
  using({ api: { url: 'https://shop.test', ca } });
  expect((await send('https://shop.test/secure')).text).toBe('secure');
  expect((await send(plain.url)).status).toBe(200);
  expect((await failureOf(send('http://api.intern.test/'))).message).toContain('DNS');
  expect(proxy.asked).toEqual(['GET http://shop.test/health', 'CONNECT shop.test:443']);
});
