import { cycleIntervalSeconds } from '../../core/index.ts';
import type { EnginePolicy, EngineRule, EngineSetup, Inhibition } from '../engine/inputs.ts';
import { undeliveredRule } from './observe-channels.ts';
import { healthCheckRule } from './observe-checks.ts';
import type { AlertRule } from './rule.ts';

/** What is bound to go wrong, and to be told, when a service is down. */
const consequencesOfDown = [
  'TestPassRateLow',
  'TestPassRateDegrading',
  'HighErrorRate',
  'HighLatencyP95',
  'ErrorBudgetFastBurn',
  'ErrorBudgetSlowBurn',
  'HTDAGDecompositionSlow',
  'HALORoutingSlow',
  'AOPValidationSlow',
  'SystemThroughputDegraded',
  'ObservabilityMetricsMissing',
  'IntermittentTestFailures',
  'HealthCheckFailed',
];

/** Which alerts silence which; Alertmanager's configuration is rendered from the same. */
export const inhibitions: readonly Inhibition[] = [
  {
    name: 'a service that is down explains it',
    source: [{ label: 'alertname', operator: '=', value: 'ServiceDown' }],
    target: [{ label: 'alertname', operator: '=~', value: consequencesOfDown.join('|') }],
    equal: [],
    // A service that is gone turns half of the checks red a minute before it counts as down.
    holdWhilePending: true,
  },
  {
    name: 'the critical alert of the same signal says more',
    source: [{ label: 'severity', operator: '=', value: 'critical' }],
    target: [{ label: 'severity', operator: '=', value: 'warning' }],
    // Failed checks share a signal; only its own check's critical alert says more than a warning.
    equal: ['signal', 'check'],
  },
];

const minuteMs = 60_000;

/** The policy unless the configuration says otherwise. */
export const defaultPolicy: Readonly<EnginePolicy> = Object.freeze<EnginePolicy>({
  evaluationIntervalMs: 15_000,
  maxGapIntervals: 4,
  groupWaitMs: 30_000,
  urgent: ['P0'],
  groupBy: ['alertname', 'severity'],
  remindAfterMs: { critical: 60 * minuteMs, warning: 240 * minuteMs },
  inhibitions,
});

/** What the engine must know of a rule. */
function engineRule(rule: AlertRule): EngineRule {
  return {
    name: rule.name,
    labels: rule.labels,
    forMs: rule.forSeconds * 1000,
    keepFiringMs: rule.keepFiringSeconds * 1000,
    onlyNew: rule.onlyNew,
  };
}

/** The engine on these rules, with one alert per failed check beside them, read once every `cycleIntervalMs`. */
export function engineSetup(
  rules: readonly AlertRule[],
  policy: Partial<EnginePolicy> = {},
  cycleIntervalMs = cycleIntervalSeconds * 1000,
): EngineSetup {
  return {
    rules: [...rules.map(engineRule), undeliveredRule, { ...healthCheckRule, intervalMs: cycleIntervalMs }],
    policy: { ...defaultPolicy, ...policy },
  };
}
