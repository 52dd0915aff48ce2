// @module-tag git
// @module-tag nginx
// @module-tag openssl

import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openAuthority } from '../../fixtures/authority.ts';
import { freePort } from '../../fixtures/range/spawn-server.ts';
import { deployed, here, rollOut, shortened, users } from './roll-out.ts';

/** TLS by an authority of its own, a base path, and the service behind it. */
async function behindNginx(folder: string, upstream: string) {
  const file = (name: string) => path.join(folder, name);
  openAuthority(folder).issue('shop', 'subjectAltName=IP:127.0.0.1');
  const port = await freePort();
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${file(`tmp-${name}`)};`,
  );
  fs.writeFileSync(
    file('nginx.conf'),
    `pid ${file('nginx.pid')};
error_log ${file('nginx.log')};
events {}
http {
  access_log off;
  ${temp.join('\n  ')}
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate ${file('shop.pem')};
    ssl_certificate_key ${file('shop.key')};
    location /shop/ { proxy_pass ${upstream}/; }
  }
}
`,
  );
  const nginx = spawn('nginx', ['-c', file('nginx.conf'), '-e', file('nginx.log'), '-g', 'daemon off;'], {
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
    stdio: 'ignore',
  });
  onTestFinished(() => void nginx.kill('SIGTERM'));
  return { url: `https://127.0.0.1:${port}/shop`, ca: file('ca.pem') };
}

test('a shop with prom-client behind nginx, TLS and a base path: 25 and 50 % pass, a bad release is blocked and rolled back', async () => {
  const shop = await deployed(
    (port, app) => [process.execPath, here('shop.mjs'), String(port), app],
    '/healthz',
  );
  const front = await behindNginx(shop.folder, shop.url);
  users(
    front.url,
    [
      ['GET', '/products'],
      ['POST', '/checkout'],
      ['GET', '/orders/1'],
    ],
    front.ca,
  );
  const config = {
    ...shortened,
    name: 'Shop',
    services: {
      shop: {
        url: front.url,
        ca: front.ca,
        health: '/healthz',
        metrics: { url: `${shop.url}/metrics` },
        traffic: { preset: 'prom-client', minimum: 20 },
        release: { path: '/healthz', json: '$.build.sha' },
      },
    },
    probes: [
      { type: 'http', id: 'products', service: 'shop', url: '/products', contains: 'Kettle' },
      {
        type: 'http',
        id: 'checkout',
        service: 'shop',
        url: '/checkout',
        method: 'POST',
        samples: 10,
        json: { status: 'completed' },
      },
    ],
    rollback: shop.rollback,
  };
  const bad = { failing: 0.3, refusing: true };
  const said = await rollOut(shop.folder, config, shop.deploy, bad, 'RejectedRequestsRising');
  expect(said).toContain('checkout');
});
