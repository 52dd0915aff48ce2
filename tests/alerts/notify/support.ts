import type http from 'node:http';
import { DatabaseSync } from 'node:sqlite';
import { onTestFinished } from 'vitest';
import type { Channel, Delivery } from '../../../src/alerts/notify/channel.ts';
import { createDispatcher, type DispatcherOptions } from '../../../src/alerts/notify/dispatcher.ts';
import { enqueue } from '../../../src/alerts/notify/enqueue.ts';
import type { AlertEvent, NotificationEvent } from '../../../src/alerts/notify/event.ts';
import { identityLabels } from '../../../src/alerts/notify/identity-labels.ts';
import { createOutboxTables } from '../../../src/alerts/notify/outbox-tables.ts';
import { createRouter } from '../../../src/alerts/notify/routing.ts';
import { labelFingerprint } from '../../../src/core/labels/fingerprint.ts';
import { createRedactor } from '../../../src/core/text/redactor.ts';
import { httpServer } from '../../clients/servers.ts';

export const start = Date.parse('2026-01-01T00:00:00.000Z');
export const second = 1000;
export const minute = 60_000;

/** An alert that fires, with what a test says otherwise; its fingerprint follows its labels. */
export function alert(changes: Partial<AlertEvent> = {}): AlertEvent {
  const identity = {
    alertname: changes.alertname ?? 'HighLatencyP95',
    severity: changes.severity ?? ('critical' as const),
    labels: changes.labels ?? { service: 'genesis' },
  };
  return {
    kind: 'alert',
    state: 'firing',
    priority: 'P1',
    annotations: {
      summary: 'P95 latency 412 ms (< 200 ms)',
      description: '412 ms over the last 5 min',
      next: 'compare the means, hold the rollout',
      runbook: 'https://example.com/runbooks#highlatencyp95',
    },
    startsAt: new Date(start).toISOString(),
    value: 0.412,
    unit: 'seconds',
    threshold: '< 200 ms',
    groupKey: 'genesis_critical',
    fingerprint: labelFingerprint(identityLabels(identity)),
    ...identity,
    ...changes,
  };
}

/** Its end. */
export function resolved(event: AlertEvent, atMs: number): AlertEvent {
  return { ...event, state: 'resolved', endsAt: new Date(atMs).toISOString() };
}

export interface Heard {
  channel: string;
  event: NotificationEvent;
  key: string;
  atMs: number;
}

/** A channel that notes what it is told and answers as `fate` says. */
export function hearing(
  heard: Heard[],
  fate: (event: NotificationEvent, attempt: number) => Delivery | Promise<Delivery> = () => ({
    result: 'sent',
  }),
  more: Partial<Channel> = {},
): Channel {
  const attempts = new Map<string, number>();
  const name = more.name ?? 'ear';
  return {
    name,
    type: 'ear',
    accepts: () => true,
    async deliver(event, { idempotencyKey, nowMs }) {
      const attempt = (attempts.get(idempotencyKey) ?? 0) + 1;
      attempts.set(idempotencyKey, attempt);
      const delivery = await fate(event, attempt);
      if (delivery.result === 'sent') heard.push({ channel: name, event, key: idempotencyKey, atMs: nowMs });
      return delivery;
    },
    ...more,
  };
}

/** A database with the outbox, until the test ends. */
export function database(file = ':memory:'): DatabaseSync {
  const db = new DatabaseSync(file);
  createOutboxTables(db);
  onTestFinished(() => {
    if (db.isOpen) db.close();
  });
  return db;
}

/** A dispatcher on a clock that the test moves. */
export function dispatching(
  channels: Channel[],
  { db = database(), ...more }: Partial<DispatcherOptions> & { db?: DatabaseSync } = {},
) {
  const redactor = more.redactor ?? createRedactor();
  /** `setMs` is by how much somebody set it: no time that passed. */
  const clock = { ms: start, setMs: 0 };
  const errors: string[] = [];
  const dispatcher = createDispatcher({
    database: () => db,
    channels,
    redactor,
    now: () => clock.ms,
    monotonic: () => clock.ms - clock.setMs,
    random: () => 0.5,
    onError: (message) => errors.push(message),
    ...more,
  });
  const route = createRouter(channels);
  onTestFinished(() => dispatcher.stop());
  return {
    db,
    clock,
    errors,
    dispatcher,
    redactor,
    queue: (...events: NotificationEvent[]) => enqueue(db, events, { route, redactor, nowMs: clock.ms }),
    /** Looks at the outbox every `stepMs` until it is empty or `untilMs` is over. */
    async run(untilMs: number, stepMs = second) {
      for (; clock.ms <= untilMs && dispatcher.pending() > 0; clock.ms += stepMs) await dispatcher.tick();
    },
  };
}

export interface Received {
  method: string;
  url: string;
  headers: http.IncomingHttpHeaders;
  body: string;
}

/** A real receiver that notes every request, then answers as told. */
export async function receiver(
  reply: (request: Received, response: http.ServerResponse, count: number) => void = (_request, response) => {
    response.end('ok');
  },
): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const url = await httpServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('error', () => {});
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      const got = { method, url: path, headers, body: Buffer.concat(chunks).toString() };
      received.push(got);
      reply(got, response, received.length);
    });
  });
  return { url, received };
}
