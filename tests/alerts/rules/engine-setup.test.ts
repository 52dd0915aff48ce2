import { expect, test } from 'vitest';
import type { Observation } from '../../../src/alerts/engine/inputs.ts';
import { initialState } from '../../../src/alerts/engine/state.ts';
import { step } from '../../../src/alerts/engine/step.ts';
import { engineSetup } from '../../../src/alerts/rules/engine-setup.ts';
import { alertRules } from '../../../src/alerts/rules/make-rules.ts';
import { type ThresholdTable, thresholds } from '../../../src/core/thresholds/thresholds.ts';

const table: ThresholdTable = structuredClone(thresholds);
const rules = alertRules(table);
const minute = 60_000;
const setup = engineSetup(rules);

test('unless the configuration says otherwise, groups wait half a minute and reminders come by severity', () => {
  const { inhibitions: _, ...policy } = setup.policy;
  expect(policy).toEqual({
    evaluationIntervalMs: 15_000,
    maxGapIntervals: 4,
    groupWaitMs: 30_000,
    urgent: ['P0'],
    groupBy: ['alertname', 'severity'],
    remindAfterMs: { critical: 60 * minute, warning: 240 * minute },
  });
  expect(engineSetup(rules, { groupWaitMs: 0 }).policy).toEqual({ ...setup.policy, groupWaitMs: 0 });
});

test('rules come with their times in milliseconds, failed checks with the interval of the cycles', () => {
  const of = (name: string) => setup.rules.find((rule) => rule.name === name);
  expect(of('TestPassRateLow')).toMatchObject({ forMs: 5 * minute, onlyNew: false });
  expect(setup.rules.map(({ name, keepFiringMs }) => [name, keepFiringMs])).toEqual([
    ...rules.map(({ name, keepFiringSeconds }) => [name, keepFiringSeconds * 1000]),
    ['NotificationsUndelivered', 0],
    ['WatchCutOff', 0],
    ['WatchNotRecording', 0],
    ['UnexpectedRelease', 0],
    ['HealthCheckFailed', 0],
  ]);
  expect(setup.rules.some(({ keepFiringMs }) => keepFiringMs > 0)).toBe(true);
  expect(of('RollbackRequired')).toMatchObject({ onlyNew: true, isCall: true });
  // The short window of a burn rate, and that of the live signals with the time that they keep firing.
  expect(of('ErrorBudgetSlowBurn')?.echo?.lastsMs).toBe(30.5 * minute);
  expect(of('HighErrorRate')?.echo?.lastsMs).toBe(7.5 * minute);
  expect(of('HealthCheckFailed')).toEqual({
    name: 'HealthCheckFailed',
    forMs: 0,
    keepFiringMs: 0,
    onlyNew: false,
    intervalMs: 5 * minute,
    flapping: { readings: 20, episodes: 3, calm: 10 },
    // Until the next cycle has ended.
    echo: { beginsMs: minute / 2, lastsMs: 8 * minute },
    labels: { severity: 'critical', priority: 'P1', signal: 'check' },
  });
  expect(engineSetup(rules, {}, minute).rules.at(-1)?.intervalMs).toBe(minute);
});

/** Which rules are silent while others fire. */
function silenced(firing: readonly Observation[]): string[] {
  const now = engineSetup(
    rules.map((rule) => ({ ...rule, forSeconds: 0 })),
    { groupWaitMs: 0 },
  );
  const observations = firing.map((one) => ({ ...one, forMs: 0 }));
  const { muted } = step(initialState(), { observations }, Date.UTC(2026, 0, 1), now);
  return muted.map(({ rule, mute }) => `${rule}: ${mute.by}`).toSorted();
}
const breached = (rule: string, labels = {}): Observation => ({
  rule,
  labels,
  reading: { state: 'breached' },
});

test('a service that is down explains what follows from it, and nothing else', () => {
  const all = [...rules.map(({ name }) => breached(name)), breached('HealthCheckFailed', { check: 'H01' })];
  const by = 'ServiceDown: a service that is down explains it';
  expect(silenced(all).filter((line) => line.endsWith(by))).toEqual(
    [
      'AOPValidationSlow',
      'ErrorBudgetFastBurn',
      'ErrorBudgetSlowBurn',
      'HALORoutingSlow',
      'HTDAGDecompositionSlow',
      'HealthCheckFailed',
      'HighErrorRate',
      'HighLatencyP95',
      'IntermittentTestFailures',
      'ObservabilityMetricsMissing',
      'SystemThroughputDegraded',
      'TestPassRateDegrading',
      'TestPassRateLow',
    ].map((rule) => `${rule}: ${by}`),
  );
  expect(
    silenced([breached('RollbackRequired', { trigger: 'service_down' }), breached('ServiceDown')]),
  ).toEqual([]);
});

test('a service that is down explains nothing of another service', () => {
  const down = breached('ServiceDown', { job: 'cart', service: 'cart' });
  const of = (service: string) => silenced([down, breached('HighErrorRate', { service })]);
  expect(of('cart')).toEqual(['HighErrorRate: ServiceDown: a service that is down explains it']);
  expect(of('search')).toEqual([]);
  const one = breached('ServiceDown', { job: 'cart', service: 'cart', instance: 'a:1' });
  const probe = (instance?: string) =>
    breached('HealthCheckFailed', { check: 'x', service: 'cart', ...(instance && { instance }) });
  expect(silenced([one, probe('a:1')])).toHaveLength(1);
  expect(silenced([one, probe()])).toHaveLength(1);
  expect(silenced([one, probe('b:1')])).toEqual([]);
});

test('what a service that is about to count as down would explain waits for it', () => {
  const observations = [breached('ServiceDown'), breached('HighErrorRate')].map((one) => ({
    ...one,
    forMs: one.rule === 'HighErrorRate' ? 0 : minute,
  }));
  const { notifications } = step(initialState(), { observations }, 0, engineSetup(rules, { groupWaitMs: 0 }));
  expect(notifications).toEqual([]);
});

test('a critical alert says more than the warning of the same signal, and of the same check', () => {
  const by = 'TestPassRateLow: the critical alert of the same signal says more';
  expect(silenced([breached('TestPassRateLow'), breached('TestPassRateDegrading')])).toEqual([
    `TestPassRateDegrading: ${by}`,
  ]);
  expect(silenced([breached('TestPassRateLow'), breached('HighMemoryUsage')])).toEqual([]);
  const checks = (...ids: string[]) =>
    ids.map((check, index) =>
      breached('HealthCheckFailed', { check, severity: index === 0 ? 'critical' : 'warning' }),
    );
  expect(silenced(checks('H01', 'H02'))).toEqual([]);
});
