import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Observation } from '../../../src/alerts/engine/inputs.ts';
import { initialState } from '../../../src/alerts/engine/state.ts';
import { step } from '../../../src/alerts/engine/step.ts';
import { checkLabels, healthCheckRule } from '../../../src/alerts/rules/check-alert.ts';
import { dependencyInhibitions } from '../../../src/alerts/rules/dependency-inhibitions.ts';
import { engineSetup } from '../../../src/alerts/rules/engine-setup.ts';
import { alertRules } from '../../../src/alerts/rules/make-rules.ts';
import { namingOf } from '../../../src/alerts/signals/naming.ts';
import { dependenciesIn } from '../../../src/core/config/dependents.ts';
import { effectiveThresholds } from '../../../src/core/config/effective.ts';
import { validateConfig } from '../../../src/core/config/validate.ts';
import { alertmanagerConfig } from '../../../src/setup/render/monitoring/alertmanager-config.ts';
import { settingsOf } from '../../../src/setup/render/monitoring/settings.ts';

const traffic = { metrics: '/metrics', traffic: 'prom-client' };
const probe = (id: string, service: string, more: object = {}) => ({
  type: 'http',
  id,
  service,
  path: '/',
  ...more,
});
const config = validateConfig(
  {
    services: {
      shop: { url: 'http://shop.example.com', dependsOn: ['payments'], ...traffic },
      payments: { url: 'http://payments.example.com', ...traffic },
    },
    probes: [
      probe('order', 'shop'),
      probe('basket', 'shop', { severity: 'warning' }),
      probe('pay', 'payments', { dependsOn: ['db.1'] }),
      probe('expiry', 'payments', { severity: 'warning' }),
      { type: 'tcp', id: 'db.1', host: 'db.example.com', port: 5432 },
    ],
  },
  'vigil.config.ts',
);
const naming = namingOf(config);
const rules = alertRules(effectiveThresholds(config), naming);
const inhibitions = dependencyInhibitions(dependenciesIn(config));
const setup = engineSetup(rules, { groupWaitMs: 0 }, undefined, inhibitions);

type Severity = 'critical' | 'warning';
const labelsOf = (id: string, severity: Severity = 'critical') => ({
  ...checkLabels({ id, group: 'probes' }),
  severity,
  priority: severity === 'critical' ? ('P1' as const) : ('P2' as const),
});
const failing = (id: string, severity?: Severity): Observation => ({
  rule: healthCheckRule.name,
  labels: labelsOf(id, severity),
  reading: { state: 'breached' },
});
const passing = (id: string): Observation => ({ ...failing(id), reading: { state: 'clear' } });
const ofService = (rule: string, service: string): Observation => ({
  rule,
  labels: { service },
  reading: { state: 'breached' },
});

/** Steps a minute apart; what was told and what is silent after each. */
function watched(...steps: Observation[][]) {
  let state = initialState();
  return steps.map((observations, minute) => {
    const result = step(state, { observations }, minute * 60_000, setup);
    state = result.state;
    const name = ({ rule, labels }: { rule: string; labels: Readonly<Record<string, string>> }) =>
      labels.check ?? `${rule} ${labels.service}`;
    return {
      told: result.notifications
        .flatMap(({ reason, alerts }) => alerts.map((alert) => `${reason} ${name(alert)}`))
        .toSorted(),
      silent: result.muted.map((alert) => `${name(alert)}: ${alert.mute.by}`).toSorted(),
      incidents: Object.values(state.incidents).map(({ members }) => members.map(name)),
      open: Object.values(state.alerts).map(name).toSorted(),
    };
  });
}

test('what depends on a check that fails is silent under it, by the deepest cause, and ends by itself', () => {
  const [first, second] = watched(
    [failing('order'), failing('pay'), failing('db.1')],
    [passing('order'), failing('pay'), failing('db.1')],
  );
  expect(first?.told).toEqual(['firing db.1']);
  expect(first?.silent).toEqual([
    'order: HealthCheckFailed pay: shop depends on payments',
    'pay: HealthCheckFailed db.1: pay depends on db.1',
  ]);
  expect(first?.incidents).toEqual([['db.1', 'pay', 'order']]);
  expect(second?.told).toEqual([]);
  expect(second?.open).toEqual(['db.1', 'pay']);
});

test('what lasts longer than its cause is told then', () => {
  const later = Array.from({ length: 12 }, () => [failing('pay'), passing('db.1')]);
  const [, second, ...others] = watched([failing('pay'), failing('db.1')], ...later);
  expect(second?.told).toEqual(['resolved db.1']);
  expect(others.flatMap(({ told }) => told)).toEqual(['firing pay']);
});

test('what was told before its cause came is told until its end', () => {
  const [first, second, third] = watched(
    [failing('pay')],
    [failing('pay'), failing('db.1')],
    [passing('pay'), failing('db.1')],
  );
  expect(first?.told).toEqual(['firing pay']);
  expect(second?.told).toEqual(['firing db.1']);
  expect(third?.told).toEqual(['resolved pay']);
});

test('a warning explains no critical alert, and a critical one of a service explains those of its dependents', () => {
  expect(watched([failing('expiry', 'warning'), failing('order')])[0]?.told).toEqual([
    'firing expiry',
    'firing order',
  ]);
  const rate = ofService('HighErrorRate', 'payments');
  const steps = Array.from({ length: 6 }, () => [rate, ofService('HighErrorRate', 'shop')]);
  const last = watched(...steps, [rate, ofService('HighErrorRate', 'shop'), failing('order')]);
  expect(last.flatMap(({ told }) => told)).toEqual(['firing HighErrorRate payments']);
  expect(last.at(-1)?.silent).toEqual(['order: HighErrorRate: shop depends on payments']);
});

test('Alertmanager is rendered with the same inhibitions', () => {
  const { inhibit_rules: rendered } = parse(alertmanagerConfig(settingsOf(config)));
  expect(inhibitions.length).toBeGreaterThan(4);
  const text = ({ label, operator, value }: (typeof inhibitions)[0]['source'][0]) =>
    `${label}${operator}${JSON.stringify(value)}`;
  for (const { source, target } of inhibitions)
    expect(rendered).toContainEqual({
      source_matchers: source.map(text),
      target_matchers: target.map(text),
      equal: ['deployment'],
    });
});
