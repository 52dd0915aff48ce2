// @module-tag promtool

import { expect, test } from 'vitest';
import { alertRules } from '../../../src/alerts/rules/make-rules.ts';
import type { AlertRule } from '../../../src/alerts/rules/rule.ts';
import { validateConfig } from '../../../src/core/config/validate.ts';
import { prometheusRule } from '../../../src/setup/render/monitoring/alert-rules-file.ts';
import { ruleWriter } from '../../../src/setup/render/monitoring/recorded-signals.ts';
import { quorumRecordings, signalRecordings } from '../../../src/setup/render/monitoring/recording-rules.ts';
import { settingsOf } from '../../../src/setup/render/monitoring/settings.ts';
import { differencesFromPrometheus, type OpenAlert } from './promtool-states.ts';
import { type StorySeries, stepMs } from './rule-stories.ts';

const probes = ['north', 'south', 'west'];
const settings = settingsOf(
  validateConfig(
    { monitoring: { probes: probes.map((name) => ({ name, url: `http://${name}.example.com` })) } },
    'a test',
  ),
);
const rules = alertRules(settings.table, settings.naming);
const named = (name: string) => rules.find((rule) => rule.name === name) as AlertRule;
const perMinute = 60_000 / stepMs;
const lengthMin = 60;

/** Ten checks of each probe, one of which fails at a probe from its minute on; a probe that is dead exposes nothing. */
function series(failsFrom: Record<string, number>, deadFrom: Record<string, number> = {}): StorySeries[] {
  return probes.flatMap((probe) => {
    const own = { deployment: 'genesis', job: 'genesis-tests', instance: probe, probe };
    const isFailing = (step: number) => step >= (failsFrom[probe] ?? lengthMin) * perMinute;
    const alive = (valueAt: (step: number) => number) => (step: number) =>
      step >= (deadFrom[probe] ?? lengthMin) * perMinute ? undefined : valueAt(step);
    const of = (name: string, labels: object, valueAt: (step: number) => number): StorySeries => ({
      name,
      labels: { ...own, ...labels },
      valueAt: alive(valueAt),
    });
    return [
      ...Array.from({ length: 10 }, (_, at) =>
        of('vigil_check_status', { check: `H0${at}`, group: 'health' }, (step) =>
          at === 0 && isFailing(step) ? 0 : 1,
        ),
      ),
      of('vigil_last_cycle_timestamp_seconds', {}, (step) => (Math.floor(step / 20) * 20 * stepMs) / 1000),
      of('vigil_rollback_required', { trigger: 'pass_rate' }, (step) => Number(isFailing(step))),
      of('genesis_test_pass_rate', {}, (step) => (isFailing(step) ? 0.9 : 1)),
    ];
  });
}

const judgedHere = ['TestPassRateLow', 'RollbackRequired', 'TestSuiteNotRunning'];
/** All recordings first, those across probes before those of signals, then the rules that rest on them. */
const evaluated = [
  ...quorumRecordings(settings),
  ...signalRecordings(settings),
  ...judgedHere.map((name) => prometheusRule(named(name), { ...settings, write: ruleWriter(settings) })),
];

/** Alerts expected from a minute on, by rule; `pending` until the rule's time is over. */
function expected(from: Record<string, { min: number; labels?: Record<string, string> }>): OpenAlert[][] {
  return Array.from({ length: lengthMin * perMinute }, (_, step) =>
    Object.entries(from).flatMap(([name, { min, labels = {} }]): OpenAlert[] => {
      const rule = named(name);
      const heldSteps = step - min * perMinute;
      if (heldSteps < 0) return [];
      const state = heldSteps * stepMs >= rule.forSeconds * 1000 ? 'firing' : 'pending';
      return [{ labels: { ...rule.labels, ...labels, deployment: 'genesis', alertname: name }, state }];
    }),
  );
}

test('one of three that fails fires nothing, however long', async () => {
  expect(await differencesFromPrometheus(evaluated, series({ north: 10 }), expected({}))).toBe('');
});

test('the second of three that fails fires the pass rate and the rollback', async () => {
  const open = expected({
    TestPassRateLow: { min: 25 },
    RollbackRequired: { min: 25, labels: { trigger: 'pass_rate' } },
  });
  expect(await differencesFromPrometheus(evaluated, series({ north: 10, south: 25 }), open)).toBe('');
});

test('one of three that is silent is told, though the others go on', async () => {
  // Its last cycle was that of minute 15; its age is past ten minutes with the evaluation after minute 25.
  const open = expected({ TestSuiteNotRunning: { min: 25 + 1 / perMinute } });
  expect(await differencesFromPrometheus(evaluated, series({}, { west: 17 }), open)).toBe('');
});

test('with one Vigil the rules look at that one alone', () => {
  const alone = settingsOf(validateConfig({}, 'a test'));
  expect(alone.naming.quorum).toBeUndefined();
  const [rule] = alertRules(alone.table, alone.naming);
  expect(JSON.stringify(prometheusRule(rule as AlertRule, alone))).toContain(
    'min(genesis_test_pass_rate) < 0.98',
  );
});
