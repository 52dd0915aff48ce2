import { quickRollback, quickTimes } from './quick-watch.ts';
// @module-tag postgres
// @module-tag psql
// @module-tag pg_dump
// @module-tag git

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RealPostgres, startPostgres } from '../release/rollback/real-postgres.ts';
import { type SmallDeployment, useDeployments } from '../release/rollback/small-deployment.ts';
import { startVigil, vigil, vigilProcess } from '../scripts/vigil.ts';
import { failingSuite } from './failing-suite.ts';
import { slowRestart } from './slow-restart.ts';

const names = ['north', 'south'] as const;
/** Started by cron. */
const cron = 'cron';
const leaseMs = 3000;

interface Loop {
  name: string;
  child: ReturnType<typeof startVigil>['child'];
  said(): string;
  url(): string;
}

interface Told {
  alertname?: string;
  state?: string;
  fingerprint?: string;
  startsAt?: string;
  labels?: { check?: string; probe?: string };
}

const deployments = useDeployments();
let postgres: RealPostgres;
let small: SmallDeployment;
let loops: Loop[] = [];

const sql = (text: string) => postgres.query('ledger', text);
const configOf = (name: string) => small.file(`${name}.config.json`);
/** Temporary files of each lie where its own fault does. */
const environment = (name: string) => ({
  LEDGER_OF_TEST: postgres.address('ledger'),
  TMPDIR: small.file(name),
});
const steps = () =>
  existsSync(small.file('steps.log')) ? readFileSync(small.file('steps.log'), 'utf8').trim().split('\n') : [];
const told = () =>
  existsSync(small.file('told.jsonl'))
    ? readFileSync(small.file('told.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Told)
    : [];

async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  forMs = 60_000,
): Promise<Exclude<T, false | undefined>> {
  const endMs = Date.now() + forMs;
  for (;;) {
    const found = await look();
    if (found) return found as Exclude<T, false | undefined>;
    if (Date.now() > endMs)
      throw new Error(
        `${what} never came\n${loops.map(({ name, said }) => `--- ${name}\n${said()}`).join('\n')}`,
      );
    await sleep(100);
  }
}

/** Writes the configurations of two Vigils on one deployment, and that of a cycle. */
function configure(): void {
  const base = JSON.parse(readFileSync(small.config('git', { automatic: true }), 'utf8'));
  for (const name of [...names, cron]) {
    const config = {
      name: 'Shop',
      probe: name,
      target: { url: base.target.orchestration },
      suite: {
        command: [process.execPath, '-e', failingSuite, '{junit}', small.file('fault')],
      },
      ...quickTimes,
      thresholds: quickRollback,
      notifications: { channels: [{ type: 'file', path: small.file('told.jsonl') }] },
      reports: small.file(name),
      ledger: { postgres: 'env:LEDGER_OF_TEST', lease: `${leaseMs}ms` },
      rollback: {
        ...base.rollback,
        options: ['git', 'flag'],
        escalate: 'person',
        commands: { restart: slowRestart(small) },
      },
    };
    mkdirSync(small.file(name));
    writeFileSync(configOf(name), JSON.stringify(config));
  }
}

function startLoop(name: string): Loop {
  const { child } = startVigil(['monitor', '--loop', '--port', '0', '--config', configOf(name)], {
    cwd: small.folder,
    env: environment(name),
  });
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return { name, child, said: () => text, url: () => /Serving (http:\S+);/.exec(text)?.[1] ?? '' };
}

const run = (args: string[], name: (typeof names)[number] = 'north') =>
  vigil([...args, '--config', configOf(name)], { cwd: small.folder, env: environment(name) });

/** Who leads by the ledger. */
const leader = () =>
  loops.find(({ name }) => sql('SELECT name FROM vigil.leases').startsWith(`${name} `)) as Loop;

beforeAll(async () => {
  postgres = await startPostgres();
  postgres.query('postgres', 'CREATE DATABASE ledger');
  small = deployments.deployment();
  configure();
  loops = names.map(startLoop);
  await until('a cycle of each', async () => {
    const ready = loops.map(async ({ url }) => url() !== '' && (await fetch(`${url()}/readyz`)).ok);
    return (await Promise.all(ready)).every(Boolean);
  });
});

afterAll(async () => {
  for (const { child } of loops) child.kill('SIGKILL');
  await postgres.stop();
});

describe('two loops on one ledger', () => {
  test('one leads, and each says who', async () => {
    await until('who leads', () => loops.every(({ said }) => /leads: it sends notifications/.test(said())));
    expect(loops.filter(({ said }) => said().includes('This Vigil leads'))).toEqual([leader()]);
    const other = loops.find((one) => one !== leader());
    const status = (await (await fetch(`${other?.url()}/api/status`)).json()) as { leader: object };
    expect(status.leader).toEqual({
      state: 'following',
      text: expect.stringContaining(`${leader().name} (`),
    });
  });

  test('a deployment, an acknowledgement and a window recorded at one are known at all', async () => {
    const [gate] = await Promise.all([
      run(['gate', '--deployed', 'v2', '--by', 'ci']),
      run(['alerts', '--maintenance', '1s', '--reason', 'disks'], 'south'),
    ]);
    expect(gate.code).toBe(0);
    await until('it is known at all', async () => {
      const pages = loops.map(async ({ url }) => (await fetch(`${url()}/api/rollout`)).json());
      const known = (await Promise.all(pages)) as { deployment: { release: string } | null }[];
      return known.every(({ deployment }) => deployment?.release === 'v2');
    });
  });

  test('a fault that all see begins one rollback; stopped in the middle and continued after another leads, nothing is done twice', async () => {
    writeFileSync(small.file('fault'), '');
    const first = await until('a rollback', () => steps().length > 0 && leader());
    expect(sql('SELECT count(*) FROM vigil.rollbacks')).toBe('1');
    const pid = Number(/in process (\d+)/.exec(first.said())?.[1]);
    // The ledger knows by then what was told just now.
    await sleep(1500);
    // The whole machine, as far as it is ours: the loop that leads and the rollback that it started.
    for (const one of [pid, first.child.pid ?? 0]) process.kill(one, 'SIGSTOP');
    try {
      const second = await until('another leads', () => leader() !== first && leader(), 30_000);
      const person = await run(['rollback', '--execute', '--reason', 'by hand'], second.name as 'north');
      expect(person.code).toBe(64);
      expect(person.stderr).toMatch(/a rollback was cut off|another rollback is under way/);
      await until('the new leader says so', () => second.said().includes('A rollback was cut off'), 60_000);
    } finally {
      for (const one of [pid, first.child.pid ?? 0]) process.kill(one, 'SIGCONT');
    }
    await until('the old one gives up', () => first.said().includes('The automatic rollback ended'));
    // What the step had started was ended before another could go on.
    expect(steps()).toEqual(['begins']);
    expect(sql('SELECT count(*) FROM vigil.rollbacks')).toBe('1');
    expect(sql("SELECT count(*) FROM vigil.steps WHERE step = 'rollback.start'")).toBe('1');
    const pages = told().filter(({ alertname }) => alertname === 'RollbackInterrupted');
    expect(pages).toHaveLength(1);
  });

  test('a person goes on with it from the machine that leads now, while PostgreSQL is restarted', async () => {
    const second = leader();
    const resumed = run(['rollback', '--resume'], second.name as 'north');
    const early = resumed.then(({ code, stderr }) => {
      if (steps().length < 2) throw new Error(`it ended at once (${code}): ${stderr}`);
    });
    await Promise.race([early, until('its step', () => steps().length > 1)]);
    await postgres.down();
    await postgres.up();
    const { code, stderr } = await resumed;
    expect(code, stderr).toBe(0);
    // Where PostgreSQL takes longer than two thirds of the lease to come back, the step is ended and begun once more.
    expect(steps().slice(0, 2)).toEqual(['begins', 'begins']);
    expect(steps().filter((step) => step === 'ends')).toHaveLength(1);
    expect(sql('SELECT status, fence > 1 FROM vigil.rollbacks')).toBe('succeeded|t');
    await until('all know how it ended', async () => {
      const pages = loops.map(async ({ url }) => (await fetch(`${url()}/api/page`)).json());
      const seen = (await Promise.all(pages)) as { set: { rollback: { status: string }[] } }[];
      return seen.every(({ set }) => set.rollback[0]?.status === 'succeeded');
    });
    for (const { said } of loops)
      expect(said().match(/Rolling back automatically/g)?.length ?? 0).toBeLessThan(2);
  });

  test('every alert was told once, whoever led', () => {
    const check = told().filter(
      ({ alertname, state, labels }) =>
        alertname === 'HealthCheckFailed' && state === 'firing' && labels?.check !== undefined,
    );
    expect(check.length).toBeLessThanOrEqual(1);
    const calls = told().filter(
      ({ alertname, state }) => alertname === 'RollbackRequired' && state === 'firing',
    );
    expect(calls.length).toBeLessThanOrEqual(1);
  });

  test('without PostgreSQL the watch goes on, the gate holds, and a person can roll back; it is written when that is back', async () => {
    await postgres.down();
    const [one] = loops as [Loop];
    await until('it says so', () => one.said().includes('this Vigil sends its own notifications'));
    const gate = (await (await fetch(`${one.url()}/api/gate?to=25`)).json()) as {
      conditions: { id: string; outcome: string; detail: string }[];
    };
    expect(gate.conditions.find(({ id }) => id === 'ledger')).toMatchObject({
      outcome: 'unknown',
      detail: expect.stringContaining('whether another Vigil rolls back'),
    });
    const refused = await run(['rollback', '--execute', '--reason', 'by hand']);
    expect(refused.code).toBe(64);
    expect(refused.stderr).toContain('--without-ledger');
    const byHand = ['rollback', '--execute', '--type', 'flag', '--without-ledger', '--reason', 'by hand'];
    const done = await run(byHand);
    expect(done.code, done.stderr).toBe(0);
    expect(done.stderr).toContain('what was recorded waits here');
    await postgres.up();
    await until(
      'it is written',
      () => sql('SELECT count(*) FROM vigil.rollbacks WHERE is_outside AND ended_at IS NOT NULL') === '1',
    );
    expect(sql('SELECT count(*) FROM vigil.rollbacks')).toBe('2');
  });

  test('an alert that only the leader saw is ended once by who leads after its death', async () => {
    const dead = leader();
    const of = (state: string) =>
      told().filter((one) => one.labels?.check?.endsWith('X1') && one.state === state);
    writeFileSync(small.file(`${dead.name}/fault`), '');
    await until('it is told', () => of('firing').length > 0);
    const shared = "SELECT count(*) FROM vigil.entries WHERE kind = 'told' AND body LIKE '%X1%'";
    await until('the ledger has it', () => sql(shared) === '1', 15_000);
    dead.child.kill('SIGKILL');
    loops = loops.filter((one) => one !== dead);
    await until('its end is told', () => of('resolved').length > 0);
    const [[firing], [resolved]] = [of('firing'), of('resolved')];
    expect(firing?.labels?.probe).toBe(dead.name);
    expect(resolved).toMatchObject({ fingerprint: firing?.fingerprint, startsAt: firing?.startsAt });
    await sleep(leaseMs);
    expect([of('firing').length, of('resolved').length]).toEqual([1, 1]);
  });

  test('a cycle by cron only watches beside a loop that leads, and tells when none does', async () => {
    writeFileSync(small.file(`${cron}/fault`), '');
    const own = () => told().filter((one) => one.labels?.probe === cron && one.labels.check?.endsWith('X1'));
    const cycle = () =>
      vigilProcess(['monitor', '--notify', '--config', configOf(cron)], {
        cwd: small.folder,
        env: environment(cron),
      });
    const beside = await cycle();
    expect([beside.code, beside.stderr]).toEqual([
      1,
      expect.stringContaining('leads: it sends notifications'),
    ]);
    expect(own()).toEqual([]);
    for (const { child } of loops) child.kill('SIGKILL');
    await sleep(leaseMs + 1000);
    expect((await cycle()).code).toBe(1);
    expect(own()).toMatchObject([{ state: 'firing' }]);
  });
});
