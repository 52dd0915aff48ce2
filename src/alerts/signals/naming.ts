import { metricsUrlOf, suiteKind, type TargetConfig, type VigilConfig } from '../../core/index.ts';
import type { SignalNaming } from './algebra/named.ts';

/** The scrape jobs by name, the same for Prometheus and for the loop, so that both see the same series. */
export const jobs = {
  orchestration: 'genesis-orchestration',
  planner: 'genesis-planner',
  tests: 'genesis-tests',
  node: 'node',
} as const;

/** What Vigil's own rules record first: where it is, they are evaluated. */
export const probesUpRecord = 'vigil:probes:up';

/** What names the signals of a configuration. */
type NamedBy = Pick<VigilConfig, 'metricsPrefix' | 'liveWindow' | 'monitoring' | 'suite' | 'probes'>;

/** How the signals of a target are named; the embedded target, which no configuration describes, has both services. */
export function namingOf(config: NamedBy, target: TargetConfig | undefined): SignalNaming {
  const isEmbedded = target === undefined && suiteKind({ ...config, target }) === 'own';
  const hasPlanner = target === undefined || target.planner !== undefined;
  return {
    prefix: config.metricsPrefix,
    windowMs: config.liveWindow,
    timeScale: config.monitoring.timeScale,
    hasTraffic: isEmbedded || (target !== undefined && metricsUrlOf(target) !== undefined),
    services: (hasPlanner ? [jobs.orchestration, jobs.planner] : [jobs.orchestration]).join('|'),
  };
}
