import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalogue } from '../../health-tests/catalogue.ts';
import { alertRules } from '../../src/alerts/rules/make-rules.ts';
import { thresholds } from '../../src/core/thresholds/thresholds.ts';
import {
  acknowledgeAlerts,
  alertsNamed,
  openAlertsOf,
  silenceAlerts,
} from '../../src/monitor/alert-actions.ts';
import { savedState } from '../../src/monitor/loop/saved-state.ts';
import { askHistory } from '../../src/release/gate/gate.ts';
import { handover } from '../../src/views/handover.ts';
import { incidentMarkdown } from '../../src/views/incident-report.ts';
import { identity } from '../history/cycle.ts';
import { folder, opened } from '../history/folder.ts';
import {
  askedMs,
  criticalAlert,
  deployedMs,
  recordGreen,
  setup,
  takenMs,
  takeStage,
} from '../release/gate/green.ts';
import { inOrder } from '../support/in-order.ts';
import { recordRun } from '../support/rollback-run.ts';
import { openSlowScene, type Scene } from './page/support/scene.ts';

const minute = 60_000;

let scene: Scene;
beforeAll(async () => {
  scene = await openSlowScene(12, {
    prepare: ({ history }, nowMs) =>
      history.recordDeployment({ timeMs: nowMs - 50 * minute, release: 'v2', who: 'ana' }),
  });
});
afterAll(() => scene?.close());

const open = () => openAlertsOf(scene.watch.evaluator.state());
const source = () => {
  const { history } = scene.watch;
  const outcomes = history.latestCycle()?.outcomes ?? [];
  const words = { rules: alertRules(thresholds), catalogue, outcomes };
  return { history, setup, words, nowMs: scene.nowMs() };
};

test('the next shift is told stage, what is open, silenced and unproven, and when the gate can open', () => {
  const before = handover(source());
  expect(before.stage).toMatch(inOrder('v2', 'has no traffic yet'));
  expect(before.open).toMatch(inOrder('Open', 'P1', 'H11', '317 ms', '10m', 'other alerts follow'));
  expect(before.silenced).toBe('Nothing is silenced or acknowledged.');
  expect(before.gate).toMatch(/^The gate to 25 % (can open at|is blocked)/);

  const { history } = scene.watch;
  const nowMs = scene.nowMs();
  acknowledgeAlerts(history, alertsNamed('H11', open()), { timeMs: nowMs, who: 'bo', note: undefined });
  const silence = { fromMs: nowMs - 1, toMs: nowMs + 60 * minute, who: 'bo', reason: 'being mended' };
  silenceAlerts(history, alertsNamed('HighLatencyP95', open()), silence);
  expect(handover(source()).silenced).toMatch(
    inOrder('alertname=HighLatencyP95', 'silenced until 04:10 UTC', 'by bo', 'H11', 'acknowledged by bo'),
  );
  for (const sentence of Object.values(handover(source()))) expect(sentence).toMatch(/^\S.*\.$/);
});

test('a stage that no instance runs is told as such, also the last one', () => {
  const made = opened(folder(), { now: () => new Date(askedMs) });
  recordGreen(made, { cycleOf: () => ({ identity: { ...identity, releases: { service: ['v1', 'v1'] } } }) });
  const sentences = () => handover({ ...source(), history: made, nowMs: askedMs });
  expect(sentences().stage).toMatch(
    inOrder('The stage of 25 % of v2', 'an instance that says v2', '2 instances say v1'),
  );
  takeStage(made, 100, askedMs - 30 * minute);
  expect(sentences().gate).toBe('The last stage is taken.');
  expect(sentences().stage).toMatch(inOrder('The stage of 100 % of v2', 'an instance that says v2'));
});

describe('a release that was rolled back', () => {
  const endedMs = askedMs - 10 * minute;
  const saying = (id: string) => ({ identity: { ...identity, releases: { service: [id, id] } } });

  /** What is handed over with a rollback, where the instances said v2 from the deployment to its end, else v1. */
  function rolledBackAt(percent: number, run: Partial<Parameters<typeof recordRun>[1]> = {}) {
    const made = opened(folder(), { now: () => new Date(askedMs) });
    const isOut = (timeMs: number) => timeMs >= deployedMs && timeMs <= endedMs;
    recordGreen(made, { cycleOf: (timeMs) => saying(isOut(timeMs) ? 'v2' : 'v1') });
    if (percent > 25) takeStage(made, percent, askedMs - 30 * minute);
    recordRun(made, { startedMs: endedMs - minute, endedMs, detail: 'v1 is back', ...run });
    const known = { ...setup, listed: ['service'] };
    return handover({ ...source(), setup: known, history: made, nowMs: askedMs });
  }

  test.each([25, 100])(
    'is told as such first, with when, by what, why and how it ended: at %i %%',
    (percent) => {
      const { stage, gate } = rolledBackAt(percent);
      expect(stage).toMatch(
        inOrder(
          'v2 was rolled back at 01:00 UTC',
          'git, by vigil monitor',
          '/cart answers 500',
          'succeeded',
          'v1 is back',
        ),
      );
      for (const sentence of [stage, gate])
        expect(sentence).not.toMatch(/v2 has|expected an instance|at the earliest/);
      expect(gate).toMatch(
        percent === 25 ? /^The gate to 50 % is blocked; .*rollbacks/ : /^No gate is due.*--deployed/,
      );
    },
  );

  test('counts as such where a person brought it back after a rollback that did not help, and not before', () => {
    const failed = { status: 'failed' as const, detail: 'H01 still fails' };
    expect(rolledBackAt(100, failed).stage).toMatch(
      inOrder('A rollback of v2', 'did not succeed', 'H01', 'that says v2'),
    );
    const settled = rolledBackAt(100, { ...failed, settledMs: endedMs + minute }).stage;
    expect(settled).toMatch(inOrder('A rollback of v2', 'did not succeed', 'a person has closed it'));
    expect(settled).not.toContain('expected an instance');
  });
});

test('instances of another release at 100 % are counted, and not all traffic is said to be on it', () => {
  const releases = { service: ['v1', 'v2', 'v2'] };
  const made = opened(folder(), { now: () => new Date(askedMs) });
  recordGreen(made, { cycleOf: () => ({ identity: { ...identity, releases } }) });
  takeStage(made, 100, askedMs - 30 * minute);
  const { stage, gate } = handover({ ...source(), history: made, nowMs: askedMs });
  expect(stage).toMatch(inOrder('The stage of 100 % of v2', 'service: 2 of 3 instances on v2, 1 on v1'));
  expect(gate).toBe('The last stage is taken.');
});

test('what keeps the gate shut is what the gate names first', () => {
  const made = opened(folder(), { now: () => new Date(askedMs) });
  recordGreen(made, { cycleOf: () => ({ identity: { ...identity, releases: { service: ['v1', 'v1'] } } }) });
  made.saveState('alerts', { version: 1, alerts: { f: criticalAlert }, groups: {} });
  const nowMs = takenMs + 40 * minute;
  const asking = { to: 50, askedBy: 'carol', via: 'command' };
  const { decision } = askHistory(made, setup, asking, nowMs);
  const first = decision.conditions.find(({ id }) => id === decision.first);
  expect(first?.id).not.toBe('soak');
  expect(handover({ ...source(), history: made, nowMs }).gate).toContain(`: ${first?.title}, `);
});

test('an alert is named by its id, its rule, its check or all; what names none is refused with what is open', () => {
  const [first] = open();
  expect(alertsNamed((first?.fingerprint ?? '').slice(0, 6), open())).toEqual([first]);
  expect(alertsNamed('all', open())).toHaveLength(open().length);
  expect(alertsNamed('HealthCheckFailed', open()).length).toBeGreaterThan(1);
  expect(() => alertsNamed('', open())).toThrow();
  expect(() => alertsNamed('Nothing', open())).toThrow(/no open alert is called "Nothing"/);
  expect(() => alertsNamed('all', [])).toThrow();
});

test('an incident is reported with its cause, what followed, and what was done', () => {
  const incidents = Object.values(savedState(scene.watch.history, 'alerts')?.incidents ?? {});
  const [incident] = incidents.sort((a, b) => b.members.length - a.members.length);
  const text = incident && incidentMarkdown(incident, { ...source(), name: 'Shop' });
  expect(text).toMatch(
    inOrder(
      '# Incident report: Shop',
      'Started by:',
      'Followed by:',
      '## Timeline',
      'v2 was deployed by ana',
      'fired',
      '## Failing checks',
      '| H11 |',
      '## For a person',
      'Root cause: _(to be filled in by a person)_',
    ),
  );
  expect(text).not.toMatch(/undefined|NaN/);
});
