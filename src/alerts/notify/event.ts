import { createHash } from 'node:crypto';
import type { Priority, Severity, Unit } from '../../core/index.ts';

export interface AlertAnnotations {
  summary: string;
  description?: string;
  /** What the person on call does first. */
  next?: string;
  /** Address of the runbook, or its place in the docs. */
  runbook?: string;
}

/** One transition (or reminder) of one alert. Times are ISO 8601, figures in base units. */
export interface AlertEvent {
  kind: 'alert';
  alertname: string;
  state: 'firing' | 'resolved';
  severity: Severity;
  priority: Priority;
  /** What the alert is, for as long as it lasts: never a value, a run's id or a time. */
  labels: Readonly<Record<string, string>>;
  annotations: Readonly<AlertAnnotations>;
  startsAt: string;
  /** When it ended; only of a resolved one. */
  endsAt?: string;
  value?: number;
  unit?: Unit;
  /** The limit as text: `< 200 ms`. */
  threshold?: string;
  groupKey: string;
  /** Names the alert everywhere; `fingerprintOf(identityLabels(event))` is also what Alertmanager calls it. */
  fingerprint: string;
  generatorURL?: string;
  /** 1, 2, … when this repeats a firing that was told before. */
  reminder?: number;
  /** Who took it; the event then says only that. */
  acknowledgedBy?: string;
  /** Names of the only channels it may take, as for a sentinel; every route otherwise. */
  only?: readonly string[];
}

/** A deployment or a rollback; it informs and pages nobody. */
export interface ChangeEvent {
  kind: 'change';
  change: 'deployment' | 'rollback';
  /** The caller's id of the change and its step, the same when it is told again. */
  id: string;
  at: string;
  summary: string;
  details?: Readonly<Record<string, string>>;
  link?: string;
}

/** A notification that exists to see whether it arrives. */
export interface TestEvent {
  kind: 'test';
  id: string;
  at: string;
  state: 'firing' | 'resolved';
}

/** The watch is alive; worth nothing when it comes late, so it expires instead of waiting. */
export interface HeartbeatEvent {
  kind: 'heartbeat';
  state: 'start' | 'success' | 'fail';
  /** The cycle it belongs to. */
  id: string;
  at: string;
  summary?: string;
}

/** All that can be told to somebody. */
export type NotificationEvent = AlertEvent | ChangeEvent | TestEvent | HeartbeatEvent;

/** Events of one stream reach a channel in the order in which they were queued. */
export function streamOf(event: NotificationEvent): string {
  switch (event.kind) {
    case 'alert':
      return event.fingerprint;
    case 'change':
      return 'change';
    case 'test':
      return `test:${event.id}`;
    case 'heartbeat':
      return 'heartbeat';
  }
}

/** The same for the same event however often it is queued, and different for any other. */
export function idempotencyKeyOf(event: NotificationEvent): string {
  const parts: unknown[] =
    event.kind === 'alert'
      ? [
          event.fingerprint,
          event.startsAt,
          event.state,
          event.endsAt ?? '',
          event.priority,
          event.reminder ?? 0,
          event.acknowledgedBy ?? '',
        ]
      : [event.id, 'state' in event ? event.state : event.change];
  const text = JSON.stringify([event.kind, ...parts]);
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

const ranks = { P0: 0, P1: 1, P2: 2, P3: 3, P4: 4 };

/** What goes first when much waits: 0 is the most urgent. */
export function rankOf(event: NotificationEvent): number {
  return event.kind === 'alert' ? ranks[event.priority] : event.kind === 'heartbeat' ? 0 : 3;
}
