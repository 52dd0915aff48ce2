// @module-tag postgres
// @module-tag prometheus

import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../../fixtures/range/spawn-server.ts';
import { startProgram } from '../../clients/servers.ts';
import { requireProgram } from '../../support/programs.ts';
import { ask } from './ask.ts';

const closers: (() => unknown)[] = [];
const folder = mkdtempSync(path.join(os.tmpdir(), 'vigil-stores-'));
let prometheus: string;
let postgres: string;

/** PostgreSQL refuses to run as root. */
function asPostgres(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

async function startPostgres(): Promise<string> {
  const user = asPostgres();
  const data = path.join(folder, 'data');
  mkdirSync(data);
  chmodSync(folder, 0o755);
  if (user.uid !== undefined) chownSync(data, user.uid, user.gid ?? user.uid);
  const options = { ...user, cwd: '/', stdio: 'pipe' as const };
  const password = path.join(folder, 'password');
  writeFileSync(password, 'p4ssw0rd-of-the-test\n', { mode: 0o644 });
  execFileSync(
    requireProgram('initdb'),
    [
      '-D',
      data,
      '-U',
      'vigil',
      '--auth=scram-sha-256',
      `--pwfile=${password}`,
      '--no-sync',
      '-E',
      'UTF8',
      '--locale=C',
    ],
    options,
  );
  const port = await freePort();
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'fsync=off',
    'shared_buffers=8MB',
  ];
  const child = spawn(
    requireProgram('postgres'),
    ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    { ...user, cwd: '/', stdio: 'ignore' },
  );
  closers.push(async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGINT');
    await ended;
  });
  const url = `postgres://vigil:p4ssw0rd-of-the-test@127.0.0.1:${port}/postgres`;
  const { Client } = (await import('pg')).default;
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const client = new Client({ connectionString: url });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.query(
        'create table jobs (id int, stuck boolean); insert into jobs values (1, false), (2, true)',
      );
      await client.end();
      return url;
    } catch {
      await client.end().catch(() => {});
      await sleep(50);
    }
  }
  throw new Error('PostgreSQL did not get ready');
}

async function startPrometheus(): Promise<string> {
  const port = await freePort();
  const config = path.join(folder, 'prometheus.yml');
  const address = `127.0.0.1:${port}`;
  writeFileSync(
    config,
    `global: { scrape_interval: 200ms }\nscrape_configs: [{ job_name: self, static_configs: [{ targets: ['${address}'] }] }]\n`,
  );
  const program = await startProgram(
    'prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${path.join(folder, 'tsdb')}`,
      `--web.listen-address=${address}`,
    ],
    `http://${address}/-/ready`,
  );
  closers.push(program.stop);
  return `http://${address}`;
}

beforeAll(async () => {
  [postgres, prometheus] = await Promise.all([startPostgres(), startPrometheus()]);
  process.env.PROBE_TEST_DATABASE = postgres;
});
afterAll(async () => {
  delete process.env.PROBE_TEST_DATABASE;
  for (const close of closers) await close();
  rmSync(folder, { recursive: true, force: true });
});

const sql = (query: string, more: object) =>
  ask({ type: 'sql', url: 'env:PROBE_TEST_DATABASE', query, ...more });

test('an SQL probe holds the first value and the number of rows against limits', async () => {
  const stuck = 'select count(*) from jobs where stuck';
  expect((await sql(stuck, { must: '<= 1' })).passes).toBe(true);
  const over = await sql(stuck, { must: '<= 0' });
  expect(over.passes).toBe(false);
  expect(over.says).toContain('value of the query 1 (must be ≤ 0)');
  expect((await sql('select * from jobs', { rows: '>= 2' })).passes).toBe(true);
  expect((await sql('select * from jobs', { rows: '>= 3' })).passes).toBe(false);
});

test('an SQL probe without a value is unknown, not green', async () => {
  const none = sql('select id from jobs where id > 9', { must: '<= 0' });
  await expect(none).rejects.toMatchObject({ name: 'UnknownOutcome' });
});

test('an SQL probe can’t change anything, and never shows the password', async () => {
  await expect(sql('delete from jobs', { rows: '>= 0' })).rejects.toThrow(/read-only transaction/);
  expect((await sql('select count(*) from jobs', { must: '>= 2' })).passes).toBe(true);
  process.env.PROBE_TEST_DATABASE = postgres.replace('p4ssw0rd', 'wr0ng');
  const refused = await sql('select 1', { must: '>= 1' }).then(String, String);
  process.env.PROBE_TEST_DATABASE = postgres;
  expect(refused).toContain('password authentication failed');
  expect(refused).not.toContain('wr0ng');
});

test('an SQL probe of a database that is down fails with its reason', async () => {
  const url = `postgres://vigil@127.0.0.1:${await freePort()}/postgres`;
  await expect(ask({ type: 'sql', url, query: 'select 1', must: '>= 1' })).rejects.toThrow(/ECONNREFUSED/);
});

test('a Prometheus probe holds values and the number of series against limits; nothing is unknown', async () => {
  const of = (query: string, more: object) => ask({ type: 'prometheus', url: prometheus, query, ...more });
  await expect
    .poll(async () => (await of('count(up)', { series: '>= 1' })).passes, { timeout: 20_000 })
    .toBe(true);
  expect((await of('up', { must: '>= 1' })).passes).toBe(true);
  const over = await of('up', { must: '< 1' });
  expect(over.passes).toBe(false);
  expect(over.says).toMatch(/value of the query 1 \(must be < 1, n = 1, .*job=self/);
  expect((await of('up == 0', { series: '<= 0' })).passes).toBe(true);
  await expect(of('up == 0', { must: '>= 1' })).rejects.toMatchObject({ name: 'UnknownOutcome' });
  await expect(of('rate(up', { must: '>= 1' })).rejects.toThrow(/parse error/);
});
