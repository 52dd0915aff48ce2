import type { TargetConfig, VigilConfig } from '../../core/index.ts';
import type { SignalNaming } from './algebra/named.ts';
import { jobs } from './jobs.ts';

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
