import type { TargetConfig, VigilConfig } from '../../core/index.ts';
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

/** How the signals of a target are named; the embedded target, which no configuration describes, has both services. */
export function namingOf(
  { metricsPrefix, liveWindow, monitoring }: Pick<VigilConfig, 'metricsPrefix' | 'liveWindow' | 'monitoring'>,
  target: Pick<TargetConfig, 'planner'> | undefined,
): SignalNaming {
  const hasPlanner = target === undefined || target.planner !== undefined;
  return {
    prefix: metricsPrefix,
    windowMs: liveWindow,
    timeScale: monitoring.timeScale,
    services: (hasPlanner ? [jobs.orchestration, jobs.planner] : [jobs.orchestration]).join('|'),
  };
}
