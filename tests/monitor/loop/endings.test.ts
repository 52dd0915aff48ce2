import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Matcher } from '../../../src/core/labels/matcher.ts';
import { openHistoryReader } from '../../../src/history/open-history.ts';
import { isAlive, survivors } from '../../suite/run/processes.ts';
import { promtool } from '../metrics/promtool.ts';
import { quickSuite, smallTarget, startSmallLoop, until } from './small-loop.ts';

const databaseOf = (reports: string) => path.join(reports, 'vigil.sqlite');

function inDatabase<T>(reports: string, ask: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(databaseOf(reports), { readOnly: true });
  try {
    return ask(db);
  } finally {
    db.close();
  }
}

const count = (reports: string, table: string) =>
  inDatabase(reports, (db) => Number(db.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n));

/** A suite that takes no hint, with a helper, and says who they are. */
const stubborn = (file: string) => [
  'sh',
  '-c',
  `trap '' TERM INT HUP; sleep 120 & echo $! >> ${file}; echo $$ >> ${file}; wait; sleep 120`,
  '{junit}',
];

describe('an end in the middle of a cycle', () => {
  test.for(['SIGTERM', 'SIGINT'] as const)(
    'by %s takes less than 5 s, whatever suite, target and receiver do',
    async (signal) => {
      const target = await smallTarget();
      const silent = await smallTarget(true);
      const pids = path.join(tmpdir(), `vigil-stubborn-${process.pid}-${signal}`);
      onTestFinished(() => rmSync(pids, { force: true }));
      const loop = await startSmallLoop({
        target: { orchestration: target, planner: silent },
        suite: { command: stubborn(pids) },
        notifications: {
          channels: [
            { type: 'webhook', url: silent },
            { type: 'heartbeat', url: silent },
          ],
        },
      });
      await until(() => existsSync(pids) && readFileSync(pids, 'utf8').trim().split('\n').length === 2);
      const suite = readFileSync(pids, 'utf8').trim().split('\n').map(Number);
      expect(suite.every(isAlive)).toBe(true);
      const began = performance.now();
      loop.child.kill(signal);
      await loop.ended();
      expect(performance.now() - began).toBeLessThan(loop.promptMs);
      expect(await survivors(suite)).toEqual([]);
      expect(loop.said()).toContain('Ended: inconclusive');
      expect(existsSync(path.join(loop.reports, 'vigil.lock'))).toBe(false);
      const { integrity, slots } = inDatabase(loop.reports, (db) => ({
        integrity: Object.values(db.prepare('PRAGMA integrity_check').get() ?? {})[0],
        slots: db.prepare('SELECT state, reason FROM slots').all(),
      }));
      expect(integrity).toBe('ok');
      expect(slots).toEqual([{ state: 'missed', reason: 'not running' }]);
      // A target that was cut off by our own end was not down.
      const reader = openHistoryReader({ file: databaseOf(loop.reports) });
      const job: Matcher = { label: 'job', operator: '=', value: 'genesis-orchestration' };
      const ups = reader.series('up', [job], 0, Date.now() + 1000);
      reader.close();
      expect(ups.flatMap(({ points }) => points.map(({ value }) => value))).not.toContain(0);
    },
  );

  test('takes no longer where services, their store and the witnesses never answer', async () => {
    const silent = await smallTarget(true);
    const pids = path.join(tmpdir(), `vigil-stubborn-${process.pid}-services`);
    onTestFinished(() => rmSync(pids, { force: true }));
    const query = 'sum(rate(requests_total[{{window}}]))';
    const loop = await startSmallLoop({
      services: { web: { url: silent, traffic: { operations: query, errors: query, duration: query } } },
      store: { url: silent },
      witness: [silent, `${silent}/other`],
      suite: { command: stubborn(pids) },
    });
    await until(() => existsSync(pids) && readFileSync(pids, 'utf8').trim().split('\n').length === 2);
    const began = performance.now();
    loop.child.kill('SIGTERM');
    await loop.ended();
    expect(performance.now() - began).toBeLessThan(loop.promptMs);
    expect(loop.said()).toContain('Ended: inconclusive');
  });

  test('takes no longer where the name server never answers', { tags: ['unshare', 'ip'] }, async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'vigil-no-names-'));
    // What is sent to an address of this network that nobody has gets lost.
    const silentNameServer = `ip link set lo up && ip addr add 192.0.2.2/24 dev lo && ip route add 192.0.3.0/24 dev lo &&
      printf 'nameserver 192.0.3.1\\noptions timeout:30 attempts:1\\n' > ${folder}/resolv.conf &&
      mount --bind ${folder}/resolv.conf /etc/resolv.conf && exec "$@"`;
    const loop = await startSmallLoop(
      {
        services: { web: { url: 'http://shop.example.com', instances: 'dns', health: '/' } },
        suite: { command: quickSuite },
        sampleInterval: '1s',
      },
      ['--interval', '1h'],
      {},
      folder,
      ['unshare', '--map-root-user', '--mount', '--net', 'sh', '-c', silentNameServer, 'unnamed'],
    );
    await loop.untilSaid(/shop\.example\.com/);
    const began = performance.now();
    loop.child.kill('SIGTERM');
    expect(await loop.ended()).toBe(2);
    expect(performance.now() - began).toBeLessThan(loop.promptMs);
    expect(loop.said()).toContain('Ended: inconclusive');
  });
});

/** Overwrites the second half of a database in place, as a failing disk does: it stays the same file. */
function scribble(file: string): void {
  const database = new DatabaseSync(file);
  // All of it lies in the file and nothing beside it; who has read it before reads it again.
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.exec('CREATE TABLE written (by TEXT); DROP TABLE written');
  database.close();
  const pages = Math.floor(statSync(file).size / 4096);
  const descriptor = openSync(file, 'r+');
  for (let page = Math.floor(pages / 2); page < pages; page += 1)
    writeSync(descriptor, Buffer.alloc(4096, 0x5a), 0, 4096, page * 4096);
  closeSync(descriptor);
}

describe('a database that is damaged while the loop runs', () => {
  test('is set aside with a message, a new one is begun, and the watch goes on', {
    tags: ['promtool'],
  }, async () => {
    const loop = await startSmallLoop(
      {
        target: { orchestration: await smallTarget() },
        suite: { command: quickSuite },
        sampleInterval: '1s',
      },
      ['--interval', '2s'],
    );
    await until(() => count(loop.reports, 'cycles') >= 3, loop.said);
    scribble(databaseOf(loop.reports));
    await loop.untilSaid(/the evidence history was damaged .* a new one is begun/);
    expect(loop.child.exitCode).toBeNull();
    const aside = readdirSync(loop.reports).find((name) => /corrupt-.*Z$/.test(name));
    expect(readFileSync(path.join(loop.reports, aside ?? '')).includes(Buffer.alloc(4096, 0x5a))).toBe(true);
    const before = count(loop.reports, 'cycles');
    await until(() => count(loop.reports, 'cycles') >= before + 3, loop.said);
    const status = JSON.parse((await loop.get('/api/status')).text);
    expect(status.warnings.join()).toContain('the evidence history was damaged');
    // On a busy machine a cycle may run over the slot after it; no other is missed.
    const missed = inDatabase(loop.reports, (db) =>
      db.prepare("SELECT reason FROM slots WHERE state = 'missed' AND reason <> 'overrun'").all(),
    );
    expect(missed).toEqual([]);
    expect(status.coverage.observed).toBeGreaterThan(0);
    await until(async () => JSON.parse((await loop.get('/api/status')).text).sentinel.state === 'received');
    // What people and programs read is what the new database holds.
    const { watch, integrity } = inDatabase(loop.reports, (db) => ({
      watch: db.prepare("SELECT json FROM state WHERE key = 'watch'").get(),
      integrity: Object.values(db.prepare('PRAGMA integrity_check').get() ?? {})[0],
    }));
    expect(JSON.parse(String(watch?.json))).toMatchObject({ pid: loop.child.pid, url: loop.url });
    expect(integrity).toBe('ok');
    expect((await loop.get('/healthz')).status).toBe(200);
    expect(promtool((await loop.get('/metrics')).text)).toEqual([]);
    loop.child.kill('SIGTERM');
    await loop.ended();
  });
});

describe('a kill in the middle of a cycle', () => {
  test('leaves no suite behind, and the next start records that slot as missed', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'vigil-killed-loop-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const pids = path.join(folder, 'pids');
    const config = {
      target: { orchestration: await smallTarget() },
      suite: { command: stubborn(pids) },
    };
    const killed = await startSmallLoop(config, ['--interval', '1h'], {}, folder);
    await until(() => existsSync(pids) && readFileSync(pids, 'utf8').trim().split('\n').length === 2);
    const suite = readFileSync(pids, 'utf8').trim().split('\n').map(Number);
    killed.child.kill('SIGKILL');
    await killed.ended();
    expect(await survivors(suite)).toEqual([]);
    const next = await startSmallLoop(config, ['--interval', '1h'], {}, folder);
    expect(next.said()).toContain('was cut off by a kill: recorded as missed');
    next.child.kill('SIGTERM');
    await next.ended();
    const reader = openHistoryReader({ file: databaseOf(next.reports) });
    const { gaps } = reader.coverage(Date.now() - 3_600_000, Date.now() + 3_600_000);
    reader.close();
    // The next loop began the same slot anew and was ended in it: either way nobody calls it observed.
    expect(gaps).toHaveLength(1);
  });
});

describe('a watch whose time is over', () => {
  test('ends by itself, with the verdict on it', async () => {
    const loop = await startSmallLoop(
      { target: { orchestration: await smallTarget() }, suite: { command: quickSuite } },
      ['--interval', '1h', '--duration', '4s'],
    );
    expect([0, 1, 2]).toContain(await loop.ended());
    expect(loop.said()).toMatch(/Ended: (pass|fail|inconclusive).*; 1 of 1 slots observed/);
    expect(existsSync(path.join(loop.reports, 'vigil.lock'))).toBe(false);
  });

  test('goes on at another interval when it is told to, and another process sees which', async () => {
    const loop = await startSmallLoop(
      { target: { orchestration: await smallTarget() }, suite: { command: quickSuite } },
      ['--interval', '2s', '--duration', '3s', '--then', 'hourly'],
    );
    expect(loop.said()).toContain('a cycle every 2s for 3s, then every 1h');
    const intervalOf = () =>
      inDatabase(loop.reports, (db) =>
        JSON.parse(String(db.prepare("SELECT json FROM state WHERE key = 'watch'").get()?.json ?? '{}')),
      ).intervalMs;
    await until(() => intervalOf() === 3_600_000, loop.said);
    const grids = inDatabase(loop.reports, (db) =>
      db.prepare('SELECT interval_ms, end_ms FROM grids ORDER BY start_ms').all(),
    );
    expect(grids).toMatchObject([{ interval_ms: 2000 }, { interval_ms: 3_600_000, end_ms: null }]);
    // The first slot of the slower schedule is the end of the one before.
    const cycles = count(loop.reports, 'cycles');
    await until(() => count(loop.reports, 'cycles') >= Math.max(cycles, 2), loop.said);
    expect(loop.child.exitCode).toBeNull();
    loop.child.kill('SIGTERM');
    await loop.ended();
  });
});
