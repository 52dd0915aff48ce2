// @module-tag root
// @module-tag ip
// @module-tag postgres
// @module-tag psql
// @module-tag pg_dump
// @module-tag prometheus
// @module-tag setpriv
// @module-tag curl
// @module-tag git
// @module-tag faketime
// @module-tag unshare

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { validateConfig } from '../../src/core/config/validate.ts';
import { monitoringFiles } from '../../src/setup/render/monitoring/monitoring-files.ts';
import { settingsOf } from '../../src/setup/render/monitoring/settings.ts';
import { type RealPostgres, startPostgres } from '../release/rollback/real-postgres.ts';
import { type SmallDeployment, useDeployments } from '../release/rollback/small-deployment.ts';
import { bin } from '../scripts/vigil.ts';
import { collected, type Ended } from '../support/collected.ts';
import { openNetwork, type TestNetwork } from '../support/network.ts';
import { requireProgram } from '../support/programs.ts';
import { vigilEnvironment } from '../support/vigil-here.ts';
import { failingSuite } from './failing-suite.ts';
import { slowRestart } from './slow-restart.ts';

const loopNames = ['north', 'south', 'west'] as const;
type LoopName = (typeof loopNames)[number];
type Machine = LoopName | 'store' | 'db' | 'shop';
const leaseMs = 3000;

/** The watched service: what a rollback asks of it, from its files. */
const shop = `
const { existsSync, readFileSync } = require('node:fs');
require('node:http').createServer((request, response) => {
  if (request.url === '/metrics') return response.end('# TYPE genesis_active_requests gauge\\ngenesis_active_requests 1\\n');
  const [file] = process.argv.slice(1);
  response.end(JSON.stringify({ status: 'pass', releaseId: existsSync(file) ? readFileSync(file, 'utf8').trim() : 'v2' }));
}).listen(8000);
`;

interface Loop {
  name: LoopName;
  child: ChildProcess;
  said(): string;
}

const run = promisify(execFile);
const deployments = useDeployments();
let network: TestNetwork<Machine>;
let postgres: RealPostgres;
let small: SmallDeployment;
const others: ChildProcess[] = [];
const loops = {} as Record<LoopName, Loop>;

const sql = (text: string) => postgres.query('ledger', text);
const configOf = (name: string) => small.file(`${name}.config.json`);
const steps = () =>
  existsSync(small.file('steps.log')) ? readFileSync(small.file('steps.log'), 'utf8').trim().split('\n') : [];
const rollbacks = () => Number(sql('SELECT count(*) FROM vigil.rollbacks'));
const lease = () => sql('SELECT name, fence FROM vigil.leases');
const leader = () => loopNames.find((name) => lease().startsWith(`${name} (`)) as LoopName;
const withoutLeader = () => loopNames.filter((name) => name !== leader());

/** What a loop answers, asked on its own machine. */
async function answerOf<T>(name: LoopName, route: string): Promise<T> {
  const [ip = '', ...there] = network.machines[name].command;
  const url = `http://${network.machines[name].address}:8002${route}`;
  const { stdout } = await run(ip, [...there, 'curl', '-s', '-m', '20', url]);
  return JSON.parse(stdout) as T;
}
interface Status {
  leader: { state: string };
  lastCycle: { startedAt: string } | null;
}
const stateOf = async (name: LoopName) => (await answerOf<Status>(name, '/api/status')).leader.state;
const missedBy = async (name: LoopName) =>
  (await answerOf<{ coverage: { missed: number } }>(name, '/api/status')).coverage.missed;
const gateOf = async (name: LoopName) =>
  (await answerOf<{ verdict: string; conditions?: { id: string; outcome: string }[] }>(
    name,
    '/api/gate?to=25',
  )) ?? {};

async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  forMs = 45_000,
): Promise<Exclude<T, false | null | undefined>> {
  const endMs = performance.now() + forMs;
  let last: unknown;
  while (performance.now() < endMs) {
    try {
      const found = await look();
      if (found) return found as Exclude<T, false | null | undefined>;
    } catch (thrown) {
      last = thrown;
    }
    await sleep(100);
  }
  const said = Object.values(loops).map((loop) => `--- ${loop.name}\n${loop.said()}`);
  throw new Error(`${what} never came (${last}); the lease: ${lease()}\n${said.join('\n')}`);
}

function startOn(
  name: Machine,
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): ChildProcess {
  const [ip = '', ...there] = network.machines[name].command;
  const child = spawn(ip, [...there, file, ...args], {
    cwd: small.folder,
    env: vigilEnvironment({ LEDGER_OF_TEST: ledgerAddress(), ...env }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  others.push(child);
  return child;
}

const ledgerAddress = () =>
  `postgres://${postgres.user}:${postgres.password}@${network.machines.db.address}:5432/ledger`;

function startLoop(name: LoopName, env: NodeJS.ProcessEnv = {}): void {
  const where = ['--host', network.machines[name].address, '--port', '8002'];
  const args = [bin, 'monitor', '--loop', ...where, '--config', configOf(name)];
  const child = startOn(name, process.execPath, args, env);
  loops[name] = { name, child, said: collected(child).said };
}

/** A command of a person on the machine of a loop. */
const vigilOn = (name: LoopName, ...args: string[]): Promise<Ended> =>
  collected(startOn(name, process.execPath, [bin, ...args, '--config', configOf(name)])).ended;

/** Writes the configurations of three Vigils on one deployment, and what Prometheus needs. */
async function configure(): Promise<void> {
  const base = JSON.parse(readFileSync(small.config('git', { automatic: true }), 'utf8'));
  const { machines } = network;
  const shared = {
    name: 'Shop',
    target: { url: `http://${machines.shop.address}:8000` },
    suite: { command: [process.execPath, '-e', failingSuite, '{junit}', small.file('fault')] },
    interval: '3s',
    timeout: '2500ms',
    fastInterval: '1s',
    sampleInterval: '500ms',
    thresholds: { passRate: { rollback: { value: 0.9, operator: '<', forSeconds: 1 } } },
    monitoring: {
      probes: loopNames.map((name) => ({ name, url: `http://${machines[name].address}:8002` })),
      prometheus: `http://${machines.store.address}:9090`,
    },
    ledger: { postgres: 'env:LEDGER_OF_TEST', lease: `${leaseMs}ms` },
    rollout: { plan: [{ percent: 25, after: '10s' }] },
    rollback: { ...base.rollback, commands: { restart: slowRestart(small) } },
  };
  for (const name of loopNames)
    writeFileSync(configOf(name), JSON.stringify({ ...shared, probe: name, reports: small.file(name) }));
  process.env.LEDGER_OF_TEST = ledgerAddress();
  for (const { path: name, text } of await monitoringFiles(settingsOf(validateConfig(shared, 'a test')))) {
    mkdirSync(path.dirname(small.file(`monitoring/${name}`)), { recursive: true });
    writeFileSync(small.file(`monitoring/${name}`), text);
  }
  delete process.env.LEDGER_OF_TEST;
}

const pairsOf = (one: Machine, all: readonly Machine[]): [Machine, Machine][] =>
  all.filter((other) => other !== one).map((other) => [one, other]);

beforeAll(async () => {
  network = openNetwork([...loopNames, 'store', 'db', 'shop'] as const);
  postgres = await startPostgres(network.machines.db);
  postgres.query('postgres', 'CREATE DATABASE ledger');
  small = deployments.deployment();
  await configure();
  startOn('shop', process.execPath, ['-e', shop, small.file('restarted')]);
  startOn('store', requireProgram('prometheus'), [
    `--config.file=${small.file('monitoring/prometheus.yml')}`,
    `--storage.tsdb.path=${small.file('data')}`,
    '--web.listen-address=:9090',
  ]);
  for (const name of loopNames) startLoop(name);
  await until('a leader that all know', async () => {
    const states = await Promise.all(loopNames.map(stateOf));
    return states.toSorted().join() === 'following,following,leading';
  });
  expect((await vigilOn('north', 'gate', '--deployed', 'v2', '--by', 'ci')).code).toBe(0);
  await until('the store knows what all three see', async () => {
    const [ip = '', ...there] = network.machines.store.command;
    const query = 'http://127.0.0.1:9090/api/v1/query?query=count(vigil_check_status==1)';
    const { stdout } = await run(ip, [...there, 'curl', '-s', '-m', '5', query]);
    return stdout.includes('"6"');
  });
});

afterAll(async () => {
  for (const child of others) child.kill('SIGKILL');
  await postgres?.stop();
  network?.close();
});

describe('three loops, Prometheus and PostgreSQL on machines of their own', () => {
  test('cut off from each other and from Prometheus, they hold, and who leads leads on', async () => {
    const before = lease();
    const needless: [Machine, Machine][] = [
      ...pairsOf('north', loopNames),
      ['south', 'west'],
      ['store', 'db'],
    ];
    const asking = pairsOf('store', ['store', ...loopNames]);
    for (const [one, other] of [...needless, ...asking]) network.cut(one, other);
    writeFileSync(small.file('fault'), '');
    await until('the leader holds', () => /is not started: unknown, the store/.test(loops[leader()].said()));
    const gate = gateOf(leader());
    for (const [one, other] of needless) network.heal(one, other);
    for (const name of withoutLeader()) network.heal('store', name);
    await sleep(leaseMs + 1000);
    expect((await gate).verdict).not.toBe('pass');
    expect(lease()).toBe(before);
    expect(rollbacks()).toBe(0);
  });

  let first: LoopName;
  let second: LoopName;

  test('a leader cut off from PostgreSQL leads no more within its lease, and the next begins the one rollback', async () => {
    first = leader();
    const cutAt = performance.now();
    network.cut(first, 'db');
    network.heal(first, 'store');
    await until('it leads no more', async () => (await stateOf(first)) !== 'leading');
    expect(performance.now() - cutAt).toBeLessThan(leaseMs + 1500);
    second = await until('another leads', () => leader() !== first && leader());
    expect(performance.now() - cutAt).toBeLessThan(30_000);
    await until('a step of the rollback', () => steps().length === 1);
    expect(rollbacks()).toBe(1);
    await until('it says why it holds', () =>
      /is not started: unknown, the ledger can’t be used/.test(loops[first].said()),
    );
    const { conditions } = await gateOf(first);
    expect(conditions?.find(({ id }) => id === 'ledger')?.outcome).toBe('unknown');
  });

  test('who rolls back is cut off too: its step is ended, and it goes on from the last one, once', async () => {
    network.cut(second, 'db');
    const third = await until('the third leads', () => ![first, second].includes(leader()) && leader());
    await until('it says so', () => loops[third].said().includes('A rollback was cut off'));
    await sleep(1000);
    expect(steps()).toEqual(['begins']);
    for (const name of [first, second]) network.heal(name, 'db');
    await until('the old one gives up', () => loops[second].said().includes('The automatic rollback ended'));
    const { code, stderr } = await vigilOn(third, 'rollback', '--resume');
    expect(code, stderr).toBe(0);
    expect(steps()).toEqual(['begins', 'begins', 'ends']);
    expect(sql('SELECT count(*), min(status) FROM vigil.rollbacks')).toBe('1|succeeded');
  });

  test('healed, one leads and all know how it ended', async () => {
    rmSync(small.file('fault'));
    await until('all know', async () => {
      const pages = await Promise.all(
        loopNames.map((name) => answerOf<{ set: { rollback: { status: string }[] } }>(name, '/api/page')),
      );
      return pages.every(({ set }) => set.rollback[0]?.status === 'succeeded');
    });
    const states = await Promise.all(loopNames.map(stateOf));
    expect(states.toSorted()).toEqual(['following', 'following', 'leading']);
    expect(rollbacks()).toBe(1);
  });

  test('followers cut off from PostgreSQL watch on, decide nothing and lead nothing, and know everything when it is healed', async () => {
    const before = lease();
    const followers = withoutLeader();
    const missedBefore = await Promise.all(followers.map(missedBy));
    for (const name of followers) network.cut(name, 'db');
    const ledgerOf = async (name: LoopName) =>
      (await gateOf(name)).conditions?.find(({ id }) => id === 'ledger')?.outcome;
    await until('they say so', async () => {
      const states = await Promise.all(followers.map(stateOf));
      return states.join() === 'away,away';
    });
    expect(await Promise.all(followers.map(ledgerOf))).toEqual(['unknown', 'unknown']);
    const cutAt = new Date().toISOString();
    expect((await vigilOn(leader(), 'gate', '--deployed', 'v3', '--by', 'ci')).code).toBe(0);
    await until('a cycle of each', async () => {
      const last = await Promise.all(followers.map((name) => answerOf<Status>(name, '/api/status')));
      return last.every(({ lastCycle }) => (lastCycle?.startedAt ?? '') > cutAt);
    });
    expect(await Promise.all(followers.map(missedBy))).toEqual(missedBefore);
    expect(lease()).toBe(before);
    for (const name of followers) network.heal(name, 'db');
    await until('they follow and have read what was recorded', async () => {
      const pages = await Promise.all(
        followers.map((name) => answerOf<{ deployment: { release: string } }>(name, '/api/rollout')),
      );
      const states = await Promise.all(followers.map(stateOf));
      const outcomes = await Promise.all(followers.map(ledgerOf));
      const releases = pages.map(({ deployment }) => deployment.release);
      return `${[...releases, ...states, ...outcomes]}` === 'v3,v3,following,following,pass,pass';
    });
    expect(lease()).toBe(before);
  });

  test('a second loop on the volume of another, in a container of its own, is refused', async () => {
    const isolated = ['--pid', '--fork', '--mount-proc', '--kill-child', process.execPath, bin];
    const args = ['monitor', '--loop', '--port', '0', '--config', configOf('north')];
    const { code, stderr } = await collected(startOn('south', 'unshare', [...isolated, ...args])).ended;
    expect(code, stderr).toBe(64);
    expect(stderr).toContain('in another container');
  });

  test('a clock that is ten minutes slow takes no lease that holds, decides nothing, and leads only when nobody else does', async () => {
    const [slow = 'north', right = 'south'] = withoutLeader();
    const before = lease();
    loops[slow].child.kill('SIGKILL');
    startLoop(slow, {
      LD_PRELOAD: '/usr/$LIB/faketime/libfaketime.so.1',
      FAKETIME: '-10m',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    });
    await until('it says so', () => /clock is (10m|9m 59s) behind PostgreSQL/.test(loops[slow].said()));
    await until('it follows', async () => (await stateOf(slow)) === 'following');
    expect(lease()).toBe(before);
    const { conditions } = await gateOf(slow);
    expect(conditions?.find(({ id }) => id === 'ledger')?.outcome).toBe('unknown');
    loops[leader()].child.kill('SIGKILL');
    await until('who has the right clock leads', () => leader() === right, 30_000);
    loops[right].child.kill('SIGKILL');
    await until('it leads', async () => leader() === slow && (await stateOf(slow)) === 'leading', 30_000);
  });
});
