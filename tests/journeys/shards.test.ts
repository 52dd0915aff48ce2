// @module-tag prometheus

import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort, type ServerProcess, spawnServer } from '../../fixtures/range/spawn-server.ts';
import { queryInstant } from '../../src/clients/prometheus.ts';
import { validateConfig } from '../../src/core/config/validate.ts';
import { monitoringFiles } from '../../src/setup/render/monitoring/monitoring-files.ts';
import { settingsOf } from '../../src/setup/render/monitoring/settings.ts';
import { bin, vigil } from '../scripts/vigil.ts';
import { until } from '../stack/ask.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'vigil-shards-'));
const file = (...names: string[]) => path.join(folder, ...names);
const names = ['north', 'south', 'west'] as const;
type Name = (typeof names)[number];
const intervalSeconds = 3;

const loops = {} as Record<Name, ServerProcess>;
const urls = {} as Record<Name, string>;
let store: ServerProcess;
let storeUrl: string;
const service = createServer((_request, response) => void response.end('{}'));
const serviceUrl = () => `http://127.0.0.1:${(service.address() as AddressInfo).port}`;

/** The suite of three probes, or of some more. */
const configOf = (probes: number, more: object = {}) => ({
  name: 'Shop',
  services: { api: { url: serviceUrl() } },
  probes: Array.from({ length: probes }, (_, at) => ({
    id: `probe-${at}`,
    service: 'api',
    type: 'http',
    url: `/${at}`,
  })),
  interval: `${intervalSeconds}s`,
  timeout: '2500ms',
  sampleInterval: '1s',
  monitoring: {
    probes: names.map((name) => ({ name, url: urls[name] })),
    prometheus: storeUrl,
    quorum: 1,
  },
  rollout: { plan: [{ percent: 50, after: '12s' }] },
  // The machine may be busy: what is judged here is what is missing.
  thresholds: { watchCoverage: { slo: { value: 0.5 } }, cycleAge: { slo: { value: 5 } } },
  ...more,
});

async function startShard(name: Name, probes: number): Promise<void> {
  const own = file(name, 'vigil.config.json');
  mkdirSync(file(name), { recursive: true });
  const shard = `${names.indexOf(name) + 1}/${names.length}`;
  writeFileSync(
    own,
    JSON.stringify(configOf(probes, { probe: name, reports: file(name), suite: { shard } })),
  );
  const args = [bin, 'monitor', '--loop', '--config', own, '--port', new URL(urls[name]).port];
  const options = { readyPath: '/readyz', readyMs: 60_000, graceMs: 5000, cwd: folder };
  loops[name] = await spawnServer(process.execPath, args, urls[name], options);
}

interface Decided {
  verdict: string;
  conditions: { id: string; outcome: string; detail: string }[];
}

/** What the whole is by the store, as the command says it. */
async function whole(probes = 3): Promise<Decided> {
  writeFileSync(file('gate.json'), JSON.stringify(configOf(probes, { reports: file('gate') })));
  const asked = ['gate', '--to', '50', '--source', 'prometheus', '--dry-run', '--json'];
  const { stdout, stderr } = await vigil([...asked, '--config', file('gate.json')], { cwd: folder });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Decided;
}

const detailOf = ({ conditions }: Decided) =>
  conditions
    .filter(({ outcome }) => outcome !== 'pass')
    .map(({ id, detail }) => `${id}: ${detail}`)
    .join('\n');

/** Whether every check of the suite was seen to pass, or none is known to fail and some were not seen. */
const seen = ({ conditions }: Decided) => conditions.find(({ id }) => id === 'checks')?.outcome;
const isSeen = (decided: Decided) => seen(decided) === 'pass';

const covered = async () => (await queryInstant(store.url, 'deployment:coverage_ratio:quorum'))[0]?.value;

beforeAll(async () => {
  service.listen(0, '127.0.0.1');
  await once(service, 'listening');
  for (const name of names) urls[name] = `http://127.0.0.1:${await freePort()}`;
  storeUrl = `http://127.0.0.1:${await freePort()}`;
  for (const { path: name, text } of await monitoringFiles(
    settingsOf(validateConfig(configOf(3), 'a test')),
  )) {
    mkdirSync(path.dirname(file('monitoring', name)), { recursive: true });
    writeFileSync(file('monitoring', name), text);
  }
  const args = [
    `--config.file=${file('monitoring', 'prometheus.yml')}`,
    `--storage.tsdb.path=${file('data')}`,
  ];
  store = await spawnServer(
    'prometheus',
    [...args, `--web.listen-address=${new URL(storeUrl).host}`, '--log.level=error'],
    storeUrl,
  );
  await Promise.all(names.map((name) => startShard(name, 3)));
  writeFileSync(file('gate.json'), JSON.stringify(configOf(3, { reports: file('gate') })));
  await vigil(['gate', '--deployed', 'v2', '--config', file('gate.json')], { cwd: folder });
});

afterAll(async () => {
  await Promise.all(Object.values(loops).map((loop) => loop.stop()));
  await store?.stop();
  service.close();
  service.closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
});

describe('three shards of one suite', () => {
  test('are the whole together', async () => {
    await until('all of it is seen', async () => {
      const decided = await whole();
      if (!isSeen(decided)) throw new Error(detailOf(decided));
      return true;
    });
    // Recorded by a rule, whose evaluation comes up to an interval after what the gate asks for itself.
    await until('all of it is covered', async () => (await covered()) === 1);
  });

  test('one that is killed leaves the whole unknown within one interval, and not covered', async () => {
    const killedAt = performance.now();
    process.kill(loops.south.pid, 'SIGKILL');
    await until('it is not covered', async () => ((await covered()) ?? 1) < 1);
    expect(await covered()).toBeCloseTo(2 / 3, 5);
    const decided = await whole();
    expect(performance.now() - killedAt).toBeLessThan(2 * intervalSeconds * 1000);
    expect([decided.verdict === 'pass', seen(decided)]).toEqual([false, 'unknown']);
  });

  test('one that comes back with the next version of the suite is an upgrade, and no lost check, until all have it', async () => {
    // One of its two more belongs to a shard that still runs the version before.
    await startShard('south', 5);
    const upgrading = await until('it is told', async () => {
      const decided = await whole(5);
      if (!/the suite is being upgraded/.test(detailOf(decided))) throw new Error(detailOf(decided));
      return decided;
    });
    expect([upgrading.verdict === 'pass', seen(upgrading)]).toEqual([false, 'unknown']);
    expect(detailOf(upgrading)).toMatch(/north, west on \w{8}; south on \w{8}/);
    await Promise.all((['north', 'west'] as const).map((name) => loops[name].stop()));
    await Promise.all((['north', 'west'] as const).map((name) => startShard(name, 5)));
    await until('all of it is seen again', async () => {
      const decided = await whole(5);
      return isSeen(decided) && !/upgraded/.test(detailOf(decided)) && (await covered()) === 1;
    });
  });
});
