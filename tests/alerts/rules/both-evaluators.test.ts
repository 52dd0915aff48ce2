// @module-tag promtool

import { expect, test } from 'vitest';
import { initialState } from '../../../src/alerts/engine/state.ts';
import { step } from '../../../src/alerts/engine/step.ts';
import { engineSetup } from '../../../src/alerts/rules/engine-setup.ts';
import { alertRules } from '../../../src/alerts/rules/make-rules.ts';
import {
  observeRollback,
  type RollbackTriggers,
  rollbackCalls,
} from '../../../src/alerts/rules/observe-rollback.ts';
import { observeRules } from '../../../src/alerts/rules/observe-rules.ts';
import type { AlertRule } from '../../../src/alerts/rules/rule.ts';
import { evaluate } from '../../../src/alerts/signals/algebra/evaluate.ts';
import { MemorySource } from '../../../src/alerts/signals/algebra/memory-source.ts';
import { signalExpressions } from '../../../src/alerts/signals/algebra/named.ts';
import { defaultNaming } from '../../../src/alerts/signals/algebra/signal-naming.ts';
import type { SignalValues } from '../../../src/alerts/signals/reading.ts';
import { type ThresholdTable, thresholds } from '../../../src/core/thresholds/thresholds.ts';
import { prometheusRule } from '../../../src/setup/render/monitoring/alert-rules-file.ts';
import { differencesFromPrometheus, type OpenAlert } from './promtool-states.ts';
import { pointsOf, type Story, type StorySeries, stepMs, stories } from './rule-stories.ts';

const table: ThresholdTable = structuredClone(thresholds);
const rules = alertRules(table);
const setup = engineSetup(rules, { evaluationIntervalMs: stepMs });
/** As `vigil render` writes rules; which deployment it is, Vigil says only to whom it tells them. */
const rendered = { runbookBase: '', deployment: '' };
const stepsOf = ({ lengthMin }: Story): number => (lengthMin * 60_000) / stepMs;

function sourceOf(story: Story): MemorySource {
  const source = new MemorySource();
  for (const one of story.series) {
    for (const point of pointsOf(one, stepsOf(story))) source.add(one.name, one.labels, point);
  }
  return source;
}

/** Alerts that Vigil's engine has open after each evaluation. */
function ownStates(rule: AlertRule, story: Story): OpenAlert[][] {
  const source = sourceOf(story);
  let state = initialState();
  return Array.from({ length: stepsOf(story) }, (_, index) => {
    const observations = observeRules([rule], source, index * stepMs);
    state = step(state, { observations }, index * stepMs, setup).state;
    return Object.values(state.alerts).flatMap(({ status, labels }) =>
      status === 'resolved' ? [] : [{ labels, state: status }],
    );
  });
}

/** In how many separate runs of evaluations something is so. */
const episodes = (open: readonly OpenAlert[][], state: OpenAlert['state']): number =>
  open.filter((now, at) => {
    const has = (alerts: readonly OpenAlert[] = []) => alerts.some((alert) => alert.state === state);
    return has(now) && !has(open[at - 1]);
  }).length;

const judged = rules.filter(({ onlyNew }) => !onlyNew);

test('every rule but the one that Vigil itself feeds has its story', () => {
  expect(judged.map(({ name }) => name).toSorted()).toEqual(Object.keys(stories).toSorted());
  expect(rules).toHaveLength(18);
});

test.concurrent.each(judged)(
  '$name is pending, firing and over at the same evaluations here and in Prometheus',
  async (rule) => {
    const story = stories[rule.name] as Story;
    const own = ownStates(rule, story);
    // A story in which nothing happens would prove nothing.
    expect(episodes(own, 'firing')).toBeGreaterThan(0);
    expect(own.some((open) => open.length === 0)).toBe(true);
    if (rule.forSeconds > 0) expect(episodes(own, 'pending')).toBeGreaterThan(1);
    expect(await differencesFromPrometheus([prometheusRule(rule, rendered)], story.series, own)).toBe('');
  },
);

test('RollbackRequired: what Vigil’s engine says, Prometheus says one evaluation later', async () => {
  const rule = rules.find(({ name }) => name === 'RollbackRequired') as AlertRule;
  const [errors, down] = [stories.HighErrorRate as Story, stories.ServiceDown as Story];
  const story = { lengthMin: 110, series: [...errors.series, ...down.series] };
  const source = sourceOf(story);
  const expressions = signalExpressions(defaultNaming);
  const exposed: RollbackTriggers[] = [];
  const own: OpenAlert[][] = [];
  let state = initialState();
  for (let index = 0; index < stepsOf(story); index += 1) {
    const atMs = index * stepMs;
    const values: SignalValues = {};
    for (const name of ['errorRatio', 'uptime', 'latencyP95'] as const) {
      const value = evaluate(expressions[name], source, atMs);
      if (value !== undefined) values[name] = value;
    }
    const observations = observeRollback({ values, isKnown: () => false }, table);
    state = step(state, { observations }, atMs, setup).state;
    exposed.push(rollbackCalls(observations, state));
    own.push(
      Object.values(state.alerts).flatMap(({ status, labels }) =>
        status === 'firing' ? [{ labels, state: status }] : [],
      ),
    );
  }
  const fired = new Set(own.flat().map(({ labels }) => labels.trigger));
  expect(fired).toEqual(new Set(['error_ratio', 'service_down']));

  // The gauge that the loop serves: a scrape shows what the evaluation before it decided.
  const gauges = ['error_ratio', 'pass_rate', 'latency_p95', 'service_down'].map(
    (trigger): StorySeries => ({
      name: 'vigil_rollback_required',
      labels: { trigger },
      valueAt: (index) => Number(exposed[index - 1]?.[trigger] ?? false),
    }),
  );
  const late = own.map((_, index) => own[index - 1] ?? []);
  expect(await differencesFromPrometheus([prometheusRule(rule, rendered)], gauges, late)).toBe('');
});

test('without data the two part as they must: Prometheus resolves, Vigil fires on, and both miss the metrics', async () => {
  const [high, missing] = ['HighErrorRate', 'ObservabilityMetricsMissing'].map((wanted) =>
    rules.find(({ name }) => name === wanted),
  ) as [AlertRule, AlertRule];
  const goneAt = 50 * 4;
  const series = (stories.HighErrorRate as Story).series.map(
    (one): StorySeries => ({
      ...one,
      valueAt: (index) => (index < goneAt ? one.valueAt(index) : undefined),
    }),
  );
  const story = { lengthMin: 80, series };
  const own = ownStates(high, story);
  expect(own.at(-1)).toMatchObject([{ state: 'firing', labels: { alertname: 'HighErrorRate' } }]);
  const both = [prometheusRule(high, rendered), prometheusRule(missing, rendered)];
  const blind = ownStates(missing, story);
  expect(blind.at(-1)).toMatchObject([{ state: 'firing' }]);
  // 18 steps after the last sample a 5-minute window holds too few errors, and 8 more are its keep-firing of 2 minutes.
  const forgottenAt = goneAt + 18 + 8;
  const theirs = own.map((open, index) => [...(index >= forgottenAt ? [] : open), ...(blind[index] ?? [])]);
  expect(await differencesFromPrometheus(both, series, theirs)).toBe('');
});
