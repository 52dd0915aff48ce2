// @module-tag postgres
// @module-tag psql
// @module-tag pg_dump

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { validateConfig } from '../../src/core/config/validate.ts';
import { openHistory } from '../../src/history/open-history.ts';
import { connectLedger, describeLedger, LedgerUnreachable } from '../../src/history/shared/connect-ledger.ts';
import { push } from '../../src/history/shared/exchange.ts';
import { FencedOff } from '../../src/history/shared/rollback-row.ts';
import { type LedgerStanding, openSharedLedger } from '../../src/history/shared/shared-ledger.ts';
import { keepHold } from '../../src/release/rollback/held-rollback.ts';
import { openJournal } from '../../src/release/rollback/runs/journal.ts';
import { stepMark } from '../../src/release/rollback/step-mark.ts';
import { type RealPostgres, startPostgres } from '../release/rollback/real-postgres.ts';
import { openTcpProxy } from '../support/tcp-proxy.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'vigil-ledger-'));
const leaseMs = 1000;
let postgres: RealPostgres;
let made = 0;
const closers: (() => unknown)[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
  postgres.query('postgres', 'CREATE DATABASE ledger');
  process.env.LEDGER_OF_TEST = postgres.address('ledger');
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
afterAll(async () => {
  delete process.env.LEDGER_OF_TEST;
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

const place = { ledger: { postgres: 'env:LEDGER_OF_TEST', connections: 2, lease: leaseMs }, folder };

/** A Vigil of a deployment, as far as it has a history and the ledger. */
async function watcher(name: string, deployment: string, lease = '1s') {
  made += 1;
  const reports = path.join(folder, `${name}-${made}`);
  const config = validateConfig(
    {
      name: deployment,
      probe: name,
      target: { url: 'http://127.0.0.1:1' },
      probes: [{ type: 'http', url: 'http://127.0.0.1:1/' }],
      reports,
      ledger: { postgres: 'env:LEDGER_OF_TEST', lease },
    },
    'a test',
  );
  const history = openHistory({ file: path.join(reports, 'vigil.sqlite'), isShared: true });
  const said: string[] = [];
  const say = (line: string) => void said.push(line);
  const ledger = await openSharedLedger({ config, folder, history: history.forExchange, say });
  const close = async () => {
    await ledger.close();
    if (history.database.isOpen) history.close();
  };
  closers.push(close);
  return { history, ledger, said, close };
}

const entriesOf = (deployment: string) =>
  Number(postgres.query('ledger', `SELECT count(*) FROM vigil.entries WHERE deployment = '${deployment}'`));

const until = async (what: () => boolean, forMs = 15_000): Promise<void> => {
  for (let waitedMs = 0; !what(); waitedMs += 50) {
    if (waitedMs > forMs) throw new Error('it never came');
    await sleep(50);
  }
};

const decision = (id: string, timeMs: number) =>
  ({
    id,
    timeMs,
    from: 0,
    to: 25,
    verdict: 'pass',
    isTaken: true,
    deployedMs: 1000,
    release: 'v2',
    askedBy: 'ci',
    via: 'command',
    times: 1,
    lastMs: timeMs,
    body: { text: 'whole' },
  }) as const;

const event = {
  kind: 'alert',
  alertname: 'a',
  state: 'firing',
  severity: 'critical',
  priority: 'P1',
  annotations: { summary: 'it is slow' },
  startsAt: '2026-01-05T10:00:00.000Z',
  groupKey: 'g',
  fingerprint: 'f',
} as const;

const rollback = (id: string, more: object = {}) => ({
  id,
  type: 'git',
  reason: 'errors',
  who: 'carol',
  isAutomatic: false,
  deployedMs: 1000,
  ...more,
});

/** A plan with one way back and nothing to do in it. */
const planFor = (reason: string) =>
  ({
    options: [
      { type: 'git', from: 'v2', to: 'v1', stages: [{ name: 'announce', budgetMs: 1000, steps: [] }] },
    ],
    reason,
    who: 'carol',
  }) as never;

describe('its tables', () => {
  test('are made once by several at the same time, and used by a role that may create nothing', async () => {
    const opened = await Promise.all([1, 2, 3].map(() => connectLedger(place)));
    closers.push(...opened.map((each) => each.close));
    const versions = await Promise.all(opened.map((each) => each.ask('SELECT version FROM vigil.versions')));
    expect(versions.map((rows) => rows.length)).toEqual([1, 1, 1]);
    postgres.query(
      'ledger',
      `CREATE ROLE least LOGIN PASSWORD 'least-rights'; GRANT USAGE ON SCHEMA vigil TO least;
       GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA vigil TO least;
       GRANT DELETE ON vigil.entries TO least;
       GRANT USAGE ON ALL SEQUENCES IN SCHEMA vigil TO least`,
    );
    process.env.LEDGER_OF_TEST = postgres.address('ledger', 'least', 'least-rights');
    try {
      const { history, ledger } = await watcher('north', 'least');
      history.recordDeployment({ timeMs: 1000, release: 'v2' });
      history.saveBaseline([]);
      await ledger.exchange();
      history.saveBaseline([]);
      await ledger.exchange();
      const hold = await ledger.begin(rollback('least'), undefined);
      await ledger.beginStep(hold, 'least', 'announce');
      expect(await describeLedger(place)).toMatch(
        /^PostgreSQL 1\d.*database ledger as least, without TLS; ledger version 1$/,
      );
      postgres.query('ledger', 'REVOKE INSERT ON vigil.leases FROM least');
      await expect(describeLedger(place)).rejects.toThrow('the role least may not write into the ledger');
    } finally {
      process.env.LEDGER_OF_TEST = postgres.address('ledger');
    }
  });

  test('of a newer Vigil are left alone', async () => {
    postgres.query('ledger', 'INSERT INTO vigil.versions (version) VALUES (99)');
    const database = await connectLedger(place);
    closers.push(database.close);
    await expect(database.ask('SELECT 1')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    postgres.query('ledger', 'DELETE FROM vigil.versions WHERE version = 99');
  });
});

describe('who leads', () => {
  /** Watches who leads, for one Vigil. */
  async function leading(name: string, deployment: string) {
    const one = await watcher(name, deployment);
    let standing: LedgerStanding = { state: 'unsure' };
    void one.ledger.start({
      leads: true,
      onStanding: (next) => {
        standing = next;
      },
    });
    return { ...one, state: () => standing.state, standing: () => standing };
  }

  test('is one of three, and another at once when it ends, with a higher number', async () => {
    const all = await Promise.all(['north', 'south', 'west'].map((name) => leading(name, 'one-leads')));
    const leaders = () => all.filter(({ state }) => state() === 'leading');
    await until(() => all.every(({ state }) => state() !== 'unsure'));
    expect(leaders()).toHaveLength(1);
    const [first] = leaders();
    const others = all.filter((each) => each !== first);
    expect(others.map(({ standing }) => standing())).toMatchObject(
      others.map(() => ({ state: 'following', leader: { fence: 1 } })),
    );
    await first?.close();
    await until(() => others.some(({ state }) => state() === 'leading'));
    const second = others.find(({ state }) => state() === 'leading');
    expect(second?.standing()).toMatchObject({ leader: { fence: 2, isOurs: true } });
  });

  test('is nobody while PostgreSQL is away, and known again when it is back; what was recorded meanwhile is there once', async () => {
    const one = await leading('north', 'away');
    await until(() => one.state() === 'leading');
    await postgres.down();
    try {
      await expect(one.ledger.exchange()).rejects.toThrow(LedgerUnreachable);
      one.history.recordAcknowledgement({ timeMs: 5, alertKey: 'f1', who: 'carol' });
      expect(one.ledger.standing().state).not.toBe('following');
      await until(() => one.state() === 'away');
      expect(one.ledger.fault()).toMatch(/the ledger can’t be used/);
    } finally {
      await postgres.up();
    }
    await until(() => one.state() === 'leading' && one.ledger.fault() === undefined);
    expect(entriesOf('away')).toBe(1);
    const other = await watcher('south', 'away');
    await other.ledger.exchange();
    await other.ledger.exchange();
    expect(other.history.acknowledgements(0, 10)).toEqual([{ timeMs: 5, alertKey: 'f1', who: 'carol' }]);
  });
});

test('what one records all know, once, a new history too; what replaces something replaces it', async () => {
  const [north, south] = [await watcher('north', 'shared'), await watcher('south', 'shared')];
  const window = { id: 'w', reason: 'disks', fromMs: 1, toMs: 100, matchers: [], who: 'carol' };
  north.history.recordDeployment({ timeMs: 1000, release: 'v2', who: 'ci' });
  north.history.recordDecision(decision('d1', 2000));
  north.history.repeatDecision('d1', 2500);
  north.history.saveMaintenance(window);
  north.history.saveBaseline([{ check: 'C01', fingerprint: 'f', timeMs: 900 }]);
  north.history.saveShared('baseline-passed', ['C02']);
  north.history.recordMute({
    timeMs: 1,
    alert: 'a',
    alertKey: 'k',
    labels: {},
    kind: 'maintenance',
    by: 'w',
  });
  await north.ledger.exchange();
  await south.ledger.exchange();
  south.history.saveMaintenance({ ...window, toMs: 50 });
  await south.ledger.exchange();
  await north.ledger.exchange();
  const late = await watcher('west', 'shared');
  await late.ledger.exchange();
  for (const { history, ledger } of [north, south, late]) {
    await ledger.exchange();
    expect(history.deployments(0, 5000)).toEqual([{ timeMs: 1000, release: 'v2', who: 'ci' }]);
    expect(history.decisions(0, 5000)).toMatchObject([
      { id: 'd1', times: 2, lastMs: 2500, body: { text: 'whole' } },
    ]);
    expect(history.takenStages(1000)).toMatchObject([{ percent: 25, takenMs: 2000 }]);
    expect(history.maintenance(0, 5000)).toEqual([{ ...window, toMs: 50 }]);
    expect(history.baseline()).toEqual([{ check: 'C01', fingerprint: 'f', timeMs: 900 }]);
    expect(history.database.prepare('SELECT count(*) AS n FROM ledger_outbox').get()).toEqual({ n: 0 });
  }
  expect(south.history.mutes(0, 5000)).toEqual([]);
  expect((await watcher('north', 'another')).history.deployments(0, 5000)).toEqual([]);
});

test('who leads deletes what a history would not keep, and nothing that still holds', async () => {
  const { history, ledger } = await watcher('north', 'pruned');
  history.recordDeployment({ timeMs: 1000, release: 'v2' });
  history.recordDecision(decision('taken', 2000));
  history.recordDecision({ ...decision('asked', 2000), isTaken: false });
  const window = { reason: 'disks', fromMs: 1, matchers: [], who: 'carol' };
  history.saveMaintenance({ ...window, id: 'ended', toMs: 100 });
  history.saveMaintenance({ ...window, id: 'open', toMs: Date.now() + 60_000 });
  history.saveBaseline([]);
  history.shareNotified({ event: { ...event, labels: { alertname: 'a' } }, timeMs: 1 });
  history.shareNotified({ event: { ...event, labels: { alertname: 'b' }, state: 'resolved' }, timeMs: 1 });
  await ledger.exchange();
  const kept = () =>
    postgres.query(
      'ledger',
      "SELECT string_agg(kind, ' ' ORDER BY kind) FROM vigil.entries WHERE deployment = 'pruned'",
    );
  const all = 'baseline decision decision deployments maintenance maintenance told told';
  void ledger.start({ leads: true, onStanding: () => {} });
  await until(() => ledger.standing().state === 'leading' && ledger.fault() === undefined);
  expect(kept()).toBe(all);
  await ledger.close();
  postgres.query('ledger', "UPDATE vigil.entries SET written_at = written_at - interval '61 days'");
  const next = await watcher('south', 'pruned');
  void next.ledger.start({ leads: true, onStanding: () => {} });
  await until(() => kept() !== all);
  expect(kept()).toBe('baseline decision maintenance told');
});

describe('a rollback', () => {
  test('begins once of two that begin at the same time, and the other is told of it', async () => {
    const [north, south] = [await watcher('north', 'twice'), await watcher('south', 'twice')];
    const begun = await Promise.allSettled([
      north.ledger.begin(rollback('n'), undefined),
      south.ledger.begin(rollback('s'), undefined),
    ]);
    const refused = begun.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
    expect(begun.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(refused.reason).toMatchObject({ code: 'USAGE' });
    expect(refused.reason.message).toMatch(
      /another rollback is under way: git rollback of .* by carol on .*: errors/,
    );
  });

  test('finds a connection for the lease and one for the rest open, however long nothing was asked at once', async () => {
    const { ledger } = await watcher('north', 'connections', '6s');
    void ledger.start({ leads: true, onStanding: () => {} });
    await until(() => ledger.standing().state === 'leading');
    // The driver closes what is idle for ten seconds.
    await sleep(11_000);
    const open =
      "SELECT count(*) FROM pg_stat_activity WHERE datname = 'ledger' AND application_name = 'vigil'";
    expect(postgres.query('ledger', open)).toBe('2');
  });

  test('is begun by itself only for a loop that leads, and once for a deployment', async () => {
    const { ledger } = await watcher('north', 'automatic');
    const automatic = (id: string) => rollback(id, { isAutomatic: true });
    await expect(ledger.begin(automatic('a0'), 1)).rejects.toThrow('no longer the leader');
    void ledger.start({ leads: true, onStanding: () => {} });
    await until(() => ledger.standing().state === 'leading');
    await ledger.begin(automatic('a1'), 1);
    postgres.query('ledger', "UPDATE vigil.rollbacks SET status = 'succeeded' WHERE id = 'a1'");
    await expect(ledger.begin(automatic('a2'), 1)).rejects.toThrow('this deployment was rolled back already');
    await expect(ledger.begin(automatic('a2'), 0)).rejects.toThrow('no longer the leader');
  });

  test('whose process died before it did anything is closed by the next one, and does nothing later', async () => {
    const [north, south] = [await watcher('north', 'unbegun'), await watcher('south', 'unbegun')];
    const first = await north.ledger.begin(rollback('u1'), undefined);
    await expect(south.ledger.begin(rollback('u2'), undefined)).rejects.toThrow(
      'another rollback is under way',
    );
    await sleep(leaseMs + 200);
    expect(await south.ledger.begin(rollback('u2'), undefined)).toMatchObject({ rollback: 'u2' });
    const journal = openJournal(north.history, Date.now);
    journal.begin({
      id: 'u1',
      plan: planFor('errors'),
      option: 0,
      incident: '/tmp/incident',
      hold: first,
    });
    await expect(north.ledger.beginStep(first, 'u1', 'announce')).rejects.toThrow(FencedOff);
    await north.ledger.exchange();
    expect(journal.run('u1')).toMatchObject({ status: 'failed' });
    expect(journal.open()).toBeUndefined();
  });

  test('is taken over only from a process that is silent, and that one does and writes nothing more', async () => {
    const [north, south] = [await watcher('north', 'fenced'), await watcher('south', 'fenced')];
    const journals = [north, south].map(({ history }) => openJournal(history, Date.now));
    const [there, here] = journals as [(typeof journals)[0], (typeof journals)[0]];
    const hold = await north.ledger.begin(rollback('r'), undefined);
    const plan = planFor('errors');
    there.begin({ id: 'r', plan, option: 0, incident: '/tmp/incident', hold });
    await north.ledger.beginStep(hold, 'r', 'announce.check');
    await north.ledger.exchange();
    await south.ledger.exchange();
    expect(here.open()).toMatchObject({ alive: true, shared: 'r', run: { type: 'git', reason: 'errors' } });
    expect(() => here.requireNone()).toThrow(/another rollback is under way: process \d+ on .*, git: errors/);
    await expect(south.ledger.take('r')).rejects.toThrow('a process holds this rollback');
    // Nobody renews it any more, as if the process were stopped.
    await sleep(3 * leaseMs + 200);
    await south.ledger.exchange();
    expect(here.open()).toMatchObject({ alive: false });
    const taken = await south.ledger.take('r');
    here.adopt('r', taken);
    await south.ledger.exchange();
    await expect(north.ledger.beginStep(hold, 'r', 'rollback.start')).rejects.toThrow(FencedOff);
    await expect(north.ledger.renew(hold)).rejects.toThrow(FencedOff);
    there.end('r', 'succeeded', 'what the first one believes');
    await north.ledger.exchange();
    await south.ledger.exchange();
    expect(here.run('r')).toMatchObject({ status: 'running' });
    here.end('r', 'failed', 'what it came to');
    await south.ledger.exchange();
    await north.ledger.exchange();
    expect(there.run('r')).toMatchObject({ status: 'failed', detail: 'what it came to' });
    expect(postgres.query('ledger', "SELECT step, fence FROM vigil.steps WHERE rollback = 'r'")).toBe(
      'announce.check|1',
    );
  });

  test('whose process was as cut off from PostgreSQL as its leader is not taken from it when that is back', async () => {
    const [north, south] = [
      await watcher('north', 'both-away', '2s'),
      await watcher('south', 'both-away', '2s'),
    ];
    const journals = [north, south].map(({ history }) => openJournal(history, Date.now));
    const [here, there] = journals as [(typeof journals)[0], (typeof journals)[0]];
    const hold = await north.ledger.begin(rollback('a'), undefined);
    here.begin({ id: 'a', plan: planFor('errors'), option: 0, incident: '/tmp/incident', hold });
    await north.ledger.beginStep(hold, 'a', 'announce.check');
    void south.ledger.start({ leads: true, onStanding: () => {} });
    await until(() => south.ledger.standing().state === 'leading' && there.open() !== undefined);
    await postgres.crash();
    await sleep(6 * leaseMs);
    await postgres.up();
    await until(() => south.ledger.standing().state === 'leading' && south.ledger.fault() === undefined);
    await south.ledger.exchange();
    expect(there.open()).toMatchObject({ alive: true });
    await north.ledger.renew(hold);
    await sleep(6 * leaseMs + 1000);
    // Nobody renews it any more.
    await until(() => there.open()?.alive === false);
    await expect(north.ledger.renew(hold)).rejects.toThrow('the leader has cut this rollback off');
  });

  test('has no step ended that has only just begun, because the answers are late', async () => {
    const proxy = await openTcpProxy(path.join(postgres.host, `.s.PGSQL.${postgres.port}`));
    closers.push(proxy.close);
    const { user, password } = postgres;
    process.env.LEDGER_OF_TEST = `postgres://${user}:${password}@127.0.0.1:${proxy.port}/ledger`;
    const { history, ledger, said } = await watcher('north', 'late-answers', '6s');
    process.env.LEDGER_OF_TEST = postgres.address('ledger');
    const hold = await ledger.begin(rollback('late-step'), undefined);
    const journal = openJournal(history, Date.now);
    journal.begin({ id: 'late-step', plan: planFor('errors'), option: 0, incident: '/tmp/incident', hold });
    const held = keepHold(ledger, hold, (line) => void said.push(line));
    closers.push(held.close);
    // Two thirds of the lease are over before all of it is written.
    proxy.delay(800);
    await held.beginStep('late-step', 'rollback.start', AbortSignal.timeout(30_000));
    const env = { ...process.env, ...stepMark('late-step', 'rollback.start') };
    const child = spawn('sleep', ['60'], { env, stdio: 'ignore' });
    closers.push(() => child.kill());
    await sleep(1000);
    expect([child.exitCode, child.signalCode]).toEqual([null, null]);
    expect(said).toEqual([]);
  });

  test('that has ended is over at all, also where another process of its folder writes an older state late', async () => {
    const [north, south] = [await watcher('north', 'late'), await watcher('south', 'late')];
    const database = await connectLedger(place);
    closers.push(database.close);
    const hold = await north.ledger.begin(rollback('l'), undefined);
    const journal = openJournal(north.history, Date.now);
    journal.begin({ id: 'l', plan: planFor('errors'), option: 0, incident: '/tmp/incident', hold });
    let go = () => {};
    const turn = new Promise<void>((resolve) => {
      go = resolve;
    });
    const transaction: typeof database.transaction = async (action) => {
      await turn;
      return database.transaction(action);
    };
    const late = push(north.history.forExchange, { ...database, transaction }, 'late');
    journal.end('l', 'succeeded', 'v1, verified');
    await north.ledger.exchange();
    go();
    await late;
    await south.ledger.exchange();
    for (const { history } of [north, south])
      expect(openJournal(history, Date.now).run('l')).toMatchObject({ status: 'succeeded' });
  });

  test('that was taken over ends as who took it says, whenever the first process writes what it believes', async () => {
    const [north, south] = [await watcher('north', 'believed'), await watcher('south', 'believed')];
    const [there, here] = [openJournal(north.history, Date.now), openJournal(south.history, Date.now)];
    const exchanged = async () => {
      for (const { ledger } of [north, south, north]) await ledger.exchange();
    };
    const hold = await north.ledger.begin(rollback('b'), undefined);
    there.begin({ id: 'b', plan: planFor('errors'), option: 0, incident: '/tmp/incident', hold });
    await exchanged();
    postgres.query('ledger', "UPDATE vigil.rollbacks SET holder = NULL WHERE id = 'b'");
    here.adopt('b', await south.ledger.take('b'));
    await exchanged();
    // The history of the first process knows already who goes on; the process does not.
    there.end('b', 'escalated', 'its step was ended');
    await exchanged();
    expect([there.run('b'), here.run('b')]).toMatchObject([{ status: 'running' }, { status: 'running' }]);
    here.end('b', 'succeeded', 'v1, verified');
    await exchanged();
    there.end('b', 'failed', 'what the first one believes');
    await exchanged();
    const ended = { status: 'succeeded', detail: 'v1, verified' };
    expect([there.run('b'), here.run('b')]).toMatchObject([ended, ended]);
    expect(postgres.query('ledger', "SELECT status FROM vigil.rollbacks WHERE id = 'b'")).toBe('succeeded');
  });

  test('that a person began without the ledger is entered when it is back, and that an abort is asked for from elsewhere', async () => {
    const [north, south] = [await watcher('north', 'alone'), await watcher('south', 'alone')];
    const journal = openJournal(north.history, Date.now);
    const plan = planFor('alone');
    journal.begin({ id: 'p', plan, option: 0, incident: '/tmp/incident', isAlone: true });
    await north.ledger.exchange();
    await south.ledger.exchange();
    openJournal(south.history, Date.now).askAbort('p');
    await south.ledger.exchange();
    await north.ledger.exchange();
    expect(journal.abortAsked('p')).toBe(true);
    journal.end('p', 'aborted', 'nothing had been changed');
    await north.ledger.exchange();
    await south.ledger.exchange();
    expect(openJournal(south.history, Date.now).run('p')).toMatchObject({ status: 'aborted' });
    expect(postgres.query('ledger', "SELECT status, is_outside FROM vigil.rollbacks WHERE id = 'p'")).toBe(
      'aborted|t',
    );
  });
});
