import { labelFingerprint } from '../../core/index.ts';
import { advance, maxGapOf, timingOf } from './advance.ts';
import { evaluationFailed, evaluationFailure, worseOf } from './evaluation-failed.ts';
import { flappingOf, keepReading } from './flapping.ts';
import { immediateRule } from './immediate-rule.ts';
import type { EngineRule, EngineSetup, Observation, Reading, StepInputs } from './inputs.ts';
import type { AlertStatus, Transition } from './outputs.ts';
import type { AlertRecord, EngineState } from './state.ts';

/** An alert's whole labels: its name, the rule's, the instance's. */
export function alertLabels(rule: EngineRule, instance: Observation['labels'] = {}): Record<string, string> {
  return { ...rule.labels, ...instance, alertname: rule.name };
}

function begin(rule: EngineRule, { labels, isNew }: Observation, nowMs: number): AlertRecord {
  const whole = alertLabels(rule, labels);
  return {
    fingerprint: labelFingerprint(whole),
    rule: rule.name,
    labels: whole,
    status: 'pending',
    sinceMs: nowMs,
    heldMs: 0,
    clearMs: 0,
    last: { atMs: nowMs, state: 'unknown' },
    isNew: isNew ?? true,
  };
}

/** A failure that was there before the deployment is no breach of a rule that asks only for new ones. */
function readingFor(rule: EngineRule, { reading, isNew }: Observation): Reading {
  if (reading.state !== 'breached' || !rule.onlyNew || isNew !== false) return reading;
  return { ...reading, state: 'clear' };
}

function transition(alert: AlertRecord, from: AlertStatus, to: AlertStatus, atMs: number): Transition {
  const { fingerprint, rule, labels, value, isNew } = alert;
  return { fingerprint, rule, labels, from, to, atMs, value, isNew };
}

/** Ends an open alert: one that never fired is forgotten, one that fired waits until its end has been told. */
function end(state: EngineState, alert: AlertRecord, nowMs: number): Transition {
  delete alert.noDataSinceMs;
  if (alert.status === 'pending') {
    delete state.alerts[alert.fingerprint];
    return transition(alert, 'pending', 'inactive', nowMs);
  }
  alert.status = 'resolved';
  alert.resolvedAtMs = nowMs;
  return transition(alert, 'firing', 'resolved', nowMs);
}

/** Keeps what is said of why an alert is so; a reading that shows nothing takes nothing of that back. */
function takeReasons(alert: AlertRecord, observation: Observation): void {
  const { cause, isDerived, isQuarantined, explainedBy } = observation;
  if (isQuarantined) alert.isQuarantined = true;
  else delete alert.isQuarantined;
  if (observation.reading.state !== 'breached') return;
  if (isDerived) alert.isDerived = true;
  if (cause === undefined) delete alert.cause;
  else alert.cause = cause;
  if (explainedBy) alert.explainedBy = explainedBy;
  else delete alert.explainedBy;
}

function observe(
  state: EngineState,
  rule: EngineRule,
  observation: Observation,
  nowMs: number,
  { policy }: EngineSetup,
): Transition[] {
  const reading = readingFor(rule, observation);
  const fingerprint = labelFingerprint(alertLabels(rule, observation.labels));
  if (rule.flapping) keepReading(state, fingerprint, reading, rule.flapping);
  const known = state.alerts[fingerprint];
  const open = known && known.status !== 'resolved' ? known : undefined;
  if (!open && reading.state !== 'breached') return [];
  const alert = open ?? begin(rule, observation, nowMs);
  state.alerts[fingerprint] = alert;
  alert.flapping =
    rule.flapping && flappingOf(state.recent[fingerprint] ?? '', rule.flapping, alert.flapping !== undefined);
  const from = open ? open.status : 'inactive';
  const hadData = alert.noDataSinceMs === undefined;
  if (observation.isNew !== undefined) alert.isNew = observation.isNew;
  takeReasons(alert, observation);
  if (advance(alert, reading, nowMs, timingOf(rule, observation.forMs, policy))) {
    return [end(state, alert, nowMs)];
  }
  const hasData = alert.noDataSinceMs === undefined;
  return alert.status !== from || hasData !== hadData ? [transition(alert, from, alert.status, nowMs)] : [];
}

/** What isn't observed is unknown: at once when its rule was evaluated, else when the gap got too long. */
function unobserved(
  state: EngineState,
  seen: ReadonlyMap<string, string>,
  rules: ReadonlyMap<string, EngineRule>,
  nowMs: number,
  { policy }: EngineSetup,
): AlertRecord[] {
  const evaluated = new Set(seen.values());
  return Object.values(state.alerts).filter(
    (alert) =>
      alert.status !== 'resolved' &&
      !seen.has(alert.fingerprint) &&
      (evaluated.has(alert.rule) || nowMs - alert.last.atMs > maxGapOf(rules.get(alert.rule), policy)),
  );
}

/** The observations by the alert that each is of, and those that could not be judged as they came. */
function sortOut(observations: readonly Observation[], rules: ReadonlyMap<string, EngineRule>) {
  const judged = new Map<string, { rule: EngineRule; observation: Observation }>();
  const failures: Observation[] = [];
  for (const observation of observations) {
    const rule = rules.get(observation.rule);
    if (!rule) {
      failures.push(evaluationFailure(observation, 'there is no such rule'));
      continue;
    }
    if (observation.problem !== undefined)
      failures.push(evaluationFailure(observation, 'its evaluation failed'));
    const fingerprint = labelFingerprint(alertLabels(rule, observation.labels));
    const other = judged.get(fingerprint)?.observation;
    if (other) failures.push(evaluationFailure(observation, 'observed more than once'));
    judged.set(fingerprint, { rule, observation: other ? worseOf(other, observation) : observation });
  }
  return { judged, failures };
}

/** Readings of the failed evaluations: those of now, and the end of those whose rule could be judged this time. */
function evaluationReadings(
  state: EngineState,
  failures: readonly Observation[],
  observed: ReadonlySet<string>,
  rules: ReadonlyMap<string, EngineRule>,
): Map<string, Observation> {
  const readings = new Map<string, Observation>();
  for (const { rule, labels, fingerprint } of Object.values(state.alerts)) {
    const of = labels.rule ?? '';
    if (rule !== evaluationFailed.name || (rules.has(of) && !observed.has(of))) continue;
    readings.set(fingerprint, { rule, labels, reading: { state: 'clear' } });
  }
  for (const failure of failures) {
    readings.set(labelFingerprint(alertLabels(evaluationFailed, failure.labels)), failure);
  }
  return readings;
}

/**
 * Takes all readings into the state, in place. Each is judged alone: of two of one alert the worse one counts, and what
 * could not be judged is an alert of its own.
 */
export function observeAll(
  state: EngineState,
  { observations }: StepInputs,
  nowMs: number,
  setup: EngineSetup,
): Transition[] {
  if (!observations) return [];
  const rules = new Map(setup.rules.map((rule) => [rule.name, rule]));
  const { judged, failures } = sortOut(observations, rules);
  const seen = new Map([...judged].map(([fingerprint, { rule }]) => [fingerprint, rule.name]));
  const transitions = [...judged.values()].flatMap(({ rule, observation }) =>
    observe(state, rule, observation, nowMs, setup),
  );
  const readings = evaluationReadings(state, failures, new Set(observations.map(({ rule }) => rule)), rules);
  for (const reading of readings.values()) {
    transitions.push(...observe(state, evaluationFailed, reading, nowMs, setup));
  }
  for (const alert of unobserved(state, seen, rules, nowMs, setup)) {
    if (alert.rule === evaluationFailed.name) continue;
    const rule = rules.get(alert.rule);
    const reading: Reading = { state: rule ? 'unknown' : 'gone' };
    const instance: Observation = { rule: alert.rule, labels: alert.labels, reading };
    transitions.push(...observe(state, rule ?? immediateRule(alert.rule, {}), instance, nowMs, setup));
  }
  return transitions;
}
