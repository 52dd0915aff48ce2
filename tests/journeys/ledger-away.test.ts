import { quickRollback, quickTimes } from './quick-watch.ts';
// @module-tag postgres
// @module-tag psql
// @module-tag pg_dump
// @module-tag git

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openHistoryReader } from '../../src/history/open-history.ts';
import { rollbackRuns } from '../../src/release/rollback/runs/run.ts';
import { type RealPostgres, startPostgres } from '../release/rollback/real-postgres.ts';
import { type SmallDeployment, useDeployments } from '../release/rollback/small-deployment.ts';
import { startVigil, vigil } from '../scripts/vigil.ts';
import { collected } from '../support/collected.ts';
import { openTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { failingSuite } from './failing-suite.ts';
import { slowRestart } from './slow-restart.ts';

const leaseMs = 2000;
const deployments = useDeployments();
let postgres: RealPostgres;

beforeAll(async () => {
  postgres = await startPostgres();
  postgres.query('postgres', 'CREATE DATABASE ledger');
});
afterAll(() => postgres.stop());

const openProxy = async (): Promise<TcpProxy> => {
  const proxy = await openTcpProxy(path.join(postgres.host, `.s.PGSQL.${postgres.port}`));
  onTestFinished(proxy.close);
  return proxy;
};
const addressBehind = ({ port }: TcpProxy) =>
  `postgres://${postgres.user}:${postgres.password}@127.0.0.1:${port}/ledger`;
const statusOf = (deployment: string) =>
  `SELECT status FROM vigil.rollbacks WHERE deployment = '${deployment}'`;
const sql = (text: string) => postgres.query('ledger', text);
const linesOf = (file: string): string[] =>
  existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];

/** Waits for a state; the machine may be slow. */
async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  said: () => string,
): Promise<Exclude<T, false | undefined>> {
  for (const endMs = performance.now() + 60_000; performance.now() < endMs; await sleep(100)) {
    const found = await look();
    if (found) return found as Exclude<T, false | undefined>;
  }
  throw new Error(`${what} never came\n${said()}`);
}

/** A deployment that several Vigils can roll back, each from a folder of its own; its name is its own in the ledger. */
function openShop(name: string) {
  const small = deployments.deployment();
  const reportsOf = (who: string) => small.file(`of-${who}`);
  return {
    small,
    steps: () => linesOf(small.file('steps.log')),
    told: () => linesOf(small.file('told.jsonl')).map((line) => JSON.parse(line) as Record<string, unknown>),
    /** The configuration of one of them. */
    config(who: string, restart = slowRestart(small), more: object = {}): string {
      const rollback = { commands: { restart }, automatic: true };
      const base = JSON.parse(readFileSync(small.config('git', rollback), 'utf8'));
      const config = {
        ...base,
        name,
        probe: who,
        reports: reportsOf(who),
        notifications: { channels: [{ type: 'file', path: small.file('told.jsonl') }] },
        ledger: { postgres: 'env:LEDGER_OF_TEST', lease: `${leaseMs}ms` },
        ...more,
      };
      writeFileSync(small.file(`${who}.config.json`), JSON.stringify(config));
      return small.file(`${who}.config.json`);
    },
    runs(who: string) {
      const reader = openHistoryReader({ file: path.join(reportsOf(who), 'vigil.sqlite') });
      try {
        return rollbackRuns(reader, 0, Date.now());
      } finally {
        reader.close();
      }
    },
  };
}

/** Begins a rollback as a process that reaches the ledger by an address. */
function begin({ small }: { small: SmallDeployment }, config: string, address: string) {
  const args = ['rollback', '--execute', '--reason', 'errors', '--config', config];
  const { child } = startVigil(args, { cwd: small.folder, env: { LEDGER_OF_TEST: address } });
  onTestFinished(() => void child.kill('SIGKILL'));
  return collected(child);
}

describe('a rollback whose step is ended while PostgreSQL is away', () => {
  test('escalates nothing and takes nothing back until it is known that another Vigil has finished it', async () => {
    const shop = openShop('finished elsewhere');
    const proxy = await openProxy();
    const first = begin(shop, shop.config('north'), addressBehind(proxy));
    await until('its step', () => shop.steps().length === 1, first.said);
    proxy.hang();
    await until('it holds', () => first.said().includes('The rollback holds: unknown'), first.said);
    const isPaged = () => shop.told().some(({ alertname }) => alertname === 'RollbackHeld');
    await until('a person is paged', isPaged, first.said);
    expect(shop.runs('north')).toMatchObject([{ status: 'running' }]);
    const args = ['rollback', '--resume', '--config', shop.config('south')];
    const env = { LEDGER_OF_TEST: postgres.address('ledger') };
    const resumed = await until(
      'another goes on with it',
      async () => {
        const ended = await vigil(args, { cwd: shop.small.folder, env });
        return ended.code !== 64 && ended;
      },
      first.said,
    );
    expect(resumed.code, resumed.stderr).toBe(0);
    proxy.heal();
    const { code, stderr } = await first.ended;
    expect(code, stderr).toBe(2);
    expect(stderr).toContain('INTERRUPTED: another process ended it, succeeded');
    expect(shop.runs('north')).toMatchObject([{ status: 'succeeded' }]);
    expect(shop.steps()).toEqual(['begins', 'begins', 'ends']);
    const ends = shop.told().filter(({ id }) => String(id).endsWith(':end'));
    expect(ends).toMatchObject([{ details: { status: 'succeeded' } }]);
    const pages = shop.told().filter(({ alertname }) => /Rollback(Held|Failed)/.test(String(alertname)));
    expect(pages.map(({ alertname, state }) => [alertname, state])).toEqual([
      ['RollbackHeld', 'firing'],
      ['RollbackHeld', 'resolved'],
    ]);
  });

  test('goes on with it when PostgreSQL is back from a crash and nobody else has taken it', async () => {
    const shop = openShop('crashed');
    const { ended, said } = begin(shop, shop.config('north'), postgres.address('ledger'));
    await until('its step', () => shop.steps().length === 1, said);
    await postgres.crash();
    await until('it holds', () => said().includes('The rollback holds: unknown'), said);
    await postgres.up();
    const { code, stderr } = await ended;
    expect(code, stderr).toBe(0);
    expect(shop.steps()).toEqual(['begins', 'begins', 'ends']);
    const twice =
      "SELECT s.step FROM vigil.steps s JOIN vigil.rollbacks r ON r.id = s.rollback WHERE r.deployment = 'crashed' GROUP BY 1 HAVING count(*) > 1";
    expect(sql(twice)).toBe('rollback.start');
    expect(sql("SELECT status, is_outside FROM vigil.rollbacks WHERE deployment = 'crashed'")).toBe(
      'succeeded|f',
    );
    const [run] = shop.runs('north');
    expect(run?.stages.map(({ status }) => status)).toEqual(['done', 'done', 'done', 'done', 'done']);
    expect(shop.told().some(({ alertname }) => alertname === 'RollbackFailed')).toBe(false);
    const ends = shop.told().filter(({ id }) => String(id).endsWith(':end'));
    expect(ends).toMatchObject([{ details: { status: 'succeeded' } }]);
  });
});

test('a rollback that is due just when PostgreSQL can’t be reached begins, once, when it can', async () => {
  const shop = openShop('due');
  const { file, folder } = shop.small;
  const restart = ['sh', '-c', `echo ends >> ${file('steps.log')}; cp app/release.txt restarted`];
  const config = shop.config('north', restart, {
    suite: { command: [process.execPath, '-e', failingSuite, '{junit}', file('fault')] },
    ...quickTimes,
    thresholds: quickRollback,
    ledger: { postgres: `file:${file('address')}`, lease: '18s' },
  });
  writeFileSync(file('address'), postgres.address('ledger'), { mode: 0o600 });
  const deployed = await vigil(['gate', '--deployed', 'v2', '--by', 'ci', '--config', config], {
    cwd: folder,
  });
  expect(deployed.code, deployed.stderr).toBe(0);
  const { child } = startVigil(['monitor', '--loop', '--port', '0', '--config', config], { cwd: folder });
  onTestFinished(() => void child.kill('SIGKILL'));
  const { said } = collected(child);
  await until('it leads', () => said().includes('This Vigil leads'), said);
  await until('it serves', () => said().includes('Serving'), said);
  // For the rollback, which reads it anew.
  writeFileSync(file('address'), 'postgres://nobody@127.0.0.1:1/ledger');
  writeFileSync(file('fault'), '');
  await until('it could not begin', () => said().includes('did not begin: it is tried again'), said);
  expect(shop.steps()).toEqual([]);
  writeFileSync(file('address'), postgres.address('ledger'));
  await until('it is done', () => sql(statusOf('due')) === 'succeeded', said);
  expect(shop.steps()).toEqual(['ends']);
  expect(shop.told().some(({ alertname }) => alertname === 'RollbackFailed')).toBe(false);
});
