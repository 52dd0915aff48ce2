import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { startAlertmanager } from '../../fixtures/range/alertmanager.ts';
import { recordPast } from '../../fixtures/range/evidence.ts';
import { type GenesisRange, openRange } from '../../fixtures/range/open-range.ts';
import { startPrometheus } from '../../fixtures/range/prometheus.ts';
import { withProgram } from '../../fixtures/range/with-program.ts';
import { type Scenario, says, unmet } from '../../src/drill/index.ts';
import { onTarget } from './on-target.ts';

const groups = ['monitoring'];
/** Live operations that C06 needs to judge, so that nothing but the fault is red. */
const enough = 1100;

const jobsOf = ({ genesis }: GenesisRange) => ({
  'genesis-orchestration': genesis.orchestration,
  'genesis-planner': genesis.planner,
});

/** Opens a range with live traffic, declares more of it, and hands it to the fault. */
async function declared(declare: (range: GenesisRange) => Promise<void>): Promise<GenesisRange> {
  const range = await openRange();
  try {
    await range.traffic(enough);
    await declare(range);
    return range;
  } catch (thrown) {
    await range.close();
    throw thrown;
  }
}

const prometheusScenarios: Scenario[] = [
  {
    name: 'prometheus-down',
    description: 'Prometheus is killed',
    groups,
    intended: [{ check: 'C01', shows: says(/connection refused/) }],
    open: () =>
      withProgram('prometheus', () =>
        declared(async (range) => {
          const server = await startPrometheus(path.join(range.folder, 'prometheus'), jobsOf(range));
          range.config.target = {
            ...target(range),
            prometheus: { url: server.url, jobs: Object.keys(jobsOf(range)) },
          };
          await server.stop();
        }),
      ),
  },
  {
    name: 'scrape-target-down',
    description: 'Prometheus runs, but one declared target is down',
    groups,
    intended: [{ check: 'C01', shows: says(/node .*is down|node/) }],
    open: () =>
      withProgram('prometheus', () =>
        declared(async (range) => {
          const server = await startPrometheus(path.join(range.folder, 'prometheus'), jobsOf(range));
          range.alsoClose(() => server.stop());
          const jobs = [...Object.keys(jobsOf(range)), 'node'];
          range.config.target = { ...target(range), prometheus: { url: server.url, jobs } };
        }),
      ),
  },
];

const alertmanagerScenarios: Scenario[] = [
  {
    name: 'alertmanager-down',
    description: 'Alertmanager is killed',
    groups,
    intended: [{ check: 'C03', shows: says(/connection refused/) }],
    open: () =>
      withProgram('prometheus-alertmanager', () =>
        declared(async (range) => {
          const server = await startAlertmanager(path.join(range.folder, 'alertmanager'));
          range.config.target = { ...target(range), alertmanager: { url: server.url } };
          await server.stop();
        }),
      ),
  },
  {
    name: 'route-missing',
    description: 'Alertmanager runs, but critical alerts have no route',
    groups,
    intended: [{ check: 'C03', shows: says(/critical reaches nobody/) }],
    open: () =>
      withProgram('prometheus-alertmanager', () =>
        declared(async (range) => {
          const folder = path.join(range.folder, 'alertmanager');
          const server = await startAlertmanager(folder, ['warning', 'info']);
          range.alsoClose(() => server.stop());
          range.config.target = { ...target(range), alertmanager: { url: server.url } };
        }),
      ),
  },
];

const target = ({ config }: GenesisRange) => config.target as NonNullable<typeof config.target>;

const reportsReadOnly: Scenario = {
  name: 'reports-read-only',
  description: 'the reports folder can’t be written',
  groups,
  intended: [{ check: 'C04', shows: says(/ENOTDIR|EROFS|EACCES/) }],
  open: () =>
    declared(async (range) => {
      // A file in the folder's place refuses every user, root included.
      const inTheWay = path.join(range.folder, 'no-folder');
      writeFileSync(inTheWay, '');
      range.config.reports = path.join(inTheWay, 'reports');
    }),
};

const failingHistory: Scenario = {
  name: 'failing-history',
  description: 'three checks failed in every cycle of the last five minutes',
  groups: ['monitoring', 'rollback'],
  intended: [
    { check: 'C05', shows: unmet('pass rate', (rate) => Math.abs(rate - 29 / 32) < 0.001) },
    { check: 'R02', shows: unmet('pass rate', (rate) => Math.abs(rate - 29 / 32) < 0.001) },
  ],
  open: () =>
    declared(async (range) => {
      recordPast(range, { failed: 3 });
    }),
};

/** Faults that the monitoring group must see. */
export const monitoringScenarios: readonly Scenario[] = [
  ...prometheusScenarios,
  ...alertmanagerScenarios,
  onTarget('grafana-down', {
    description: 'Grafana (a stand-in with its API) is stopped',
    groups,
    before: enough,
    intended: [{ check: 'C02', shows: says(/connection refused/) }],
    prepare(range) {
      range.config.target = {
        ...target(range),
        grafana: { url: range.genesis.standIns?.grafana ?? '', dashboard: 'genesis-48h' },
      };
    },
  }),
  reportsReadOnly,
  failingHistory,
  onTarget('errors', {
    name: 'errors (0.5 %)',
    description: 'one operation in two hundred fails',
    parameters: { ratio: 0.005 },
    groups,
    after: enough,
    intended: [{ check: 'C06', shows: unmet('live error ratio', (ratio) => ratio > 0.003 && ratio < 0.007) }],
  }),
  onTarget('flag-share', {
    description: 'a flag declared for 25 % is served to 60 %',
    parameters: { percent: 60 },
    groups,
    before: enough,
    intended: [{ check: 'C08', shows: says(/declared 25 %, observed (5[4-9]|6[0-6])/) }],
  }),
  onTarget('breaker-stuck', {
    description: 'the circuit breaker never opens',
    groups,
    before: enough,
    intended: [{ check: 'C09', shows: says(/a call while open: expected 503/) }],
  }),
  onTarget('throttle', {
    description: 'no more than 5 operations a second get through',
    groups,
    before: enough,
    intended: [{ check: 'C10', shows: unmet('throughput', (rate) => rate > 2 && rate < 8) }],
    collateral: ['C07', 'C11'],
  }),
  onTarget('leak', {
    description: 'every operation leaks 1 MiB',
    groups,
    before: enough,
    intended: [{ check: 'C11', shows: unmet('memory growth after a burst', (bytes) => bytes > 512 * 1024) }],
  }),
  onTarget('log-bloat', {
    description: 'a log has grown to 101 MB and more',
    groups,
    before: enough,
    intended: [{ check: 'C12', shows: unmet('largest log', (bytes) => bytes > 100 * 1024 ** 2) }],
  }),
  onTarget('container-exited', {
    description: 'a container (of a stand-in with Docker’s API) has exited',
    groups,
    before: enough,
    intended: [{ check: 'C13', shows: says(/genesis-planner is exited/) }],
    prepare(range) {
      const socket = range.genesis.standIns?.dockerSocket ?? '';
      const names = ['genesis-orchestration', 'genesis-planner'];
      range.config.target = { ...target(range), containers: { socket, names } };
    },
  }),
];
