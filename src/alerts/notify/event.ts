import { createHash } from 'node:crypto';
import { z } from 'zod';
import { units } from '../../core/index.ts';

const unit = z.enum(units);
const text = z.string();
const texts = z.record(text, text);

export const alertAnnotations = z.object({
  summary: text,
  description: text.exactOptional(),
  /** What the person on call does first. */
  next: text.exactOptional(),
  /** Address of the runbook, or its place in the docs. */
  runbook: text.exactOptional(),
  /** The command that runs its check alone, with file, line and owner. */
  run: text.exactOptional(),
});

/** One transition (or reminder) of one alert. Times are ISO 8601, figures in base units. */
export const alertEvent = z.object({
  kind: z.literal('alert'),
  alertname: text,
  state: z.enum(['firing', 'resolved']),
  severity: z.enum(['critical', 'warning', 'info']),
  priority: z.enum(['P0', 'P1', 'P2', 'P3', 'P4']),
  /** What the alert is, for as long as it lasts: never a value, a run's id or a time. */
  labels: texts,
  annotations: alertAnnotations,
  startsAt: text,
  /** When it ended; only of a resolved one. */
  endsAt: text.exactOptional(),
  value: z.number().exactOptional(),
  unit: unit.exactOptional(),
  /** The limit as text: `< 200 ms`. */
  threshold: text.exactOptional(),
  groupKey: text,
  /** Names the alert everywhere; `fingerprintOf(identityLabels(event))` is also what Alertmanager calls it. */
  fingerprint: text,
  generatorURL: text.exactOptional(),
  /** 1, 2, … when this repeats a firing that was told before. */
  reminder: z.number().exactOptional(),
  /** What it belongs to: the alert that started it, and those that followed until now. */
  incident: z.object({ id: text, startedBy: text, followedBy: z.array(text) }).exactOptional(),
  /** Who took it; the event then says only that. */
  acknowledgedBy: text.exactOptional(),
  /** Names of the only channels it may take, as for a sentinel; every route otherwise. */
  only: z.array(text).readonly().exactOptional(),
});

/** A deployment, a rollback, or where a release stands; it informs and pages nobody. */
const changeEvent = z.object({
  kind: z.literal('change'),
  change: z.enum(['deployment', 'rollback', 'release']),
  /** The caller's id of the change and its step, the same when it is told again. */
  id: text,
  at: text,
  summary: text,
  details: texts.exactOptional(),
  link: text.exactOptional(),
});

/** A notification that exists to see whether it arrives. */
const testEvent = z.object({
  kind: z.literal('test'),
  id: text,
  at: text,
  state: z.enum(['firing', 'resolved']),
});

/** The watch is alive; worth nothing when it comes late, so it expires instead of waiting. */
const heartbeatEvent = z.object({
  kind: z.literal('heartbeat'),
  state: z.enum(['start', 'success', 'fail']),
  /** The cycle it belongs to. */
  id: text,
  at: text,
  summary: text.exactOptional(),
});

/** All that can be told to somebody. */
export const notificationEvent = z.discriminatedUnion('kind', [
  alertEvent,
  changeEvent,
  testEvent,
  heartbeatEvent,
]);

export type AlertAnnotations = z.output<typeof alertAnnotations>;
export type AlertEvent = z.output<typeof alertEvent>;
export type ChangeEvent = z.output<typeof changeEvent>;
export type TestEvent = z.output<typeof testEvent>;
export type HeartbeatEvent = z.output<typeof heartbeatEvent>;
export type NotificationEvent = z.output<typeof notificationEvent>;

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
