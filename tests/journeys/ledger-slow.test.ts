import { quickTimes } from './quick-watch.ts';
// @module-tag postgres
// @module-tag psql
// @module-tag pg_dump

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type RealPostgres, startPostgres } from '../release/rollback/real-postgres.ts';
import { startVigil, vigilProcess } from '../scripts/vigil.ts';
import { openTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

const leaseMs = 6000;
const folder = mkdtempSync(path.join(tmpdir(), 'vigil-slow-ledger-'));
const file = (name: string) => path.join(folder, name);
let postgres: RealPostgres;
let proxy: TcpProxy;
let isBroken = false;

/** The watched service. */
const service = http.createServer((_request, response) => {
  response.writeHead(isBroken ? 500 : 200).end('# TYPE a gauge\na 1\n');
});

interface Loop {
  child: ReturnType<typeof startVigil>['child'];
  ended: ReturnType<typeof startVigil>['ended'];
  said(): string;
  url(): string;
}

const sql = (text: string) => postgres.query('ledger', text);
const lease = () => sql('SELECT split_part(name, $$ $$, 1), fence FROM vigil.leases');
const told = (): { state?: string; alertname?: string }[] =>
  existsSync(file('told.jsonl'))
    ? readFileSync(file('told.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    : [];
const firing = () =>
  told().filter(({ state, alertname }) => alertname === 'ServiceDown' && state === 'firing');

const addressOf = (name: string) =>
  name === 'far'
    ? `postgres://${postgres.user}:${postgres.password}@127.0.0.1:${proxy.port}/ledger`
    : postgres.address('ledger');
const argumentsFor = (name: string) => ['--config', file(`${name}.config.json`)];
const environmentOf = (name: string) => ({ LEDGER_OF_TEST: addressOf(name) });

function startLoop(name: string): Loop {
  const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  const config = {
    name: 'Shop',
    probe: name,
    target: { url },
    probes: [{ type: 'http', name: 'front', url: '/' }],
    ...quickTimes,
    notifications: { channels: [{ type: 'file', path: file('told.jsonl') }] },
    reports: file(name),
    ledger: { postgres: 'env:LEDGER_OF_TEST', lease: `${leaseMs}ms` },
  };
  writeFileSync(file(`${name}.config.json`), JSON.stringify(config));
  const args = ['monitor', '--loop', '--port', '0', ...argumentsFor(name)];
  const { child, ended } = startVigil(args, { cwd: folder, env: environmentOf(name) });
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return { child, ended, said: () => text, url: () => /Serving (http:\S+);/.exec(text)?.[1] ?? '' };
}

let far: Loop;
let near: Loop;

async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  forMs = 60_000,
): Promise<Exclude<T, false | undefined>> {
  for (const endMs = performance.now() + forMs; performance.now() < endMs; await sleep(100)) {
    const found = await look();
    if (found) return found as Exclude<T, false | undefined>;
  }
  throw new Error(`${what} never came\n--- far\n${far?.said()}\n--- near\n${near?.said()}`);
}

async function answerOf<T>(loop: Loop, route: string): Promise<T> {
  return (await (await fetch(loop.url() + route)).json()) as T;
}
const stateOf = async (loop: Loop) =>
  (await answerOf<{ leader: { state: string } }>(loop, '/api/status')).leader.state;
interface GateAnswer {
  conditions: { id: string; outcome: string; detail: string }[];
}
const ledgerOf = async (loop: Loop) => {
  const { conditions } = await answerOf<GateAnswer>(loop, '/api/gate?to=100');
  return conditions.find(({ id }) => id === 'ledger');
};
const missedBy = async (loop: Loop) =>
  /^vigil_watch_slots_missed\S* (\d+)/m.exec(await (await fetch(`${loop.url()}/metrics`)).text())?.[1];

/** Looks at a loop from time to time, until `stop`: what it said of itself, and the longest that an answer took. */
function watched(loop: Loop) {
  const states = new Set<string>();
  let longestMs = 0;
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      const askedMs = performance.now();
      states.add(await stateOf(loop));
      longestMs = Math.max(longestMs, performance.now() - askedMs);
      await sleep(100);
    }
  })();
  const stop = async () => {
    isOver = true;
    await watching;
    return { states: [...states], longestMs };
  };
  onTestFinished(() => void stop().catch(() => {}));
  return stop;
}

/** What the command says of the ledger, and how long it took. */
const gate = async (name: string) => {
  const askedMs = performance.now();
  const args = ['gate', '--to', '100', '--json', ...argumentsFor(name)];
  const { stdout } = await vigilProcess(args, { cwd: folder, env: environmentOf(name) });
  const tookMs = performance.now() - askedMs;
  const { conditions } = JSON.parse(stdout) as GateAnswer;
  return { ...conditions.find(({ id }) => id === 'ledger'), tookMs };
};

beforeAll(async () => {
  postgres = await startPostgres();
  postgres.query('postgres', 'CREATE DATABASE ledger');
  proxy = await openTcpProxy(path.join(postgres.host, `.s.PGSQL.${postgres.port}`));
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  far = startLoop('far');
  await until('far leads', async () => far.url() !== '' && (await stateOf(far)) === 'leading');
  near = startLoop('near');
  await until('near follows', async () => near.url() !== '' && (await stateOf(near)) === 'following');
});

afterAll(async () => {
  for (const loop of [far, near]) loop?.child.kill('SIGKILL');
  service.close();
  service.closeAllConnections();
  proxy?.close();
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('a PostgreSQL that is slow for the leader', () => {
  test('loses no lease by answers up to 2 s late, and delays no cycle, page or alert', async () => {
    const before = lease();
    proxy.delay(2000, 300, 1200, 2000, 700);
    const stop = watched(far);
    const asked = gate('far');
    await sleep(2 * leaseMs);
    isBroken = true;
    const brokeMs = performance.now();
    await until('it is told', () => firing().length > 0);
    expect(performance.now() - brokeMs).toBeLessThan(12_000);
    const { outcome, tookMs } = await asked;
    expect(['pass', 'unknown']).toContain(outcome);
    expect(tookMs).toBeLessThan(30_000);
    const { states, longestMs } = await stop();
    expect(states).toEqual(['leading']);
    // The page waits for no answer.
    expect(longestMs).toBeLessThan(2000);
    expect(lease()).toBe(before);
    expect(await missedBy(far)).toBe('0');
  });

  test('that never answers is given up: the other leads, the gate is unknown and says why, nothing is told twice', async () => {
    await until(
      'the ledger has what was told',
      () => sql(`SELECT count(*) FROM vigil.entries WHERE kind = 'told'`) !== '0',
    );
    proxy.hang();
    const hungMs = performance.now();
    const stop = watched(far);
    const asked = gate('far');
    await until('near leads', async () => (await stateOf(near)) === 'leading');
    expect(performance.now() - hungMs).toBeLessThan(leaseMs + 4000);
    expect(await stateOf(far)).not.toBe('leading');
    const unknown = await until('its gate is unknown', async () => {
      const ledger = await ledgerOf(far);
      return ledger?.outcome === 'unknown' && ledger;
    });
    expect(unknown.detail).toMatch(/PostgreSQL/);
    const { tookMs, ...ledger } = await asked;
    expect(ledger).toMatchObject({
      outcome: 'unknown',
      detail: expect.stringContaining('the ledger can’t be used: PostgreSQL: no answer within 10s'),
    });
    expect(tookMs).toBeLessThan(30_000);
    await until('it says that it is away', async () => (await stateOf(far)) === 'away');
    expect((await stop()).longestMs).toBeLessThan(4000);
    expect(await missedBy(far)).toBe('0');
    proxy.heal();
    await until('far follows', async () => (await stateOf(far)) === 'following');
    await until('its gate knows again', async () => (await ledgerOf(far))?.outcome === 'pass');
    expect(firing()).toHaveLength(1);
  });

  test('that never answers holds up no end', async () => {
    proxy.hang();
    await sleep(1000);
    const askedMs = performance.now();
    far.child.kill('SIGTERM');
    await far.ended;
    expect(performance.now() - askedMs).toBeLessThan(8000);
  });
});
