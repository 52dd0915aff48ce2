import path from 'node:path';
import { refusedAlert, silenceAll, startAlertmanager } from '../../fixtures/range/alertmanager.ts';
import { staleScrapes, startBadProxy } from '../../fixtures/range/bad-proxy.ts';
import type { GenesisRange } from '../../fixtures/range/open-range.ts';
import { startPrometheus } from '../../fixtures/range/prometheus.ts';
import { withProgram } from '../../fixtures/range/with-program.ts';
import { type Scenario, says } from '../../src/drill/index.ts';
import { declared, enough, targetOf } from './declared.ts';
import { onTarget } from './on-target.ts';

const groups = ['monitoring'];

const jobsOf = ({ genesis }: GenesisRange) => ({
  'genesis-orchestration': genesis.orchestration,
  'genesis-planner': genesis.planner,
});

interface Neighbour {
  name: string;
  description: string;
  message: RegExp;
  fault(range: GenesisRange): Promise<void>;
}

function neighbour(program: string, check: string, { message, fault, ...named }: Neighbour): Scenario {
  return {
    ...named,
    groups,
    intended: [{ check, shows: says(message) }],
    open: () => withProgram(program, () => declared(fault)),
  };
}

const prometheusScenario = (scenario: Neighbour) => neighbour('prometheus', 'C01', scenario);
const alertmanagerScenario = (scenario: Neighbour) => neighbour('prometheus-alertmanager', 'C03', scenario);

async function prometheusOf(range: GenesisRange, alerting: Parameters<typeof startPrometheus>[2] = {}) {
  const server = await startPrometheus(path.join(range.folder, 'prometheus'), jobsOf(range), alerting);
  range.alsoClose(() => server.stop());
  range.config.target = {
    ...targetOf(range),
    prometheus: { url: server.url, jobs: Object.keys(jobsOf(range)) },
  };
  return server;
}

async function alertmanagerOf(range: GenesisRange, options: Parameters<typeof startAlertmanager>[1] = {}) {
  const server = await startAlertmanager(path.join(range.folder, 'alertmanager'), options);
  range.alsoClose(() => server.stop());
  range.config.target = { ...targetOf(range), alertmanager: { url: server.url } };
  return server;
}

const killed = (
  program: string,
  start: (range: GenesisRange) => Promise<{ stop(): Promise<void> }>,
): Neighbour => ({
  name: `${program.toLowerCase()}-down`,
  description: `${program} is killed`,
  message: /connection refused/,
  fault: async (range) => (await start(range)).stop(),
});

const prometheusScenarios: Scenario[] = [
  prometheusScenario(killed('Prometheus', prometheusOf)),
  prometheusScenario({
    name: 'scrape-target-down',
    description: 'Prometheus runs, but one declared target is down',
    message: /node .*is down|node/,
    async fault(range) {
      await prometheusOf(range);
      targetOf(range).prometheus?.jobs.push('node');
    },
  }),
  prometheusScenario({
    name: 'prometheus-idle (rules)',
    description: 'Prometheus has no rules and no Alertmanager, though one is declared',
    message: /no alerting rule is loaded; no Alertmanager is configured/,
    async fault(range) {
      await alertmanagerOf(range);
      await prometheusOf(range, { hasRules: false });
    },
  }),
  prometheusScenario({
    name: 'prometheus-idle (scrapes)',
    description: 'Prometheus has scraped nothing for twenty minutes',
    message: /was scraped 20m.* ago, expected every 1s/,
    async fault(range) {
      const { url } = await prometheusOf(range);
      const proxy = await startBadProxy(url, staleScrapes(url));
      range.alsoClose(() => proxy.close());
      range.config.target = {
        ...targetOf(range),
        prometheus: { url: proxy.url, jobs: Object.keys(jobsOf(range)) },
      };
    },
  }),
];

const alertmanagerScenarios: Scenario[] = [
  alertmanagerScenario(killed('Alertmanager', alertmanagerOf)),
  alertmanagerScenario({
    name: 'route-missing',
    description: 'Alertmanager runs, but critical alerts have no route',
    message: /critical reaches nobody/,
    fault: async (range) => void (await alertmanagerOf(range, { routed: ['warning', 'info'] })),
  }),
  alertmanagerScenario({
    name: 'alertmanager-mute (silence)',
    description: 'a silence takes every alert',
    message: /every critical alert is silenced by the drill/,
    fault: async (range) => silenceAll((await alertmanagerOf(range)).url),
  }),
  alertmanagerScenario({
    name: 'alertmanager-mute (route)',
    description: 'every route is muted at all times',
    message: /critical is muted now by the time interval always/,
    fault: async (range) => void (await alertmanagerOf(range, { isMuted: true })),
  }),
  alertmanagerScenario({
    name: 'alertmanager-mute (refused)',
    description: 'the receiver refuses what it is sent',
    message: /webhook: \d+ of \d+ attempts to notify failed/,
    fault: async (range) => refusedAlert((await alertmanagerOf(range)).url),
  }),
];

const grafanaOf = (range: GenesisRange) => {
  range.config.target = {
    ...targetOf(range),
    grafana: { url: range.genesis.standIns?.grafana ?? '', dashboard: 'genesis-48h' },
  };
};

const containersOf = (range: GenesisRange) => {
  const socket = range.genesis.standIns?.dockerSocket ?? '';
  const names = ['genesis-orchestration', 'genesis-planner'];
  range.config.target = { ...targetOf(range), containers: { socket, names } };
};

/** Faults of what stands around a target: Prometheus, Alertmanager, Grafana and the containers. */
export const neighbourScenarios: readonly Scenario[] = [
  ...prometheusScenarios,
  ...alertmanagerScenarios,
  onTarget('grafana-down', {
    description: 'Grafana (a stand-in with its API) is stopped',
    groups,
    before: enough,
    intended: [{ check: 'C02', shows: says(/connection refused/) }],
    prepare: grafanaOf,
  }),
  onTarget('grafana-empty', {
    name: 'grafana-empty (data)',
    description: 'Grafana has no data source for the dashboard',
    groups,
    before: enough,
    intended: [{ check: 'C02', shows: says(/data source prometheus does not exist/) }],
    prepare: grafanaOf,
  }),
  onTarget('grafana-empty', {
    name: 'grafana-empty (panels)',
    description: 'the dashboard has no panel',
    parameters: { how: 'panels' },
    groups,
    before: enough,
    intended: [{ check: 'C02', shows: says(/panels of genesis-48h 0/) }],
    prepare: grafanaOf,
  }),
  onTarget('container-exited', {
    description: 'a container (of a stand-in with Docker’s API) has exited',
    groups,
    before: enough,
    intended: [{ check: 'C13', shows: says(/genesis-planner is exited/) }],
    prepare: containersOf,
  }),
  onTarget('container-restarts', {
    description: 'a container runs after 412 restarts',
    groups,
    before: enough,
    intended: [{ check: 'C13', shows: says(/genesis-planner was restarted 412 times, last \d+s ago/) }],
    prepare: containersOf,
  }),
];
