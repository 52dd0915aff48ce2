// @module-tag git

import { execFile, execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { freePort } from '../../../fixtures/range/spawn-server.ts';
import type { RollbackInput } from '../../../src/core/config/rollback.ts';
import { httpServer } from '../../clients/servers.ts';
import { runsOf } from './runs-of.ts';
import { useDeployments } from './small-deployment.ts';
import { vigil } from './vigil-process.ts';

const deployments = useDeployments();
const program = fileURLToPath(new URL('./service.mjs', import.meta.url));

/** Tests run beside each other here, so what they start ends with the last of them. */
const stops: (() => void)[] = [];
afterAll(() => {
  for (const stop of stops) stop();
});

interface Given {
  type?: 'git' | 'backup' | 'database';
  /** How the service tells its release; see service.mjs. */
  mode?: string;
  /** Whether the restart command restarts anything. */
  restarts?: boolean;
  rollback?: Partial<RollbackInput>;
  /** Beside `rollback`. */
  more?: object;
}

/** A deployment whose service is a process; the second release runs. */
async function running({
  type = 'git',
  mode = 'plain',
  restarts = true,
  rollback = {},
  more = {},
}: Given = {}) {
  const small = deployments.deployment();
  const port = await freePort();
  const file = small.file(type === 'backup' ? 'live/release.txt' : 'app/release.txt');
  const command = (role: string) => [process.execPath, program, role, small.folder, String(port), file, mode];
  const act = (role: string) => {
    const [name = '', ...args] = command(role);
    execFileSync(name, args);
  };
  const [name = '', ...args] = command('restart');
  // Not in the way of the servers of other tests here.
  await promisify(execFile)(name, args);
  stops.push(() => act('stop'));
  const restart = restarts ? command('restart') : ['true'];
  small.config(type, { commands: { restart }, upTimeout: 3000, ...rollback });
  const config = JSON.parse(readFileSync(small.file('vigil.config.json'), 'utf8'));
  config.target.orchestration = `http://127.0.0.1:${port}`;
  config.notifications = { channels: [{ type: 'file', path: 'told.jsonl' }] };
  writeFileSync(small.file('vigil.config.json'), JSON.stringify({ ...config, ...more }));
  const answer = async (route = '/health') => (await fetch(`http://127.0.0.1:${port}${route}`)).json();
  const roll = () => vigil(['rollback', '--execute', '--reason', 'a test'], small.folder);
  const told = () =>
    readFileSync(path.join(small.folder, 'told.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  return { small, answer, roll, told, stop: () => act('stop') };
}

/** Holds that a rollback ended as not proven for this reason, and that a person is paged. */
async function expectNotProven({ small, roll, told }: Awaited<ReturnType<typeof running>>, why: RegExp) {
  const { code, stderr } = await roll();
  expect(stderr).toMatch(new RegExp(`^NOT PROVEN: .*${why.source}`, 'm'));
  expect(code).toBe(2);
  expect(runsOf(small)).toMatchObject([{ status: 'escalated' }]);
  expect(
    runsOf(small)[0]
      ?.stages.map(({ status }) => status)
      .slice(2),
  ).toEqual(['failed', 'waiting', 'waiting']);
  expect(told().filter(({ alertname }) => alertname === 'RollbackFailed')).toMatchObject([
    { state: 'firing', priority: 'P0' },
  ]);
}

describe('git and backup are proven by the release that the service names', { concurrent: true }, () => {
  test.each(['git', 'backup'] as const)(
    '%s, restarted: another release than before answers',
    async (type) => {
      const { roll, answer, small } = await running({ type });
      expect(await answer()).toEqual({ releaseId: 'v2' });
      const { code, stderr } = await roll();
      expect(stderr).toContain('SUCCEEDED');
      expect(code).toBe(0);
      expect(await answer()).toEqual({ releaseId: 'v1' });
      const stage = runsOf(small)[0]?.stages.find(({ name }) => name === 'rollback');
      expect(stage?.detail).toMatch(/: v1, was v2/);
    },
  );

  test.each(['git', 'backup'] as const)(
    '%s, whose restart command restarts nothing: the bad release runs on, and it is not proven',
    async (type) => {
      const one = await running({ type, restarts: false });
      await expectNotProven(one, /: v2, as before/);
      expect(await one.answer()).toEqual({ releaseId: 'v2' });
    },
  );

  test('a service that tells what is installed, and was not restarted', async () => {
    const one = await running({ mode: 'live', restarts: false });
    await expectNotProven(one, /was not restarted: its process runs since/);
    expect(await one.answer()).toEqual({ releaseId: 'v1' });
  });

  test('a service that names no release', async () => {
    await expectNotProven(await running({ mode: 'mute' }), /releaseId/);
  });

  test('release.path and release.json say where it is read', async () => {
    const { roll, answer } = await running({
      mode: 'mute',
      more: { release: { path: '/version', json: '$.build.sha' } },
    });
    expect((await roll()).code).toBe(0);
    expect(await answer('/version')).toEqual({ build: { sha: 'v1' } });
  });

  test('another release than rollback.release', async () => {
    await expectNotProven(await running({ rollback: { release: 'v0' } }), /: v1, expected v0/);
  });

  test('down before it, only rollback.release can prove it', async () => {
    const unnamed = await running();
    unnamed.stop();
    await expectNotProven(unnamed, /: v1, and what was there before could not be read/);
    const named = await running({ rollback: { release: 'v1' } });
    named.stop();
    expect((await named.roll()).code).toBe(0);
  });

  test('two releases behind one address', async () => {
    const one = await running();
    let asked = 0;
    const balancer = await httpServer((request, response) => {
      if (request.url === '/metrics')
        response.end('# TYPE genesis_active_requests gauge\ngenesis_active_requests 0\n');
      else response.end(JSON.stringify({ releaseId: asked++ % 4 === 3 ? 'v2' : 'v1' }));
    });
    const config = JSON.parse(readFileSync(one.small.file('vigil.config.json'), 'utf8'));
    config.target.orchestration = balancer;
    writeFileSync(one.small.file('vigil.config.json'), JSON.stringify(config));
    await expectNotProven(one, /: v1 and v2, each some of the time/);
  });
});

test('the release before the first option is what the next one is compared with', async () => {
  const one = await running({
    rollback: { options: ['git', 'backup'], budgets: { verify: '300ms' }, verify: { settle: 1000 } },
  });
  const config = JSON.parse(readFileSync(one.small.file('vigil.config.json'), 'utf8'));
  // The first brings v1 back and does not end its verification; the next finds v1 running.
  config.rollback.verify.suite = config.rollback.validate.suite;
  config.rollback.backup.budgets = { verify: 60_000 };
  writeFileSync(one.small.file('vigil.config.json'), JSON.stringify(config));
  const { code, stderr } = await one.roll();
  expect(stderr).toContain('SUCCEEDED');
  expect(code).toBe(0);
  expect(runsOf(one.small).map(({ type, status }) => [type, status])).toEqual([
    ['git', 'escalated'],
    ['backup', 'succeeded'],
  ]);
});

describe('a flag is proven by the share that is evaluated', () => {
  test('one that everybody got the safe variant of before: nothing was changed', async () => {
    const one = await running({ rollback: { options: ['flag'] } });
    const served = await httpServer((_, response) =>
      response.end('{"key":"wanted","value":false,"variant":"off"}'),
    );
    const config = JSON.parse(readFileSync(one.small.file('vigil.config.json'), 'utf8'));
    config.rollback.flag = { ...config.rollback.flag, ofrep: served, timeout: '500ms' };
    writeFileSync(one.small.file('vigil.config.json'), JSON.stringify(config));
    await expectNotProven(one, /20 of 20 targeting keys get “off”, as before/);
  });
});

describe('a database is proven by a configured query', { concurrent: true }, () => {
  const database = (proof: object | undefined, file: (name: string) => string) => ({
    engine: 'sqlite' as const,
    file: file('app.sqlite'),
    dump: file('before.sql'),
    proof,
  });
  const withProof = async (proof: object | undefined, restarts = true) => {
    const one = await running({ type: 'database', restarts });
    const config = JSON.parse(readFileSync(one.small.file('vigil.config.json'), 'utf8'));
    config.rollback.database = database(proof, one.small.file);
    writeFileSync(one.small.file('vigil.config.json'), JSON.stringify(config));
    return one;
  };
  const sql = 'SELECT x FROM t';

  test('that answers what it must, the service restarted', async () => {
    const { code, stderr } = await (await withProof({ sql, equals: 'before the deployment' })).roll();
    expect(stderr).toContain('SUCCEEDED');
    expect(code).toBe(0);
  });

  test('none configured', async () => {
    await expectNotProven(await withProof(undefined), /rollback\.database\.proof is not configured/);
  });

  test('that answers otherwise', async () => {
    const one = await withProof({ sql, equals: 'something else' });
    await expectNotProven(one, /: before the deployment, expected something else/);
  });

  test('that answers as before', async () => {
    const one = await withProof({ sql: 'SELECT count(*) FROM t', equals: 1 });
    await expectNotProven(one, /: 1, as before/);
  });

  test('the service still holds the old one', async () => {
    const one = await withProof({ sql, equals: 'before the deployment' }, false);
    await expectNotProven(one, /was not restarted/);
  });
});
