import type { Scenario } from '../../src/drill/index.ts';
import { aroundScenarios } from './around.ts';
import { healthScenarios } from './health.ts';
import { liveScenarios } from './live.ts';
import { metricsScenarios, sloScenarios } from './metrics-and-slo.ts';
import { monitoringScenarios } from './monitoring.ts';
import { neighbourScenarios } from './neighbours.ts';
import { rollbackScenarios } from './rollback.ts';

/** Every fault that is put in, with what it must turn red: at least one for each of the 36 checks. */
export const scenarios: readonly Scenario[] = [
  ...healthScenarios,
  ...metricsScenarios,
  ...sloScenarios,
  ...monitoringScenarios,
  ...neighbourScenarios,
  ...liveScenarios,
  ...rollbackScenarios,
  ...aroundScenarios,
];
