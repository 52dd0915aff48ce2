import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { inOrder } from '../support/in-order.ts';
import { bin, emptyFolder, vigil } from './vigil.ts';

interface Row {
  name: string;
  state: string;
  headline: string;
  isProblem: boolean;
}

async function service(): Promise<string> {
  const server = createServer((_request, response) => response.end('ok'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const probed = (url: string) => ({
  services: { api: { url } },
  probes: [{ id: 'front', service: 'api', type: 'http', url: '/' }],
});

const shared = { interval: '1s', timeout: '900ms', sampleInterval: '1s' };

/** Waits for what an answer must show. */
async function until<T>(ask: () => Promise<T>, isThere: (value: T) => boolean): Promise<T> {
  for (const began = Date.now(); ; await sleep(100)) {
    const value = await ask().catch(() => undefined);
    if (value !== undefined && isThere(value)) return value;
    if (Date.now() - began > 60_000) throw new Error(`not seen within 60 s; last: ${JSON.stringify(value)}`);
  }
}

test('several deployments in one process: each is watched, a mistake in one costs the others nothing, and a reload is all or nothing', async () => {
  const [checkout, search] = [await service(), await service()];
  const config = (deployments: object) => JSON.stringify({ ...shared, concurrency: 1, deployments });
  const broken = { services: { api: { url: 'nonsense' } }, probes: [] };
  // A suite that never ends, and one that writes without an end.
  const hanging = { suite: { command: ['sh', '-c', 'exec sleep 60'], junit: 'none.xml' } };
  const cwd = emptyFolder({
    'vigil.config.json': config({ checkout: probed(checkout), search: probed(search), broken, hanging }),
  });
  const file = path.join(cwd, 'vigil.config.json');
  const child = spawn(process.execPath, [bin, 'monitor', '--loop', '--port', '0'], {
    cwd,
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const address = async () => /Serving (http:\/\/[^/:]+:\d+): /.exec(log)?.[1] ?? '';
  const url = await until(address, (text) => text !== '');
  const rows = async (): Promise<Row[]> =>
    ((await (await fetch(`${url}/api/deployments`)).json()) as { deployments: Row[] }).deployments;
  const named = (all: readonly Row[], name: string) => all.find((row) => row.name === name);
  const isClear = (name: string) => (all: readonly Row[]) => named(all, name)?.isProblem === false;

  const seen = await until(rows, (all) => isClear('checkout')(all) && isClear('search')(all));
  expect(named(seen, 'broken')).toMatchObject({
    state: 'not watched',
    headline: expect.stringMatching(/services\.api\.url/),
  });
  expect(seen.map(({ name }) => name).indexOf('broken')).toBeLessThan(
    seen.map(({ name }) => name).indexOf('checkout'),
  );

  const isPassing = (name: string) => new RegExp(`vigil_check_status\\{[^}]*deployment="${name}"[^}]*\\} 1`);
  const metrics = await until(
    async () => await (await fetch(`${url}/metrics`)).text(),
    (text) => ['checkout', 'search'].every((name) => isPassing(name).test(text)),
  );
  expect(metrics.match(/^# TYPE vigil_check_status /gm)).toHaveLength(1);
  expect(await (await fetch(`${url}/d/checkout/`)).text()).toMatch(
    inOrder('href="../../">← all deployments', 'checkout'),
  );
  expect((await fetch(`${url}/d/checkout/api/status`)).status).toBe(200);
  expect((await fetch(`${url}/d/nobody/api/status`)).status).toBe(404);
  expect(await (await fetch(`${url}/?search=check`)).text()).not.toContain('d/search/');

  writeFileSync(file, config({ checkout: probed(search), broken }));
  child.kill('SIGHUP');
  await until(
    async () => log,
    (text) => text.includes('the configuration was not read again'),
  );
  expect((await rows()).map(({ name }) => name)).toContain('search');

  writeFileSync(file, config({ checkout: probed(checkout), broken: probed(search) }));
  const after = await until(rows, isClear('broken'));
  expect(after.map(({ name }) => name).sort()).toEqual(['broken', 'checkout']);
  expect(log).toContain('broken (re)started, search ended');

  const which = await vigil(['gate', '--to', '25'], { cwd });
  expect(which.code).toBe(64);
  expect(which.stderr).toContain('which deployment?');
  const stopped = await vigil(['stop'], { cwd });
  expect(stopped.stdout).toMatch(/has ended within/);
  expect(stopped.code).toBe(0);
});

test('two deployments of one name are refused: their series and alerts would have the same label', async () => {
  const one = { name: 'Web Shop', ...probed('http://127.0.0.1:9') };
  const two = { ...one, name: 'web-shop' };
  const cwd = emptyFolder({
    'vigil.config.json': JSON.stringify({ ...shared, deployments: { checkout: one, search: two } }),
  });
  const { code, stderr } = await vigil(['monitor', '--loop', '--port', '0'], { cwd });
  expect(code).toBe(64);
  expect(stderr).toContain('its name "web-shop" is that of deployments.checkout too');
});
