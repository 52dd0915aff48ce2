// @module-tag prometheus

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GenesisHandle, startGenesis } from '../../../fixtures/genesis/start.ts';
import { freePort, type ServerProcess, spawnServer } from '../../../fixtures/range/spawn-server.ts';
import { queryInstant } from '../../../src/clients/prometheus.ts';
import { validateConfig } from '../../../src/core/config/validate.ts';
import { type AskAgreement, agreementOf } from '../../../src/release/rollback/runs/agreement.ts';
import { monitoringFiles } from '../../../src/setup/render/monitoring/monitoring-files.ts';
import { settingsOf } from '../../../src/setup/render/monitoring/settings.ts';
import { failingSuite } from '../../journeys/failing-suite.ts';
import { bin, vigil } from '../../scripts/vigil.ts';
import { until } from '../../stack/ask.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'vigil-probes-'));
const file = (...names: string[]) => path.join(folder, ...names);
const names = ['north', 'south', 'west'] as const;
type Name = (typeof names)[number];

let genesis: GenesisHandle;
let prometheus: ServerProcess;
const probes = {} as Record<Name, ServerProcess>;
const closers: (() => unknown)[] = [];

beforeAll(async () => {
  genesis = await startGenesis({ trafficPerSecond: 40 });
  closers.push(() => genesis.stop());
  const urls = new Map<Name, string>();
  for (const name of names) urls.set(name, `http://127.0.0.1:${await freePort()}`);
  const url = `http://127.0.0.1:${await freePort()}`;
  const shared = {
    name: 'Genesis',
    target: { orchestration: genesis.orchestration, planner: genesis.planner },
    interval: '3s',
    timeout: '2500ms',
    sampleInterval: '1s',
    monitoring: { probes: names.map((name) => ({ name, url: urls.get(name) as string })), prometheus: url },
    rollout: { plan: [{ percent: 50, after: '10s' }] },
    thresholds: {
      // A handful of seconds of traffic on a busy machine: what is judged here is who must agree.
      errorRatio: { slo: { value: 0.05 } },
      latencyP95: { slo: { value: 5 }, critical: { value: 5 } },
      watchCoverage: { slo: { value: 0.5 } },
      cycleAge: { slo: { value: 5 } },
      passRate: { slo: { value: 0.5 } },
    },
  };
  const config = (more: object, ...where: string[]) => {
    mkdirSync(path.dirname(file(...where)), { recursive: true });
    writeFileSync(file(...where), JSON.stringify({ ...shared, ...more }));
    return file(...where);
  };
  const gate = config({ reports: 'ledger' }, 'gate.json');
  for (const { path: name, text } of await monitoringFiles(settingsOf(validateConfig(shared, gate)))) {
    mkdirSync(path.dirname(file('monitoring', name)), { recursive: true });
    writeFileSync(file('monitoring', name), text);
  }
  prometheus = await spawnServer(
    'prometheus',
    [
      `--config.file=${file('monitoring', 'prometheus.yml')}`,
      `--storage.tsdb.path=${file('data')}`,
      `--web.listen-address=${new URL(url).host}`,
      '--log.level=error',
    ],
    url,
  );
  closers.push(() => prometheus.stop());
  await Promise.all(
    names.map(async (name) => {
      const own = config(
        {
          probe: name,
          reports: 'reports',
          suite: { command: [process.execPath, '-e', failingSuite, '{junit}', file(name)] },
        },
        `probe-${name}`,
        'vigil.config.json',
      );
      const address = urls.get(name) as string;
      const args = [bin, 'monitor', '--loop', '--config', own, '--port', new URL(address).port];
      probes[name] = await spawnServer(process.execPath, args, address, {
        readyPath: '/readyz',
        readyMs: 60_000,
        graceMs: 5000,
        cwd: folder,
      });
      closers.push(() => probes[name].stop());
    }),
  );
});
afterAll(async () => {
  for (const close of closers.reverse()) await close();
  rmSync(folder, { recursive: true, force: true });
});

interface Decided {
  verdict: string;
  next: string;
  evidence: { source: string; cycles: Record<string, number>; sentinel: string };
  conditions: { id: string; outcome: string; detail: string }[];
}

async function gate(...args: string[]) {
  const { code, stdout, stderr } = await vigil(['gate', '--config', file('gate.json'), '--json', ...args], {
    cwd: folder,
  });
  return { code, stderr, decided: (stdout ? JSON.parse(stdout) : {}) as Decided };
}

const askAt = (verdict: string, isIt: (decided: Decided) => boolean = () => true) => {
  let last = '';
  return until(`the verdict ${verdict}`, async () => {
    const { code, decided, stderr } = await gate('--to', '50', '--source', 'prometheus', '--dry-run');
    const open = decided.conditions?.filter(({ outcome }) => outcome !== 'pass');
    last = `${code} ${JSON.stringify(open)} ${stderr}`;
    return decided.verdict === verdict && isIt(decided) && { code, decided };
  }).catch((thrown: Error) => {
    throw new Error(`${thrown.message}; last ${last}`);
  });
};

/** What the recording rule says of the check that may fail: 0 fail, 1 pass, 2 unknown. */
const recorded = (status: number) =>
  until(`the recording rule says ${status}`, async () => {
    const query = 'check:vigil_check_status:quorum{check=~".*X2"}';
    return (await queryInstant(prometheus.url, query)).some(({ value }) => value === status);
  });

/** What the gate of one of them answers. */
async function overHttp(route: string) {
  const answer = await fetch(`${probes.north.url}${route}`);
  return { status: answer.status, json: (await answer.json()) as unknown };
}

/** How one of them asks the others before it rolls back. */
function agreement(): AskAgreement {
  const config = JSON.parse(readFileSync(file('probe-north', 'vigil.config.json'), 'utf8')) as object;
  return agreementOf(validateConfig(config, 'a test')) as AskAgreement;
}

const lie = (name: Name) => writeFileSync(file(name), '');
const condition = ({ conditions }: Decided, id: string) => conditions.find((one) => one.id === id);

describe('three Vigils and one Prometheus', () => {
  test('all three are scraped as themselves, each series with its probe', async () => {
    for (const metric of ['vigil_check_status', 'vigil_last_cycle_timestamp_seconds', 'vigil_watch_info']) {
      const seen = await until(`${metric} of three`, async () => {
        const found = await queryInstant(prometheus.url, `count by (probe) (${metric})`);
        return found.length === 3 && found;
      });
      expect(seen.map(({ metric: { probe } }) => probe).toSorted()).toEqual([...names]);
    }
    expect(await queryInstant(prometheus.url, 'count({exported_probe!=""})')).toEqual([]);
  });

  test('the gate decides from Prometheus alone: shut before the soak time is over, open after it', async () => {
    expect((await gate('--deployed', 'v2')).code).toBe(0);
    const northern = ['--config', file('probe-north', 'vigil.config.json')];
    expect((await vigil(['gate', '--deployed', 'v2', ...northern], { cwd: folder })).code).toBe(0);
    const early = await gate('--to', '50', '--source', 'prometheus', '--dry-run');
    expect(early.code).toBe(1);
    expect(condition(early.decided, 'soak')?.outcome).toBe('fail');

    const { code, decided } = await askAt('pass');
    expect(code).toBe(0);
    expect(decided.evidence).toMatchObject({ source: 'prometheus', sentinel: 'received' });
    expect(decided.evidence.cycles.pass).toBeGreaterThanOrEqual(3);
    expect(decided.conditions.every(({ outcome }) => outcome === 'pass')).toBe(true);
    await recorded(1);
  });

  test('one of three that sees a failure decides nothing', async () => {
    lie('north');
    await until('Prometheus has it', async () => {
      const failing = await queryInstant(prometheus.url, 'vigil_check_status{probe="north"} == 0');
      return failing.length === 1;
    });
    const { decided } = await askAt('pass');
    expect(condition(decided, 'checks')?.outcome).toBe('pass');
    await recorded(1);
    // Its own gate, and its own rollback, go by what all three see.
    const own = await until('its own gate passes', async () => {
      const { verdict, evidence } = (await overHttp('/api/gate?to=50')).json as Decided;
      return verdict === 'pass' && evidence;
    });
    expect(own.source).toBe('prometheus');
    expect((await overHttp('/api/argo?to=50')).json).toMatchObject({ data: { verdict: 'pass' } });
    expect(await agreement()('pass_rate')).toBe('only 0 of 3 probes see it, 2 must');
  });

  test('one that is dead, and one that disagrees with the other: unknown, which is no pass', async () => {
    process.kill(probes.west.pid, 'SIGKILL');
    await probes.west.exited;
    const { code, decided } = await askAt('inconclusive', (one) =>
      /no quorum/.test(condition(one, 'checks')?.detail ?? ''),
    );
    expect(code).toBe(2);
    expect(condition(decided, 'checks')?.outcome).toBe('unknown');
    await recorded(2);
    expect(await agreement()('pass_rate')).toBe('unknown: west ended no cycle within 6s');
  });

  test('two that agree on a failure shut the gate, and are named', async () => {
    lie('south');
    const { code, decided } = await askAt('fail');
    expect(code).toBe(1);
    expect(condition(decided, 'checks')?.detail).toMatch(/X2: fails at north, south/);
    await recorded(0);
  });

  test('a store that does not answer leaves the question open', async () => {
    await prometheus.stop();
    const { code, stderr } = await gate('--to', '50', '--source', 'prometheus');
    expect(code).toBe(2);
    expect(stderr).toContain('INCONCLUSIVE');
    expect((await overHttp('/api/gate?to=50')).status).toBe(503);
    expect((await overHttp('/api/argo?to=50')).json).toMatchObject({ data: { verdict: 'inconclusive' } });
    await expect(agreement()('pass_rate')).rejects.toThrow(/connection refused/);
  });
});
