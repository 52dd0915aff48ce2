// @module-tag git
// @module-tag postgres
// @module-tag psql
// @module-tag pg_dump

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RealPostgres, startPostgres } from './real-postgres.ts';
import { runsOf } from './runs-of.ts';
import { type SmallDeployment, useDeployments } from './small-deployment.ts';
import { sha256 } from './two-releases.ts';
import { vigil } from './vigil-process.ts';

let postgres: RealPostgres;
const deployments = useDeployments();
beforeAll(async () => {
  process.env.VIGIL_TEST_PG_PASSWORD = 'correct-horse-battery';
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

const execute = ['rollback', '--execute', '--reason', 'a test'];

/** A database as it was before the deployment in a dump, and as the deployment has made it. */
function prepared(database: string, format: 'custom' | 'plain', atLeast = 1): SmallDeployment {
  const small = deployments.deployment();
  postgres.query('postgres', `CREATE DATABASE ${database}`);
  postgres.query(database, 'CREATE TABLE t (x text)');
  postgres.query(database, "INSERT INTO t VALUES ('before')");
  postgres.dump(database, small.file('pg.dump'), ...(format === 'custom' ? ['-Fc'] : []));
  postgres.query(database, "UPDATE t SET x = 'after'");
  writeFileSync(small.file('pg.dump.sha256'), `${sha256(small.file('pg.dump'))}\n`);
  small.config('database', {
    database: {
      engine: 'postgres',
      database,
      host: postgres.host,
      port: postgres.port,
      user: postgres.user,
      password: 'env:VIGIL_TEST_PG_PASSWORD',
      dump: small.file('pg.dump'),
      checks: [{ sql: 'SELECT count(*) FROM t', atLeast }],
      proof: { sql: 'SELECT x FROM t', equals: 'before' },
    },
  });
  return small;
}

const databases = (like: string) =>
  postgres
    .query('postgres', `SELECT datname FROM pg_database WHERE datname LIKE '${like}%' ORDER BY 1`)
    .split('\n')
    .map((name) => name.replace(/[0-9a-f]{8}$/, 'TAG'));

const keptOf = (live: string) =>
  postgres.query('postgres', `SELECT datname FROM pg_database WHERE datname LIKE '${live}_before_%'`);

test.each(['custom', 'plain'] as const)(
  'a %s dump takes the place of a database that is in use; the old one is kept',
  async (format) => {
    const live = `live_${format}`;
    const small = prepared(live, format);
    const where = ['-X', '-h', postgres.host, '-U', postgres.user, '-d', live];
    const user = spawn('psql', [...where, '-c', 'SELECT pg_sleep(300)'], {
      env: { ...process.env, PGPASSWORD: postgres.password },
      stdio: 'ignore',
    });
    const { code, stderr } = await vigil(execute, small.folder);
    expect(stderr).toContain('SUCCEEDED');
    expect(code).toBe(0);
    expect(postgres.query(live, 'SELECT x FROM t')).toBe('before');
    expect(postgres.query(keptOf(live), 'SELECT x FROM t')).toBe('after');
    expect(databases(live)).toEqual([live, `${live}_before_TAG`]);
    if (user.exitCode === null) await once(user, 'exit');
    expect(user.exitCode).not.toBe(0);
    const found = spawnSync('grep', ['-r', '-a', '-l', postgres.password, small.file('reports')], {
      encoding: 'utf8',
    });
    expect(found.stdout).toBe('');
  },
  60_000,
);

test('a restored database that fails its check is dropped again, and the live one goes on', async () => {
  const small = prepared('live_failing', 'custom', 2);
  const { code, stderr } = await vigil(execute, small.folder);
  expect(code).toBe(1);
  expect(stderr).toContain('the restored database is not what it must be');
  expect(databases('live_failing')).toEqual(['live_failing']);
  expect(postgres.query('live_failing', 'SELECT x FROM t')).toBe('after');
});

test.each(['acted rollback.restore', 'acted rollback.swap'])(
  'killed (%s), it resumes to the same place',
  async (kill) => {
    const live = kill.includes('swap') ? 'live_swap' : 'live_restore';
    const small = prepared(live, 'custom');
    expect((await vigil(execute, small.folder, kill)).signal).toBe('SIGKILL');
    // Closed to new sessions and not renamed yet: where a kill in the middle of the swap leaves it.
    if (live === 'live_restore')
      postgres.query('postgres', `ALTER DATABASE ${live} WITH ALLOW_CONNECTIONS false`);
    const { code, stderr } = await vigil(['rollback', '--resume'], small.folder);
    expect(stderr).toContain('SUCCEEDED');
    expect(code).toBe(0);
    expect(databases(live)).toEqual([live, `${live}_before_TAG`]);
    expect(postgres.query(live, 'SELECT x FROM t')).toBe('before');
    expect(postgres.query(keptOf(live), 'SELECT x FROM t')).toBe('after');
    expect(runsOf(small)[0]?.status).toBe('succeeded');
  },
);

test('killed after the swap and aborted, the live database is the old one again', async () => {
  const small = prepared('live_abort', 'custom');
  await vigil(execute, small.folder, 'acted rollback.swap');
  expect(postgres.query('live_abort', 'SELECT x FROM t')).toBe('before');
  const { code, stderr } = await vigil(['rollback', '--abort'], small.folder);
  expect(stderr).toContain('ABORTED');
  expect(code).toBe(0);
  expect(databases('live_abort')).toEqual(['live_abort']);
  expect(postgres.query('live_abort', 'SELECT x FROM t')).toBe('after');
});
