import { byText } from '../../core/index.ts';
import type { Priority, Severity } from '../rules/rule.ts';
import { type AlertScene, type Explanation, explanationOf, isHeld } from './explain.ts';
import { fileAlerts, incidentOf, settleIncidents } from './incidents.ts';
import type { EngineSetup, StepInputs } from './inputs.ts';
import { acknowledgementOf, maintenanceOf } from './mute.ts';
import type { MutedAlert, Notification, NotifiedAlert } from './outputs.ts';
import type { AlertRecord, EngineState, Mute } from './state.ts';

type Reason = Notification['reason'];

/** Names a group by the values of its labels, as text that sorts. */
export function groupKeyOf(labels: AlertRecord['labels'], groupBy: readonly string[]): string {
  return `{${groupBy.map((name) => `${name}=${JSON.stringify(labels[name] ?? '')}`).join(', ')}}`;
}

function notified(alert: AlertRecord, reason: Reason, state: EngineState): NotifiedAlert {
  const {
    fingerprint,
    rule,
    labels,
    sinceMs,
    firedAtMs,
    resolvedAtMs,
    value,
    isNew,
    noDataSinceMs,
    flapping,
  } = alert;
  return {
    fingerprint,
    rule,
    labels,
    sinceMs,
    firedAtMs: firedAtMs ?? sinceMs,
    resolvedAtMs,
    value,
    isNew,
    noDataSinceMs,
    flapping,
    incident: incidentOf(alert, state),
    externalLabels: alert.told?.externalLabels,
    reminder: reason === 'reminder' ? (alert.told?.reminders ?? 1) : undefined,
  };
}

/** What was told of an alert when it fired, for who has not heard of it. */
export const firstNotification = (
  alert: AlertRecord,
  state: EngineState,
  groupBy: readonly string[],
): Notification => ({
  reason: 'firing',
  groupKey: groupKeyOf(alert.labels, groupBy),
  atMs: alert.told?.firstMs ?? alert.sinceMs,
  alerts: [notified(alert, 'firing', state)],
});

function isReminderDue(alert: AlertRecord, nowMs: number, { policy }: EngineSetup): boolean {
  const afterMs = policy.remindAfterMs[alert.labels.severity as Severity];
  return afterMs !== undefined && alert.told !== undefined && nowMs - alert.told.lastMs >= afterMs;
}

/** What there is to tell of an alert if nothing mutes it. */
function dueOf(alert: AlertRecord, nowMs: number, setup: EngineSetup): Reason | undefined {
  // A critical alert that fired is told, also when it ended before its group was due.
  if (!alert.told) return 'firing';
  if (alert.status === 'resolved') return 'resolved';
  return isReminderDue(alert, nowMs, setup) ? 'reminder' : undefined;
}

function sameMute(a: Mute | undefined, b: Mute | undefined): boolean {
  return a?.kind === b?.kind && a?.by === b?.by;
}

/** Keeps the alert's mute, and reports it when it is another than before. */
function keepMute(alert: AlertRecord, mute: Mute | undefined, atMs: number): MutedAlert[] {
  if (sameMute(alert.mute, mute)) return [];
  if (!mute) {
    delete alert.mute;
    return [];
  }
  alert.mute = mute;
  const { fingerprint, rule, labels } = alert;
  return [{ fingerprint, rule, labels, atMs, mute }];
}

/** Marks what is told now; an alert whose end is told is forgotten. */
function tell(
  state: EngineState,
  alert: AlertRecord,
  reason: Reason,
  nowMs: number,
  { externalLabels }: EngineSetup['policy'],
): NotifiedAlert {
  if (reason === 'resolved') delete state.alerts[alert.fingerprint];
  // With these it is told until its end, whatever is configured by then.
  else if (reason === 'firing') alert.told = { firstMs: nowMs, lastMs: nowMs, reminders: 0, externalLabels };
  else if (alert.told) alert.told = { ...alert.told, lastMs: nowMs, reminders: alert.told.reminders + 1 };
  return notified(alert, reason, state);
}

/** How long an alert lets its group wait. */
function waitOf({ rule, labels }: AlertRecord, { rules, policy }: EngineSetup): number {
  const { isCall, groupWaitMs } = rules.find(({ name }) => name === rule) ?? {};
  if (isCall && policy.callWaitMs !== undefined) return policy.callWaitMs;
  if (policy.urgent.includes(labels.priority as Priority)) return 0;
  return groupWaitMs ?? policy.groupWaitMs;
}

/** A clock that was set back must not make a reminder wait for longer than it would have. */
function withoutFuture(state: EngineState, nowMs: number): void {
  for (const alert of Object.values(state.alerts)) {
    if (alert.told) alert.told.lastMs = Math.min(alert.told.lastMs, nowMs);
  }
}

interface Due {
  alert: AlertRecord;
  reason: Reason;
  groupKey: string;
}

/** Why an alert may not be told, whatever there is to tell: what explains it, a maintenance window, or that it is acted on. */
function muteOf(
  alert: AlertRecord,
  explanation: Explanation | undefined,
  { inputs, nowMs, setup }: AlertScene,
): Mute | undefined {
  if (explanation && !explanation.isNotified) return { kind: 'inhibited', by: explanation.by };
  const window = maintenanceOf(alert, inputs.maintenance ?? [], nowMs);
  if (window) return { kind: 'maintenance', by: window.reason };
  const { fingerprint, firedAtMs, told, status } = alert;
  const isOpenCall = !told && setup.rules.some(({ name, isCall }) => isCall && name === alert.rule);
  const answer =
    isOpenCall && firedAtMs !== undefined ? inputs.answerOf?.({ fingerprint, firedAtMs }) : undefined;
  if (answer !== undefined) return { kind: 'inhibited', by: answer };
  return status === 'firing' && told
    ? acknowledgementOf(alert, inputs.acknowledgements ?? [], nowMs)
    : undefined;
}

/** Keeps by what each alert is explained now; what explained it last is kept, for the time after. */
function keepExplanations(
  explanations: ReadonlyMap<string, Explanation>,
  { alerts, nowMs }: AlertScene,
): void {
  for (const alert of alerts) {
    const explanation = explanations.get(alert.fingerprint);
    // An echo does not prolong itself.
    if (!explanation || explanation.isEcho) continue;
    const { name, sources } = explanation;
    alert.explained = { name, sources: [...sources], atMs: nowMs };
  }
}

function collect(scene: AlertScene) {
  const { state, alerts, nowMs, setup } = scene;
  const open = alerts.filter(({ status }) => status !== 'pending');
  const explanations = new Map(
    open.flatMap((alert) => {
      const explanation = explanationOf(alert, scene);
      return explanation ? [[alert.fingerprint, explanation] as const] : [];
    }),
  );
  fileAlerts(scene, explanations);
  keepExplanations(explanations, scene);
  const due: Due[] = [];
  const muted: MutedAlert[] = [];
  for (const alert of open) {
    // What was never told needs no end, unless it is worth a page by itself.
    if (alert.status === 'resolved' && !alert.told && alert.labels.severity !== 'critical') {
      delete state.alerts[alert.fingerprint];
      continue;
    }
    const reason = dueOf(alert, nowMs, setup);
    const mute = muteOf(alert, explanations.get(alert.fingerprint), scene);
    // What others explained until its end is over with them: nobody is told now that it has begun.
    const wasExplained = alert.mute?.kind === 'inhibited';
    if (alert.status === 'resolved' && !alert.told && (mute || wasExplained)) {
      delete state.alerts[alert.fingerprint];
      continue;
    }
    muted.push(...keepMute(alert, mute, nowMs));
    if (reason === 'firing' && isHeld(alert, scene)) continue;
    if (reason && !mute)
      due.push({ alert, reason, groupKey: groupKeyOf(alert.labels, setup.policy.groupBy) });
  }
  return { due, muted };
}

/** Decides what is told now, in place: mutes first, then the groups whose wait is over. */
export function deliver(
  state: EngineState,
  inputs: StepInputs,
  nowMs: number,
  setup: EngineSetup,
): { notifications: Notification[]; muted: MutedAlert[] } {
  withoutFuture(state, nowMs);
  const alerts = Object.values(state.alerts).sort((a, b) => byText(a.fingerprint, b.fingerprint));
  const scene = { state, alerts, inputs, setup, nowMs };
  settleIncidents(scene);
  const { due, muted } = collect(scene);
  const waiting = due.filter(({ reason }) => reason !== 'reminder');
  const keys = new Set(waiting.map(({ groupKey }) => groupKey));
  for (const key of Object.keys(state.groups)) if (!keys.has(key)) delete state.groups[key];
  for (const { groupKey, alert } of waiting) {
    // The earlier of both, so that a clock that was set back makes no group wait for longer either.
    const atMs = nowMs + waitOf(alert, setup);
    state.groups[groupKey] = Math.min(state.groups[groupKey] ?? atMs, atMs);
  }
  const notifications = new Map<string, Notification>();
  for (const { alert, reason, groupKey } of due) {
    if (reason !== 'reminder' && (state.groups[groupKey] ?? nowMs) > nowMs) continue;
    const key = `${groupKey} ${reason}`;
    const notification = notifications.get(key) ?? { reason, groupKey, atMs: nowMs, alerts: [] };
    notification.alerts.push(tell(state, alert, reason, nowMs, setup.policy));
    notifications.set(key, notification);
  }
  for (const [key, atMs] of Object.entries(state.groups)) if (atMs <= nowMs) delete state.groups[key];
  return { notifications: [...notifications.values()], muted };
}
