// @module-tag nginx

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../../fixtures/range/spawn-server.ts';
import { validateConfig } from '../../../src/core/config/validate.ts';
import type { Action } from '../../../src/release/rollback/action.ts';
import { type PlanInput, upSteps } from '../../../src/release/rollback/plans/common.ts';
import type { StepContext } from '../../../src/release/rollback/steps/context.ts';
import { awaitUp } from '../../../src/release/rollback/steps/traffic.ts';
import { until } from './hooked-loop.ts';

/** nginx before these ports: one that refused is not asked again for three seconds. */
async function nginxBefore(ports: readonly number[]): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'vigil-nginx-'));
  const file = (name: string) => path.join(folder, name);
  const port = await freePort();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${file(name)};`,
  );
  const servers = ports.map((each) => `server 127.0.0.1:${each} max_fails=1 fail_timeout=3s;`);
  writeFileSync(
    file('nginx.conf'),
    `pid ${file('nginx.pid')};
events {}
http {
  access_log off;
  ${temporary.join('\n  ')}
  upstream replicas { ${servers.join(' ')} }
  server { listen 127.0.0.1:${port}; location / { proxy_pass http://replicas; } }
}
`,
  );
  const nginx = spawn('nginx', ['-c', file('nginx.conf'), '-e', file('error.log'), '-g', 'daemon off;'], {
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
    stdio: 'ignore',
  });
  onTestFinished(async () => {
    nginx.kill('SIGTERM');
    await once(nginx, 'exit');
    rmSync(folder, { recursive: true });
  });
  return `http://127.0.0.1:${port}`;
}

async function replicaAt(port: number): Promise<void> {
  const replica = http.createServer((_, answer) => answer.end('shop_up 1\n')).listen(port, '127.0.0.1');
  await once(replica, 'listening');
  onTestFinished(() => void replica.close().closeAllConnections());
}

const statusOf = (url: string): Promise<number> =>
  fetch(url).then(
    ({ status }) => status,
    () => 0,
  );

test.for([undefined, '/healthz'])(
  'replicas that answer again are not up for users while nginx holds them for dead, with health %s',
  async (health) => {
    const ports = [await freePort(), await freePort()];
    const url = await nginxBefore(ports);
    const instances = ports.map((port) => `http://127.0.0.1:${port}`);
    const service = { url, instances, metrics: '/metrics', ...(health && { health }) };
    const config = validateConfig(
      {
        services: { shop: service },
        probes: [{ type: 'http', url: '/' }],
        rollback: { options: ['git'], git: { folder: '/' }, commands: { restart: ['true'] } },
      },
      'a test',
    ) as PlanInput['config'];
    await until(async () => (await statusOf(url)) === 502);
    await statusOf(url);
    for (const port of ports) await replicaAt(port);
    expect(await statusOf(url)).toBe(502);
    const [{ action } = { action: undefined }] = upSteps(config);
    const said: string[] = [];
    const context = {
      signal: AbortSignal.timeout(20_000),
      progress: (text: string) => void said.push(text),
    };
    const up = await awaitUp.perform(action as Action & { kind: 'await-up' }, context as StepContext);
    expect(up).toMatch(/^up after/);
    expect(await statusOf(url)).toBe(200);
    expect(said).toContain(`${url}${health ?? ''} answers 502`);
  },
);
