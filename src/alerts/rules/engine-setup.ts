import { cycleIntervalSeconds, type Matcher } from '../../core/index.ts';
import type { EnginePolicy, EngineRule, EngineSetup, Inhibition } from '../engine/inputs.ts';
import { healthCheckRule } from './check-alert.ts';
import { undeliveredRule } from './observe-channels.ts';
import { recordingRule } from './observe-recording.ts';
import { releaseRule } from './observe-releases.ts';
import { cutOffRule } from './observe-witness.ts';
import type { AlertRule } from './rule.ts';
import { signalCause } from './signal-cause.ts';

/** The rule that calls for a rollback. */
const rollbackRule = 'RollbackRequired';

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

const given = (label: string): Matcher => ({ label, operator: '!=', value: '' });
const without = (label: string): Matcher => ({ label, operator: '=', value: '' });

const downExplains = (whose: readonly Matcher[], equal: readonly string[]): Inhibition => ({
  name: 'a service that is down explains it',
  source: [{ label: 'alertname', operator: '=', value: 'ServiceDown' }],
  target: [{ label: 'alertname', operator: '=~', value: consequencesOfDown.join('|') }, ...whose],
  equal,
  // A service that is gone turns half of the checks red a minute before it counts as down.
  holdWhilePending: true,
});

/** Which alerts silence which; Alertmanager's configuration is rendered from the same. */
export const inhibitions: readonly Inhibition[] = [
  downExplains([without('service')], []),
  // What is of a service is explained by that service alone, and what is of an instance by that one.
  downExplains([given('service'), without('instance')], ['service']),
  downExplains([given('instance')], ['service', 'instance']),
  {
    name: 'the critical alert of the same signal says more',
    source: [{ label: 'severity', operator: '=', value: 'critical' }],
    target: [{ label: 'severity', operator: '=', value: 'warning' }],
    // Failed checks share a signal, and so do services; only its own critical alert says more than a warning.
    equal: ['signal', 'check', 'service', 'instance'],
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

/** Whether an alert tells of outcomes, which only the next cycle changes. */
const isOfCycle = ({ name, cause }: AlertRule): boolean =>
  cause === signalCause('passRate') || name === rollbackRule;

/** What the engine must know of a rule. */
function engineRule(rule: AlertRule, cycleEcho: EngineRule['echo'], someMs: number): EngineRule {
  const keepFiringMs = rule.keepFiringSeconds * 1000;
  const beginsMs = rule.lookBackSeconds * 1000 + someMs;
  return {
    name: rule.name,
    labels: rule.labels,
    forMs: rule.forSeconds * 1000,
    keepFiringMs,
    onlyNew: rule.onlyNew,
    isCall: rule.name === rollbackRule || undefined,
    echo: isOfCycle(rule) ? cycleEcho : { beginsMs, lastsMs: beginsMs + keepFiringMs },
  };
}

/**
 * The engine on these rules, with one alert per failed check beside them, read once every `cycleIntervalMs`.
 * `dependencies` are inhibitions beside those of the policy.
 */
export function engineSetup(
  rules: readonly AlertRule[],
  policy: Partial<EnginePolicy> = {},
  cycleIntervalMs = cycleIntervalSeconds * 1000,
  dependencies: readonly Inhibition[] = [],
): EngineSetup {
  const given = { ...defaultPolicy, ...policy };
  const whole = { ...given, inhibitions: [...given.inhibitions, ...dependencies] };
  const someMs = 2 * whole.evaluationIntervalMs;
  const echo = { beginsMs: someMs, lastsMs: 1.5 * cycleIntervalMs + someMs };
  return {
    rules: [
      ...rules.map((rule) => engineRule(rule, echo, someMs)),
      undeliveredRule,
      cutOffRule,
      recordingRule,
      { ...releaseRule, intervalMs: cycleIntervalMs },
      { ...healthCheckRule, intervalMs: cycleIntervalMs, echo },
    ],
    policy: whole,
  };
}
