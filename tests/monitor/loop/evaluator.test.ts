import { describe, expect, test } from 'vitest';
import { type AlertRecord, initialState } from '../../../src/alerts/engine/state.ts';
import { createOutboxTables } from '../../../src/alerts/notify/outbox-tables.ts';
import { effectiveThresholds } from '../../../src/core/config/effective.ts';
import { validateConfig } from '../../../src/core/config/validate.ts';
import { labelFingerprint } from '../../../src/core/labels/fingerprint.ts';
import { createRedactor } from '../../../src/core/text/redactor.ts';
import { deploymentLabel } from '../../../src/core/text/slug.ts';
import type { History } from '../../../src/history/history.ts';
import { type Evaluator, openEvaluator } from '../../../src/monitor/loop/evaluator.ts';
import type { CheckOutcome, Outcome } from '../../../src/suite/outcomes/check-outcome.ts';
import { baselineOf } from '../../../src/suite/outcomes/fingerprint.ts';
import { folder, opened } from '../../history/folder.ts';
import { outcomeOf } from '../../suite/outcomes/outcome-of.ts';
import { definition as definitionOf } from '../../suite/run/suite-folder.ts';
import { plainOptions } from './evaluator-options.ts';

const startMs = Date.UTC(2026, 0, 5, 2);
const minute = 60_000;

const check = (id: string, outcome: Outcome, reason = 'it broke'): CheckOutcome => ({
  ...outcomeOf(id, outcome),
  ...(outcome === 'fail' && { reason }),
});

interface Opened {
  history: History;
  evaluator: Evaluator;
  /** What waits in the outbox, oldest first: state and check. */
  told(): string[];
}

function open(
  input: object = {},
  known: readonly CheckOutcome[] = [],
  alerts: readonly AlertRecord[] = [],
  more: Partial<Parameters<typeof openEvaluator>[0]> = {},
): Opened {
  const history = opened(folder());
  createOutboxTables(history.database);
  history.saveState('alerts', {
    ...initialState(),
    alerts: Object.fromEntries(alerts.map((alert) => [alert.fingerprint, alert])),
  });
  const config = validateConfig(input, 'the test');
  const evaluator = openEvaluator({
    history,
    ...plainOptions,
    baseline: baselineOf(known),
    maintenance: config.maintenance,
    table: effectiveThresholds(config),
    deployment: deploymentLabel(config),
    route: () => ['pager'],
    redactor: createRedactor(),
    ...more,
  });
  const told = () =>
    history.database
      .prepare('SELECT event FROM outbox ORDER BY id')
      .all()
      .map(({ event }) => JSON.parse(String(event)))
      .map(({ state, labels }) => `${state} ${labels.check ?? labels.trigger ?? labels.alertname}`);
  return { history, evaluator, told };
}

describe('a window that the configuration declares', () => {
  const maintenance = [{ reason: 'nightly backup', match: 'check=~"H0.*"', daily: '02:00', for: '10m' }];

  test('silences what it matches, says so in the journal, and what still fires at its end is told then', () => {
    const { history, evaluator, told } = open({ maintenance });
    const outcomes = [check('H01', 'fail'), check('C01', 'fail')];
    evaluator.evaluate(startMs, outcomes);
    evaluator.evaluate(startMs + minute, outcomes);
    expect(told()).toEqual(['firing C01']);
    expect(history.mutes(0, startMs + minute)).toMatchObject([
      {
        timeMs: startMs,
        alert: 'HealthCheckFailed',
        kind: 'maintenance',
        by: 'nightly backup',
        labels: { check: 'H01' },
      },
    ]);
    expect(history.maintenance(startMs, startMs)).toMatchObject([
      { reason: 'nightly backup', fromMs: startMs, toMs: startMs + 10 * minute, who: 'the configuration' },
    ]);
    evaluator.evaluate(startMs + 10 * minute, outcomes);
    evaluator.evaluate(startMs + 11 * minute, outcomes);
    expect(told()).toEqual(['firing C01', 'firing H01']);
  });

  test('that is no longer declared after a restart silences nothing any more', () => {
    const { history, evaluator, told } = open();
    history.saveMaintenance({
      id: 'configured 1',
      reason: 'dropped',
      matchers: [],
      who: 'the configuration',
      fromMs: startMs - minute,
      toMs: startMs + 60 * minute,
    });
    history.saveMaintenance({
      id: 'by hand',
      reason: 'kept',
      matchers: [{ label: 'check', operator: '=', value: 'H02' }],
      fromMs: startMs - minute,
      toMs: startMs + 60 * minute,
    });
    evaluator.evaluate(startMs, [check('H01', 'fail'), check('H02', 'fail')]);
    evaluator.evaluate(startMs + minute);
    expect(told()).toEqual(['firing H01']);
  });
});

describe('the triggers of a rollback', () => {
  const tenChecks = (failing: readonly string[]) =>
    Array.from({ length: 10 }, (_, index) => `H${String(index + 1).padStart(2, '0')}`).map((id) =>
      check(id, failing.includes(id) ? 'fail' : 'pass'),
    );

  test('are absent while nothing was observed, and while one is only pending', () => {
    const { evaluator } = open();
    evaluator.evaluate(startMs);
    expect(evaluator.triggers()).toEqual({});
    evaluator.evaluate(startMs + minute, tenChecks(['H01']));
    expect(evaluator.triggers()).toEqual({});
    for (let at = 2; at <= 6; at += 1) evaluator.evaluate(startMs + at * minute, tenChecks(['H01']));
    expect(evaluator.triggers()).toEqual({ pass_rate: true });
    evaluator.evaluate(startMs + 7 * minute, tenChecks([]));
    expect(evaluator.triggers()).toEqual({ pass_rate: false });
  });

  test('are not pulled by failures that were there before the deployment', () => {
    const { history, evaluator, told } = open({}, tenChecks(['H01', 'R02']));
    for (let at = 0; at <= 10; at += 1) evaluator.evaluate(startMs + at * minute, tenChecks(['H01']));
    expect(evaluator.triggers()).toEqual({ pass_rate: false });
    expect(told()).toContain('firing H01');
    expect(told()).not.toContain('firing pass_rate');
    const [first] = history.database.prepare("SELECT event FROM outbox WHERE event LIKE '%H01%'").all();
    expect(JSON.parse(String(first?.event)).annotations.summary).toBe(
      'H01: it broke (known before the deployment)',
    );
  });
});

describe('a check that is no longer expected', () => {
  const both = [check('H01', 'fail'), check('H02', 'pass')];

  test('is over with the first whole cycle that does not name it', () => {
    const { evaluator, told } = open();
    evaluator.evaluate(startMs, both, true);
    evaluator.evaluate(startMs + minute, [check('H02', 'pass')], true);
    evaluator.evaluate(startMs + 2 * minute, [check('H02', 'pass')], true);
    evaluator.evaluate(startMs + 3 * minute);
    expect(told()).toEqual(['firing H01', 'resolved H01']);
  });

  test('is not over while it isn’t known which checks there must be', () => {
    const { evaluator, told } = open();
    evaluator.evaluate(startMs, both, true);
    evaluator.evaluate(startMs + minute, [check('H02', 'pass')], false);
    evaluator.evaluate(startMs + 2 * minute);
    evaluator.evaluate(startMs + 3 * minute);
    expect(told()).toEqual(['firing H01']);
  });
});

describe('the sentinel', () => {
  test('is queued with the alerts of the next cycle, tells when, and is over when it is called back', () => {
    const { evaluator, told } = open();
    const queued: string[] = [];
    evaluator.sendSentinel({ nonce: 'n', summary: 'as it must', onQueued: (name) => queued.push(name) });
    evaluator.evaluate(startMs);
    expect(told()).toEqual([]);
    evaluator.evaluate(startMs + minute, [check('H02', 'pass')]);
    expect(told()).toEqual(['firing VigilSentinel']);
    expect(queued).toEqual([expect.stringMatching(/^[0-9a-f]{16}$/)]);
    evaluator.sendSentinel(undefined);
    evaluator.evaluate(startMs + 2 * minute);
    expect(told()).toEqual(['firing VigilSentinel', 'resolved VigilSentinel']);
    expect(Object.values(evaluator.state().alerts).map(({ rule }) => rule)).not.toContain('VigilSentinel');
  });

  test('is not queued where the alerts of the checks can’t be recorded', () => {
    const { evaluator, history, told } = open();
    const queued: string[] = [];
    evaluator.sendSentinel({ nonce: 'n', summary: 'as it must', onQueued: (name) => queued.push(name) });
    history.database.exec(
      "CREATE TEMP TRIGGER broken BEFORE INSERT ON transitions BEGIN SELECT RAISE(ABORT, 'full'); END",
    );
    expect(() => evaluator.evaluate(startMs, [check('H01', 'fail')])).toThrow();
    expect([told(), queued]).toEqual([[], []]);
  });
});

test('an alert that was alertOf under the former name of a check ends under it, later ones under its id', () => {
  const { evaluator, told } = open();
  evaluator.evaluate(startMs, [check('c › adds', 'fail')], true);
  const named = (outcome: Outcome): CheckOutcome => ({ ...check('s › c › adds', outcome), was: 'c › adds' });
  evaluator.evaluate(startMs + 5 * minute, [named('fail')], true);
  evaluator.evaluate(startMs + 10 * minute, [named('pass')], true);
  evaluator.evaluate(startMs + 11 * minute);
  const toldOfIt = () => told().filter((each) => each.includes('adds'));
  expect(toldOfIt()).toEqual(['firing c › adds', 'resolved c › adds']);
  evaluator.evaluate(startMs + 15 * minute, [named('fail')], true);
  evaluator.evaluate(startMs + 16 * minute);
  expect(toldOfIt().at(-1)).toBe('firing s › c › adds');
});

/** An alert as a watch of before labels of the deployment kept it. */
function alertOf(rule: string, labels: Record<string, string> = {}): AlertRecord {
  const whole = { priority: 'P0', severity: 'critical', signal: 'service', ...labels, alertname: rule };
  const fingerprint = labelFingerprint(whole);
  return {
    fingerprint,
    rule,
    labels: whole,
    status: 'firing',
    sinceMs: startMs,
    firedAtMs: startMs,
    heldMs: minute,
    clearMs: 0,
    last: { atMs: startMs, state: 'breached' },
    isNew: true,
    told: { firstMs: startMs, lastMs: startMs, reminders: 0 },
  };
}

test('an open alert that its rule can not have any more, or whose rule is gone, ends and is told', () => {
  const alerts = [
    alertOf('GenesisServiceDown'),
    alertOf('ServiceDown'),
    alertOf('ServiceDown', { job: 'gone' }),
    alertOf('ServiceDown', { job: 'genesis-planner', service: 'planner' }),
  ];
  const { evaluator, told } = open({}, [], alerts);
  for (let at = 1; at <= 6; at += 1) evaluator.evaluate(startMs + at * minute);
  const left = Object.values(evaluator.state().alerts).filter(({ status }) => status === 'firing');
  // The planner is still watched, and nothing is known of it.
  expect(left.map(({ rule, labels }) => `${rule} ${labels.job}`)).toContain('ServiceDown genesis-planner');
  expect(told().filter((line) => line.startsWith('resolved'))).toEqual([
    'resolved ServiceDown',
    'resolved ServiceDown',
    'resolved GenesisServiceDown',
  ]);
});

test('every alert says of which deployment it is; one that was told without that ends as it was told', () => {
  const before = alertOf('ServiceDown', { job: 'gone' });
  const { history, evaluator } = open({ name: 'Shop production' }, [], [before]);
  evaluator.evaluate(startMs + minute, [check('H01', 'fail')]);
  evaluator.evaluate(startMs + 2 * minute);
  const events = history.database
    .prepare('SELECT event FROM outbox ORDER BY id')
    .all()
    .map(({ event }) => JSON.parse(String(event)));
  const [end] = events.filter(({ state }) => state === 'resolved');
  expect(end).toMatchObject({ fingerprint: before.fingerprint, labels: before.labels });
  expect(end.labels).not.toHaveProperty('deployment');
  const [begin] = events.filter(({ labels }) => labels.check === 'H01');
  expect(begin.labels.deployment).toBe('shop-production');
  expect(begin.fingerprint).toBe(labelFingerprint(begin.labels));
});

const ofRule = (evaluator: Evaluator, name: string): AlertRecord[] =>
  Object.values(evaluator.state().alerts).filter(({ rule }) => rule === name);

test('the alert of a probe names its service, and one that was told before it did goes on as it was told', () => {
  const definition = {
    ...definitionOf('front'),
    service: 'shop',
    instance: '10.0.0.2:80',
    severity: 'critical' as const,
    priority: 'P1' as const,
  };
  const front = (outcome: Outcome): CheckOutcome => ({
    ...check('front', outcome),
    group: 'probes',
    definition,
  });
  const labels = { check: 'front', group: 'probes', severity: 'critical', priority: 'P1', signal: 'check' };
  for (const told of [labels, { ...labels, service: 'shop' }]) {
    const before = alertOf('HealthCheckFailed', told);
    const known = open({}, [], [before]);
    known.evaluator.evaluate(startMs + minute, [front('fail')], true);
    expect(ofRule(known.evaluator, 'HealthCheckFailed').map((one) => one.fingerprint)).toEqual([
      before.fingerprint,
    ]);
    known.evaluator.evaluate(startMs + 2 * minute, [front('pass')], true);
    for (let at = 3; at <= 6; at += 1) known.evaluator.evaluate(startMs + at * minute);
    expect(known.told()).toContain('resolved front');
  }

  const { evaluator } = open();
  evaluator.evaluate(startMs + minute, [front('fail')], true);
  const [begun] = ofRule(evaluator, 'HealthCheckFailed');
  expect(begun?.labels).toMatchObject({ check: 'front', service: 'shop', instance: '10.0.0.2:80' });
});

test('an instance on another release has an alert of its own, which ends when it runs the expected one', () => {
  const { evaluator, told } = open();
  const at = (minutes: number, isExpected: boolean) => {
    const releases = [{ service: 'shop', instance: '10.0.0.2:80', isExpected }];
    evaluator.evaluate(startMs + minutes * minute, [check('H01', 'pass')], true, releases);
    evaluator.evaluate(startMs + (minutes + 1) * minute);
  };
  at(1, false);
  const [alert] = ofRule(evaluator, 'UnexpectedRelease');
  expect(alert?.labels).toMatchObject({
    alertname: 'UnexpectedRelease',
    severity: 'warning',
    service: 'shop',
    instance: '10.0.0.2:80',
  });
  at(5, true);
  const ofReleases = told().filter((line) => line.includes('UnexpectedRelease'));
  expect(ofReleases).toEqual(['firing UnexpectedRelease', 'resolved UnexpectedRelease']);
});

test('an alert that nobody acknowledges is told to who waits for that, once, and so is its end', () => {
  const lines: string[] = [];
  const escalate = () => [{ channel: 'boss', afterMs: 10 * minute }];
  const { history, evaluator } = open({}, [], [], { escalate, say: (line) => void lines.push(line) });
  const toBoss = () =>
    history.database
      .prepare("SELECT event FROM outbox WHERE channel = 'boss' ORDER BY id")
      .all()
      .map(({ event }) => JSON.parse(String(event)))
      .map(({ state, labels }) => `${state} ${labels.check}`);
  const failing = [check('C01', 'fail'), check('C03', 'fail', 'another cause')];
  evaluator.evaluate(startMs, failing);
  evaluator.evaluate(startMs + minute, failing);
  const taken = Object.values(evaluator.state().alerts).find(({ labels }) => labels.check === 'C03');
  const toldMs = Math.max(...Object.values(evaluator.state().alerts).map(({ told }) => told?.firstMs ?? 0));
  history.recordAcknowledgement({
    alertKey: taken?.fingerprint ?? '',
    timeMs: startMs + 2 * minute,
    who: 'ada',
  });
  evaluator.evaluate(toldMs + 10 * minute - 1000, failing);
  expect(toBoss()).toEqual([]);
  evaluator.evaluate(toldMs + 10 * minute, failing);
  evaluator.evaluate(toldMs + 11 * minute, failing);
  expect(toBoss()).toEqual(['firing C01']);
  expect(lines.filter((line) => line.startsWith('ESCALATED'))).toEqual([
    expect.stringMatching(/^ESCALATED {2}P1 C01.* to boss: .*not acknowledged$/),
  ]);
  const passing = [check('C01', 'pass'), check('C03', 'pass')];
  for (let at = 12; at < 20; at += 1) evaluator.evaluate(toldMs + at * minute, passing);
  expect(toBoss()).toEqual(['firing C01', 'resolved C01']);
});
