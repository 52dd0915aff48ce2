import type { NamedSignal } from '../../../../../src/alerts/index.ts';
import { cpuScene, diskScene, memoryScene } from './host-scenes.ts';
import { type Scene, type Stage, scraped } from './scene.ts';
import { gaugeSeries } from './series.ts';
import { errorScene, meanScene, quantileScene, throughputScene } from './traffic-scenes.ts';

const gaugeScene = (
  metric: string,
  labels: Readonly<Record<string, string>>,
  alert: Readonly<Record<string, string>> = {},
): Scene => ({
  labels: alert,
  isRate: false,
  series: (acts) => [gaugeSeries(metric, { ...labels, ...alert }, acts)],
});

/** One of two services answers or does not; the other always does. */
const serviceScene: Scene = {
  labels: { job: scraped.orchestration.job, service: 'orchestration' },
  isRate: false,
  isBinary: true,
  series: (acts) => [
    gaugeSeries('up', scraped.orchestration, acts),
    gaugeSeries(
      'up',
      scraped.planner,
      acts.map(({ samples }) => ({ samples, value: 1 })),
    ),
  ],
};

/** As many watches as must say that a rollback is due. */
function rollbackScene({ quorum }: Stage): Scene {
  const labels = { trigger: 'error_ratio' };
  const watches = Array.from({ length: quorum }, (_, index) => ({
    ...scraped.tests,
    instance: `vigil-${index}`,
  }));
  return {
    labels,
    isRate: false,
    series: (acts) =>
      watches.map((watch) => gaugeSeries('vigil_rollback_required', { ...watch, ...labels }, acts)),
  };
}

/** The scene of each signal that a rule compares with a limit; RangeError for one that has tests of its own. */
export function sceneOf(signal: NamedSignal, stage: Stage): Scene {
  switch (signal) {
    case 'passRate':
      return gaugeScene(stage.passRateMetric, scraped.tests);
    case 'coverage':
      return gaugeScene('vigil_coverage_ratio', scraped.tests);
    case 'uptime':
      return serviceScene;
    case 'rollbackRequired':
      return rollbackScene(stage);
    case 'errorRatio':
      return errorScene(stage);
    case 'latencyP50':
      return quantileScene(stage, 0.5);
    case 'latencyP95':
      return quantileScene(stage, 0.95);
    case 'latencyP99':
      return quantileScene(stage, 0.99);
    case 'htdagMean':
      return meanScene(stage, 'htdag_decomposition');
    case 'haloMean':
      return meanScene(stage, 'halo_routing');
    case 'aopMean':
      return meanScene(stage, 'aop_validation');
    case 'throughput':
      return throughputScene(stage);
    case 'memoryUsed':
      return memoryScene;
    case 'cpuUsed':
      return cpuScene(stage);
    case 'diskUsed':
      return diskScene;
    case 'lastCycleAge':
    case 'checkFlips':
    case 'rejectedRise':
    case 'operations':
      throw new RangeError(`${signal} has tests of its own`);
  }
}
