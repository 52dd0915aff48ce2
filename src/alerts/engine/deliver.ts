import { byText } from '../../core/index.ts';
import type { Priority, Severity } from '../rules/rule.ts';
import type { EngineSetup, StepInputs } from './inputs.ts';
import { acknowledgementOf, isHeld, muteOf } from './mute.ts';
import type { MutedAlert, Notification, NotifiedAlert } from './outputs.ts';
import type { AlertRecord, EngineState, Mute } from './state.ts';

type Reason = Notification['reason'];

/** Names a group by the values of its labels, as text that sorts. */
export function groupKeyOf(labels: AlertRecord['labels'], groupBy: readonly string[]): string {
  return `{${groupBy.map((name) => `${name}=${JSON.stringify(labels[name] ?? '')}`).join(', ')}}`;
}

function notified(alert: AlertRecord, reason: Reason): NotifiedAlert {
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
    reminder: reason === 'reminder' ? (alert.told?.reminders ?? 1) : undefined,
  };
}

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
function tell(state: EngineState, alert: AlertRecord, reason: Reason, nowMs: number): NotifiedAlert {
  if (reason === 'resolved') delete state.alerts[alert.fingerprint];
  else if (reason === 'firing') alert.told = { firstMs: nowMs, lastMs: nowMs, reminders: 0 };
  else if (alert.told) alert.told = { ...alert.told, lastMs: nowMs, reminders: alert.told.reminders + 1 };
  return notified(alert, reason);
}

/** How long an alert lets its group wait. */
function waitOf({ rule, labels }: AlertRecord, { rules, policy }: EngineSetup): number {
  if (policy.urgent.includes(labels.priority as Priority)) return 0;
  return rules.find(({ name }) => name === rule)?.groupWaitMs ?? policy.groupWaitMs;
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

function collect(state: EngineState, inputs: StepInputs, nowMs: number, setup: EngineSetup) {
  const { inhibitions, groupBy } = setup.policy;
  const alerts = Object.values(state.alerts).sort((a, b) => byText(a.fingerprint, b.fingerprint));
  const due: Due[] = [];
  const muted: MutedAlert[] = [];
  for (const alert of alerts) {
    if (alert.status === 'pending') continue;
    // What was never told needs no end, unless it is worth a page by itself.
    if (alert.status === 'resolved' && !alert.told && alert.labels.severity !== 'critical') {
      delete state.alerts[alert.fingerprint];
      continue;
    }
    const reason = dueOf(alert, nowMs, setup);
    const general = muteOf(alert, alerts, inhibitions, inputs.maintenance ?? [], nowMs);
    const taken =
      alert.status === 'firing' && alert.told
        ? acknowledgementOf(alert, inputs.acknowledgements ?? [], nowMs)
        : undefined;
    const mute = general ?? taken;
    if (mute && alert.status === 'resolved' && !alert.told) {
      delete state.alerts[alert.fingerprint];
      continue;
    }
    muted.push(...keepMute(alert, mute, nowMs));
    if (reason === 'firing' && isHeld(alert, alerts, inhibitions)) continue;
    if (reason && !mute) due.push({ alert, reason, groupKey: groupKeyOf(alert.labels, groupBy) });
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
  const { due, muted } = collect(state, inputs, nowMs, setup);
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
    notification.alerts.push(tell(state, alert, reason, nowMs));
    notifications.set(key, notification);
  }
  for (const [key, atMs] of Object.entries(state.groups)) if (atMs <= nowMs) delete state.groups[key];
  return { notifications: [...notifications.values()], muted };
}
