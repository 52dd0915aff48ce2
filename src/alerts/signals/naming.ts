import {
  instanceName,
  type ServiceConfig,
  trafficOf,
  type VigilConfig,
  watchesGenesis,
} from '../../core/index.ts';
import type { SignalNaming, Sli } from './algebra/signal-naming.ts';

/** The scrape jobs by name, the same for Prometheus and for the loop, so that both see the same series. */
export const jobs = {
  orchestration: 'genesis-orchestration',
  planner: 'genesis-planner',
  node: 'node',
} as const;

/** The job of the watch itself. */
export const testsJob = ({ isGenesis = true }: Pick<SignalNaming, 'isGenesis'>): string =>
  isGenesis ? 'genesis-tests' : 'vigil';

/** When a process began, as client libraries of Prometheus expose it. */
export const processStartMetric = 'process_start_time_seconds';

/** Which release each instance said in the last cycle. */
export const instanceReleaseMetric = 'vigil_instance_release';

/** What Vigil's own rules record first: where it is, they are evaluated. */
export const probesUpRecord = 'deployment:up:probes';

function sliOf({ name, job, traffic }: ServiceConfig, prefix: string): Sli[] {
  if (traffic === undefined) return [];
  const where = [{ label: 'job', operator: '=', value: job }] as const;
  return [{ service: name, where, traffic: trafficOf(traffic, prefix), subtractsOwn: true }];
}

/** Genesis counts the operations of both its services in the orchestrator. */
function genesisSlis({ services, metricsPrefix }: Pick<VigilConfig, 'services' | 'metricsPrefix'>): Sli[] {
  const { traffic = 'genesis' } = services[0] ?? {};
  const service = 'orchestration';
  return [{ service, where: [], traffic: trafficOf(traffic, metricsPrefix), subtractsOwn: false }];
}

/** How the signals of a configuration are named. */
export function namingOf(
  config: Pick<VigilConfig, 'metricsPrefix' | 'liveWindow' | 'monitoring' | 'services' | 'thresholds'>,
  services: readonly Pick<ServiceConfig, 'name' | 'job' | 'metrics' | 'instances'>[] = config.services,
): SignalNaming {
  const { metricsPrefix, liveWindow, monitoring } = config;
  const isGenesis = watchesGenesis(config);
  return {
    prefix: metricsPrefix,
    windowMs: liveWindow,
    timeScale: monitoring.timeScale,
    isGenesis,
    slis: isGenesis ? genesisSlis(config) : config.services.flatMap((one) => sliOf(one, metricsPrefix)),
    services: services.map(({ job }) => job).join('|'),
    scraped: services.flatMap(({ name, job, metrics }) =>
      metrics === undefined ? [] : [{ job, service: name }],
    ),
    instances: Object.fromEntries(
      services.flatMap(({ job, instances }) =>
        instances === undefined ? [] : [[job, instances === 'dns' ? instances : instances.map(instanceName)]],
      ),
    ),
    // Genesis has its own, which check C10 holds too.
    limitsThroughput: isGenesis || config.thresholds.throughput !== undefined,
  };
}
