import { type ServiceConfig, type VigilConfig, watchesGenesis } from '../../core/index.ts';
import type { SignalNaming } from './algebra/named.ts';

/** The scrape jobs by name, the same for Prometheus and for the loop, so that both see the same series. */
export const jobs = {
  orchestration: 'genesis-orchestration',
  planner: 'genesis-planner',
  node: 'node',
} as const;

/** The job of the watch itself. */
export const testsJob = ({ isGenesis = true }: Pick<SignalNaming, 'isGenesis'>): string =>
  isGenesis ? 'genesis-tests' : 'vigil';

/** What Vigil's own rules record first: where it is, they are evaluated. */
export const probesUpRecord = 'vigil:probes:up';

/** How the signals of a deployment are named. */
export function namingOf(
  config: Pick<VigilConfig, 'metricsPrefix' | 'liveWindow' | 'monitoring' | 'services'>,
  services: readonly Pick<ServiceConfig, 'job' | 'metrics'>[] = config.services,
): SignalNaming {
  return {
    prefix: config.metricsPrefix,
    windowMs: config.liveWindow,
    timeScale: config.monitoring.timeScale,
    hasTraffic: services.some(({ metrics }) => metrics !== undefined),
    isGenesis: watchesGenesis(config),
    services: services.map(({ job }) => job).join('|'),
  };
}
