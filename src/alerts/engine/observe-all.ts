import { labelFingerprint } from '../../core/index.ts';
import { advance, maxGapOf, timingOf } from './advance.ts';
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

function observe(
  state: EngineState,
  rule: EngineRule,
  observation: Observation,
  nowMs: number,
  { policy }: EngineSetup,
): Transition[] {
  const reading = readingFor(rule, observation);
  const fingerprint = labelFingerprint(alertLabels(rule, observation.labels));
  const known = state.alerts[fingerprint];
  const open = known && known.status !== 'resolved' ? known : undefined;
  if (!open && reading.state !== 'breached') return [];
  const alert = open ?? begin(rule, observation, nowMs);
  state.alerts[fingerprint] = alert;
  const from = open ? open.status : 'inactive';
  const hadData = alert.noDataSinceMs === undefined;
  if (observation.isNew !== undefined) alert.isNew = observation.isNew;
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

/** Takes all readings into the state, in place. RangeError for an observation of a rule that isn't set up. */
export function observeAll(
  state: EngineState,
  { observations }: StepInputs,
  nowMs: number,
  setup: EngineSetup,
): Transition[] {
  if (!observations) return [];
  const rules = new Map(setup.rules.map((rule) => [rule.name, rule]));
  const seen = new Map<string, string>();
  const transitions: Transition[] = [];
  for (const observation of observations) {
    const rule = rules.get(observation.rule);
    if (!rule) throw new RangeError(`there is no rule ${observation.rule}`);
    const fingerprint = labelFingerprint(alertLabels(rule, observation.labels));
    if (seen.has(fingerprint)) throw new RangeError(`${rule.name} was observed twice with the same labels`);
    seen.set(fingerprint, rule.name);
    transitions.push(...observe(state, rule, observation, nowMs, setup));
  }
  for (const alert of unobserved(state, seen, rules, nowMs, setup)) {
    const rule = rules.get(alert.rule);
    const reading: Reading = { state: rule ? 'unknown' : 'gone' };
    const instance: Observation = { rule: alert.rule, labels: alert.labels, reading };
    const asIf = rule ?? { name: alert.rule, labels: {}, forMs: 0, keepFiringMs: 0, onlyNew: false };
    transitions.push(...observe(state, asIf, instance, nowMs, setup));
  }
  return transitions;
}
