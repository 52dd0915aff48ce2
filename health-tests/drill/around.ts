import { mkdirSync } from 'node:fs';
import { createServer } from 'node:https';
import path from 'node:path';
import { hugeMetrics, type Spoil, startBadProxy, trickle } from '../../fixtures/range/bad-proxy.ts';
import { expiredCertificate } from '../../fixtures/range/expired-certificate.ts';
import { mountFullDisk } from '../../fixtures/range/full-disk.ts';
import { killWorker } from '../../fixtures/range/kill-worker.ts';
import { type GenesisRange, openRange, type RangeOptions } from '../../fixtures/range/open-range.ts';
import { freePort } from '../../fixtures/range/spawn-server.ts';
import type { Range, Scenario, Shows } from '../../src/drill/index.ts';
import { catalogue } from '../catalogue.ts';

/** Checks that can be judged without the target: they may stay green whatever happens to it. */
const independent = ['H03', 'H04', 'H05', 'H13', 'H14', 'C04', 'C12'];
/** Checks that the target can't be reached for when only its /metrics is broken. */
const needMetrics = ['H02', 'H06', 'M01', 'C06', 'C07', 'C11', 'R01', 'R03'];
const ids = catalogue.map(({ id }) => id);
const neighbours = ['C01', 'C02', 'C03', 'C13'];
const needTarget = ids.filter((id) => ![...independent, ...neighbours].includes(id));

const anyReason: Shows = ({ reason }) => (reason ?? '').length > 0;

interface Around {
  name: string;
  description: string;
  long?: boolean;
  mustNotPass: readonly string[];
  operations?: number;
  range?: RangeOptions;
  fault(range: GenesisRange): Promise<Range | { impossible: string }>;
}

/** A fault around the checks: all suites run, and what it concerns may fail or be unknown, never pass. */
function around({ mustNotPass, operations = 200, fault, range: options, ...named }: Around): Scenario {
  return {
    ...named,
    around: true,
    intended: mustNotPass.map((check) => ({ check, as: 'not-pass', shows: anyReason })),
    collateral: ids,
    async open() {
      const range = await openRange(options);
      try {
        await range.traffic(operations);
        const faulty = await fault(range);
        if ('impossible' in faulty) await range.close();
        return faulty;
      } catch (thrown) {
        await range.close();
        throw thrown;
      }
    },
    also({ durationMs }) {
      return durationMs < 95_000
        ? undefined
        : `the cycle took ${Math.round(durationMs / 1000)} s, its time-out is 90 s`;
    },
  };
}

/** The same range, its target reached under another address. */
function readdressed(
  range: GenesisRange,
  orchestration: string,
  planner = range.genesis.planner,
): GenesisRange {
  range.config.target = {
    ...(range.config.target as NonNullable<typeof range.config.target>),
    orchestration,
    planner,
  };
  return range;
}

function proxied(name: string, description: string, spoil: Spoil, mustNotPass: readonly string[]): Scenario {
  return around({
    name,
    description,
    long: spoil === trickle,
    mustNotPass,
    async fault(range) {
      const proxy = await startBadProxy(range.genesis.orchestration, spoil);
      range.alsoClose(() => proxy.close());
      return readdressed(range, proxy.url);
    },
  });
}

/** The smoke suite speaks to the target's own address, whatever the checks are told. */
const needAddress = needTarget.filter((id) => !['S01', 'C05', 'R02'].includes(id));

/** Faults around the checks. */
export const aroundScenarios: readonly Scenario[] = [
  around({
    name: 'target killed',
    description: 'the target’s process is gone',
    mustNotPass: needTarget,
    async fault(range) {
      process.kill(range.genesis.pid, 'SIGKILL');
      await range.genesis.exited;
      return range;
    },
  }),
  around({
    name: 'target frozen',
    long: true,
    description: 'the target’s processes are stopped (SIGSTOP): connections open, nothing answers',
    mustNotPass: needTarget,
    async fault(range) {
      const { pid, plannerPid } = range.genesis;
      const toAll = (signal: NodeJS.Signals) => [pid, plannerPid].map((one) => process.kill(one, signal));
      toAll('SIGSTOP');
      range.alsoClose(async () => void toAll('SIGCONT'));
      return range;
    },
  }),
  around({
    name: 'DNS failure',
    description: 'the target’s name does not resolve',
    mustNotPass: needAddress,
    fault: async (range) => readdressed(range, 'http://target.invalid:8000', 'http://target.invalid:8001'),
  }),
  around({
    name: 'connection refused',
    description: 'nothing listens at the target’s address',
    mustNotPass: needAddress,
    async fault(range) {
      const nobody = `http://127.0.0.1:${await freePort()}`;
      return readdressed(range, nobody, nobody);
    },
  }),
  around({
    name: 'TLS expired',
    description: 'the target’s certificate has expired',
    mustNotPass: needAddress,
    async fault(range) {
      const server = createServer(expiredCertificate(range.folder), (_incoming, answer) => answer.end('{}'));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      range.alsoClose(async () => {
        server.closeAllConnections();
        server.close();
      });
      return readdressed(range, `https://127.0.0.1:${(server.address() as { port: number }).port}`);
    },
  }),
  proxied('trickling answers', 'answers come one byte at a time, for ever', trickle, needAddress),
  proxied('metrics of 50 MB', '/metrics answers 50 MB', hugeMetrics, needMetrics),
  around({
    name: 'clock ahead',
    description: 'the target’s clock is one hour ahead',
    mustNotPass: ['H12'],
    range: {
      genesis: {
        nodeOptions: ['--import', new URL('../../fixtures/range/clock-ahead.mjs', import.meta.url).href],
      },
    },
    fault: async (range) => range,
  }),
  around({
    name: 'worker killed',
    description: 'the suite’s own worker is killed in the middle of the run',
    mustNotPass: ['S02', 'C10', 'R01', 'R02', 'R03'],
    fault: async (range) => ({ ...range, onStart: (pid: number) => void killWorker(pid, 1200) }),
  }),
  around({
    name: 'disk full',
    description: 'no byte is left under reports/',
    mustNotPass: ['C04'],
    async fault(range) {
      const folder = path.join(range.folder, 'full');
      mkdirSync(folder);
      const disk = mountFullDisk(folder);
      if ('impossible' in disk) return disk;
      range.alsoClose(async () => disk.unmount());
      range.config.reports = folder;
      return range;
    },
  }),
  around({
    name: 'trace receiver down',
    description: 'nothing receives the target’s traces',
    mustNotPass: ['H02', 'H07', 'M02', 'M03'],
    async fault(range) {
      const target = range.config.target as NonNullable<typeof range.config.target>;
      range.config.target = { ...target, traces: { receiver: `http://127.0.0.1:${await freePort()}` } };
      return range;
    },
  }),
];
