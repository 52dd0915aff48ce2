import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { freePort, spawnServer } from '../../fixtures/range/spawn-server.ts';
import { httpServer } from '../clients/servers.ts';
import { until } from '../stack/ask.ts';
import { bin, emptyFolder, vigil } from './vigil.ts';

/** What belongs to the reference deployment alone. */
const words = /genesis|orchestrat|planner|htdag|\bhalo|\baop\b/i;

/** Each place where a text has such a word, with what stands around it. */
const found = (where: string, text: string): string[] =>
  text
    .split('\n')
    .flatMap((line) => {
      const at = line.search(words);
      return at < 0 ? [] : [`${where}: …${line.slice(Math.max(0, at - 60), at + 60)}…`];
    })
    .slice(0, 5);

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file).isFile() && !/sqlite|compile-cache/.test(file));
}

/** A shop without metrics, watched by a probe. */
async function shop(): Promise<string> {
  const url = await httpServer((_, response) => response.end('{"status":"ok"}'));
  return emptyFolder({
    'vigil.config.json': JSON.stringify({
      services: { shop: { url, health: '/healthz' } },
      probes: [{ type: 'http', url: '/' }],
      interval: '10s',
      timeout: '9900ms',
      sampleInterval: '1s',
    }),
  });
}

const served = [
  '/metrics',
  '/api/page',
  '/api/status',
  '/api/alerts',
  '/api/evidence',
  '/api/gate?to=25',
  '/healthz',
  '/readyz',
  '/',
  '/docs/incident-response.md',
];

test('nothing that is said, served, recorded or rendered for another service names the reference deployment', async () => {
  const cwd = await shop();
  const seen: string[] = [];
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await vigil(args, { cwd });
    seen.push(...found(`vigil ${args.join(' ')}`, `${stdout}\n${stderr}`));
    return code;
  };
  expect(await run('monitor')).toBe(0);
  expect(await run('monitor', '--json')).toBe(0);
  const address = `http://127.0.0.1:${await freePort()}`;
  const said: string[] = [];
  const loop = await spawnServer(
    process.execPath,
    [bin, 'monitor', '--loop', '--port', new URL(address).port],
    address,
    { readyPath: '/readyz', readyMs: 60_000, graceMs: 5000, cwd, onText: (text) => said.push(text) },
  );
  onTestFinished(() => loop.stop());
  await until('a cycle', async () =>
    /^vigil_tests_total\{.*\} \d/m.test(await (await fetch(`${address}/metrics`)).text()),
  );
  for (const route of served) {
    const answer = await fetch(address + route);
    expect(answer.status, route).toBeLessThan(500);
    seen.push(...found(route, await answer.text()));
  }
  await run('gate', '--deployed', 'v2');
  await run('gate', '--to', '25', '--junit', 'gate.xml');
  await run('gate', '--to', '25', '--json');
  for (const args of [['alerts'], ['checks'], ['checks', '--json'], ['rollback'], ['replay', '--json']])
    await run(...args);
  await loop.stop();
  seen.push(...found('the loop', said.join('')));
  await run('report', '--format', 'md,html,json');
  await run('replay');
  await run('export', '--out', 'samples.txt');
  await run('doctor', '--port', '0');
  await run('doctor', '--explain');
  expect(await run('render', '--out', 'monitoring')).toBe(0);
  for (const file of filesIn(cwd)) {
    const name = path.relative(cwd, file);
    seen.push(...found('a name', name), ...found(name, readFileSync(file, 'utf8')));
  }
  expect(seen).toEqual([]);
});
