// @module-tag git
// @module-tag nginx
// @module-tag openssl
// @module-tag prometheus_client

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { create } from 'tar';
import { Agent, request } from 'undici';
import { expect, onTestFinished, test } from 'vitest';
import { openHistoryReader } from '../../src/history/open-history.ts';
import { rollbackRuns } from '../../src/release/rollback/runs/run.ts';
import { sha256 } from '../release/rollback/two-releases.ts';
import { emptyFolder, startVigil, vigil } from '../scripts/vigil.ts';

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A folder with the release that runs, its archive, and how it is started. */
async function deployed(program: (port: number, app: string) => string[], health: string) {
  const folder = emptyFolder({});
  const file = (name: string) => path.join(folder, name);
  const port = await freePort();
  fs.mkdirSync(file('app'));
  const lay = (release: object) => fs.writeFileSync(file('app/release.json'), JSON.stringify(release));
  lay({ release: 'v1' });
  await create({ file: file('v1.tar.gz'), cwd: file('app'), gzip: true }, ['release.json']);
  fs.writeFileSync(file('v1.tar.gz.sha256'), `${sha256(file('v1.tar.gz'))}  v1.tar.gz\n`);
  const url = `http://127.0.0.1:${port}`;
  const restart = [process.execPath, here('restart.mjs'), file('pid'), `${url}${health}`];
  const start = [...restart, ...program(port, file('app'))];
  const run = ([command = '', ...args]: string[]) => execFileSync(command, args, { stdio: 'inherit' });
  run(start);
  onTestFinished(() => void run(restart));
  const rollback = {
    automatic: true,
    options: ['backup'],
    cwd: folder,
    release: 'v1',
    commands: { restart: start },
    verify: { settle: '1s' },
    backup: { archive: file('v1.tar.gz'), folder: file('app') },
  };
  return {
    folder,
    file,
    url,
    rollback,
    deploy(release: object) {
      lay(release);
      run(start);
    },
  };
}

/** TLS by an authority of its own, a base path, and the service behind it. */
async function behindNginx(folder: string, upstream: string) {
  const file = (name: string) => path.join(folder, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const subject = ['-nodes', '-newkey', 'rsa:2048', '-days', '2'];
  openssl('req', '-x509', ...subject, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=shop authority');
  openssl('req', ...subject.slice(0, 3), '-keyout', 'shop.key', '-out', 'shop.csr', '-subj', '/CN=shop');
  fs.writeFileSync(file('san'), 'subjectAltName=IP:127.0.0.1\n');
  const sign = ['x509', '-req', '-in', 'shop.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'];
  openssl(...sign, '-days', '2', '-extfile', 'san', '-out', 'shop.pem');
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

/** Users, some forty requests a second, until the test is over. */
function users(url: string, paths: readonly [method: 'GET' | 'POST', path: string][], ca?: string) {
  const dispatcher = new Agent({ connect: ca ? { ca: fs.readFileSync(ca) } : {} });
  const over = new AbortController();
  const one = async () => {
    for (let turn = 0; !over.signal.aborted; turn += 1) {
      const [method, where] = paths[turn % paths.length] as (typeof paths)[number];
      await request(`${url}${where}`, { method, dispatcher })
        .then(({ body }) => body.dump())
        .catch(() => undefined);
      await sleep(50);
    }
  };
  void Promise.all([one(), one()]).finally(() => dispatcher.close());
  onTestFinished(() => over.abort());
}

/** Times so short that a rollout takes half a minute. */
const shortened = {
  interval: '4s',
  timeout: '3500ms',
  fastInterval: '2s',
  sampleInterval: '1s',
  monitoring: { timeScale: 0.03 },
  rollout: {
    plan: [
      { percent: 25, after: '12s' },
      { percent: 50, after: '24s' },
    ],
  },
};

/** A healthy release passes two stages; a bad one is blocked and rolled back. */
async function rollOut(folder: string, config: object, deploy: (release: object) => void, failing: object) {
  fs.writeFileSync(path.join(folder, 'vigil.config.json'), JSON.stringify(config, null, 2));
  const options = { cwd: folder };
  const gate = (...args: string[]) => vigil(['gate', ...args], options);
  const loop = startVigil(['monitor', '--loop', '--port', '0'], options);
  try {
    expect(await gate('--deployed', 'v1')).toMatchObject({ code: 0 });
    for (const stage of ['25', '50']) {
      const { code, stdout } = await gate('--to', stage, '--wait', '90s');
      expect(code, stdout).toBe(0);
    }
    expect(await gate('--deployed', 'v2')).toMatchObject({ code: 0 });
    deploy({ release: 'v2', ...failing });
    const blocked = await gate('--to', '25', '--wait', '16s');
    expect(blocked.code, blocked.stdout).toBe(1);
    const reader = openHistoryReader({ file: path.join(folder, 'reports', 'vigil.sqlite') });
    const ended = () => rollbackRuns(reader, 0, Date.now()).find(({ status }) => status !== 'running');
    for (let tries = 0; tries < 90 && !ended(); tries += 1) await sleep(1000);
    const run = ended();
    reader.close();
    const log = fs.readFileSync(path.join(folder, 'reports/logs/rollback.log'), 'utf8');
    expect(run, log).toMatchObject({ status: 'succeeded' });
    return blocked.stdout;
  } finally {
    loop.child.kill('SIGTERM');
    const { stdout, stderr } = await loop.ended;
    expect(`${stdout}${stderr}`).not.toMatch(/genesis|orchestrat|planner/i);
  }
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
  const said = await rollOut(shop.folder, config, shop.deploy, { failing: 0.3 });
  expect(said).toContain('checkout');
});

test('a Python service with the metric names of OpenTelemetry: the same, from what init writes', async () => {
  const search = await deployed(
    (port, app) => ['/usr/bin/python3', here('shop.py'), String(port), app],
    '/health',
  );
  users(search.url, [
    ['GET', '/search'],
    ['POST', '/order'],
  ]);
  const made = await vigil(['init', '--url', search.url, '--yes'], { cwd: search.folder });
  expect(made.code, made.stderr).toBe(0);
  const [written = ''] = fs.readdirSync(search.folder).filter((name) => /^vigil\.config\./.test(name));
  const text = fs.readFileSync(path.join(search.folder, written), 'utf8');
  fs.rmSync(path.join(search.folder, written));
  // The package is not installed here; what helps the editor is nothing at run time.
  const plain = path.join(search.folder, 'made.mjs');
  fs.writeFileSync(plain, text.replace(/^import .*$/m, '').replace('defineConfig(', '('));
  const { default: own } = await import(plain);
  // The suite that it writes needs the package installed; probes stand in for it.
  const { suite: _, ...services } = own;
  const config = {
    ...services,
    ...shortened,
    probes: [
      { type: 'http', id: 'search', service: 'service', url: '/search' },
      { type: 'http', id: 'order', service: 'service', url: '/order', method: 'POST', samples: 10 },
    ],
    rollback: search.rollback,
  };
  await rollOut(search.folder, config, search.deploy, { failing: 0.3 });
});
