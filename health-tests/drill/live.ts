import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startGenesis } from '../../fixtures/genesis/start.ts';
import { everyFifth, everySecondMetrics, type Spoil, startBadProxy } from '../../fixtures/range/bad-proxy.ts';
import { recordDeployed, recordPast } from '../../fixtures/range/evidence.ts';
import { type GenesisRange, openRange, type RangeOptions } from '../../fixtures/range/open-range.ts';
import { startPrometheus } from '../../fixtures/range/prometheus.ts';
import { type Scenario, says, unmet } from '../../src/drill/index.ts';
import { enough, targetOf } from './declared.ts';
import { onTarget } from './on-target.ts';

async function opened(
  options: RangeOptions,
  fault: (range: GenesisRange) => Promise<void>,
): Promise<GenesisRange> {
  const range = await openRange(options);
  try {
    await fault(range);
    return range;
  } catch (thrown) {
    await range.close();
    throw thrown;
  }
}

async function behind(range: GenesisRange, spoil: Spoil): Promise<void> {
  const proxy = await startBadProxy(range.genesis.orchestration, spoil);
  range.alsoClose(() => proxy.close());
  range.config.target = { ...targetOf(range), orchestration: proxy.url };
  recordPast(range, { measured: { 'error ratio met by the watch': 0.2 } });
}

const gateway: Scenario = {
  name: 'gateway refuses a fifth',
  description: 'a gateway answers one operation in five with 503, which no counter of the target knows',
  groups: ['slo', 'rollback'],
  intended: [
    { check: 'S03', shows: unmet('error ratio', (ratio) => ratio > 0.1 && ratio < 0.3) },
    { check: 'R01', shows: unmet('error ratio met by the watch', (ratio) => ratio > 0.1 && ratio < 0.3) },
  ],
  collateral: ['R02'],
  open: () => opened({}, (range) => behind(range, everyFifth())),
};

const replicas: Scenario = {
  name: 'two instances',
  description: 'two instances answer behind one address of /metrics',
  groups: ['monitoring', 'rollback'],
  intended: ['C06', 'C07', 'R01', 'R03'].map((check) => ({
    check,
    as: 'not-pass',
    shows: says(/several instances answer at .*metrics/),
  })),
  collateral: ['C05', 'C11', 'R02'],
  open: () =>
    opened({}, async (range) => {
      const other = await startGenesis();
      range.alsoClose(() => other.stop());
      await range.traffic(enough);
      await behind(range, everySecondMetrics(other.orchestration));
    }),
};

const noUsers: Scenario = {
  name: 'no user traffic',
  description: 'nobody but the watch uses the target',
  groups: ['slo', 'monitoring', 'rollback'],
  intended: ['C07', 'R01', 'R03'].map((check) => ({
    check,
    as: 'not-pass',
    shows: says(/no user traffic in/),
  })),
  collateral: ['C06'],
  open: () => opened({ genesis: { trafficPerSecond: 0 } }, async () => {}),
};

/** A third of the users' valid requests is refused; what was measured before is recorded first. */
const rejecting = (past: (range: GenesisRange) => void): Promise<GenesisRange> =>
  opened({ genesis: { trafficPerSecond: 60 } }, async (range) => {
    past(range);
    await range.put('rejecting');
    await sleep(25_000);
  });

const rejected: Scenario = {
  name: 'rejecting (just begun)',
  description: 'a third of the users’ valid requests is refused with 400, but not yet for five minutes',
  groups: ['monitoring', 'rollback'],
  intended: [
    { check: 'C06', shows: unmet('rejected requests', (share) => share > 0.2) },
    { check: 'R01', as: 'not-pass', shows: says(/rejected requests .* a rollback is due in/) },
  ],
  collateral: ['C05', 'R02'],
  open: () => rejecting((range) => recordPast(range, { measured: { 'rejected requests': 0.01 } })),
};

const rejectedForLong: Scenario = {
  name: 'rejecting (sustained)',
  description:
    'a third of the users’ valid requests has been refused with 400 since the release, for five minutes',
  groups: ['monitoring', 'rollback'],
  intended: [
    { check: 'C06', shows: unmet('rejected requests', (share) => share > 0.2) },
    { check: 'R01', shows: unmet('rejected requests', (share) => share > 0.2) },
  ],
  collateral: ['C05', 'R02'],
  open: () =>
    rejecting((range) => {
      recordPast(range, { measured: { 'rejected requests': 0.01 }, ages: [3900, 3700, 3500] });
      recordDeployed(range, 400);
      recordPast(range, { measured: { 'rejected requests': 0.33 } });
    }),
};

const shortBuckets: Scenario = {
  name: 'buckets-short',
  description: 'operations take 1.5 s more, the buckets end at 0.5 s, and a Prometheus is declared',
  long: true,
  groups: ['slo', 'rollback'],
  intended: [
    { check: 'S02', shows: unmet('P95 latency', (seconds) => seconds > 1.5) },
    { check: 'R03', shows: unmet('P95 latency met by the watch', (seconds) => seconds > 1.5) },
  ],
  collateral: ['S01', 'S03', 'R01', 'R02'],
  open: () =>
    opened({}, async (range) => {
      await range.put('buckets-short');
      await range.put('latency', { ms: 1500 });
      const jobs = { 'genesis-orchestration': range.genesis.orchestration };
      const server = await startPrometheus(path.join(range.folder, 'prometheus'), jobs);
      range.alsoClose(() => server.stop());
      const prometheus = { url: server.url, jobs: Object.keys(jobs) };
      range.config.target = { ...targetOf(range), prometheus };
      recordPast(range, { measured: { 'P95 latency met by the watch': 1.6 } });
    }),
};

/** Faults of live traffic, as its users meet them. */
export const liveScenarios: readonly Scenario[] = [
  gateway,
  replicas,
  noUsers,
  rejected,
  rejectedForLong,
  shortBuckets,
  onTarget('slow-tail', {
    name: 'slow-tail (live)',
    description: 'one operation in ten of live traffic takes 400 ms more',
    groups: ['monitoring'],
    after: 600,
    intended: [{ check: 'C07', shows: unmet('live P95 latency', (seconds) => seconds > 0.25) }],
    collateral: ['C06', 'C10', 'C11'],
  }),
  onTarget('latency', {
    name: 'latency (throughput)',
    description: 'every operation takes 2.5 s more',
    long: true,
    parameters: { ms: 2500 },
    groups: ['monitoring'],
    before: enough,
    intended: [{ check: 'C10', shows: unmet('throughput', (rate) => rate < 5) }],
    collateral: ['C07', 'C11'],
  }),
];
