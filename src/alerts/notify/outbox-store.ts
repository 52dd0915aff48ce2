import type { DatabaseSync } from 'node:sqlite';
import { readStored } from '../../core/index.ts';
import { longestRetryAfterMs } from './backoff.ts';
import type { Delivery } from './channel.ts';
import { type AlertEvent, alertEvent, type NotificationEvent, notificationEvent } from './event.ts';
import { collapseOf } from './supersede.ts';

/** An event that waits for a channel. */
export interface OutboxRow {
  channel: string;
  stream: string;
  /** What it is called in every database that it may be taken over into. */
  idempotencyKey: string;
  /** Undefined when the row can't be read. */
  event: NotificationEvent | undefined;
  enqueuedMs: number;
  /** Tries so far. */
  attempts: number;
  /** How long it was seen failing, milliseconds. */
  waitedMs: number;
}

/** What a try changes. */
export interface Settlement {
  row: OutboxRow;
  delivery: Delivery;
  atMs: number;
  durationMs: number;
  /** How long the event was seen failing, by a clock that nobody can set. */
  waitedMs: number;
  /** Pending until then, when it is to be tried again. */
  nextAttemptMs: number | undefined;
}

/** Runs a step so that all of it is written or nothing, within a transaction of the caller's or without one. */
function atomically(db: DatabaseSync, step: () => void): void {
  db.exec('SAVEPOINT outbox_step');
  try {
    step();
    db.exec('RELEASE outbox_step');
  } catch (thrown) {
    db.exec('ROLLBACK TO outbox_step; RELEASE outbox_step');
    throw thrown;
  }
}

/** Only the oldest event of a stream may go. */
const isHead = `NOT EXISTS (SELECT 1 FROM outbox AS p
  WHERE p.channel = o.channel AND p.stream = o.stream AND p.status = 'pending' AND p.id < o.id)`;

/** When a row may go: at its time, and not sooner than a space after the last one of its stream. */
const readyMs = `max(next_attempt_ms, coalesce((SELECT max(settled_ms) FROM outbox AS s
  WHERE s.channel = o.channel AND s.stream = o.stream AND s.status = 'sent'), 0) + :spacing)`;

/** The events that may go now, the most urgent first. */
export function dueRows(
  db: DatabaseSync,
  channel: string,
  { nowMs, spacingMs, limit }: { nowMs: number; spacingMs: number; limit: number },
): OutboxRow[] {
  // Found among those that wait, not among all that were ever told. A time beyond any wait we give means that the clock was set back.
  const rows = db
    .prepare(
      `SELECT stream, idempotency_key, event, enqueued_ms, attempts,
         coalesce((SELECT waited_ms FROM outbox_waits WHERE outbox_id = o.id), 0) AS waited_ms
       FROM outbox AS o INDEXED BY outbox_pending
       WHERE channel = :channel AND status = 'pending' AND ${isHead}
         AND (${readyMs} <= :now OR ${readyMs} > :beyond)
       ORDER BY rank, id LIMIT :limit`,
    )
    .all({
      ':channel': channel,
      ':now': nowMs,
      ':beyond': nowMs + longestRetryAfterMs,
      ':spacing': spacingMs,
      ':limit': limit,
    });
  return rows.map((row) => ({
    channel,
    stream: String(row.stream),
    idempotencyKey: String(row.idempotency_key),
    event: readStored(notificationEvent, String(row.event)),
    enqueuedMs: Number(row.enqueued_ms),
    attempts: Number(row.attempts),
    waitedMs: Number(row.waited_ms),
  }));
}

/** When something of this channel may go next, as far as is known. */
export function nextDueMs(db: DatabaseSync, channel: string, spacingMs: number): number | undefined {
  const row = db
    .prepare(
      `SELECT min(${readyMs}) AS at FROM outbox AS o WHERE channel = :channel AND status = 'pending' AND ${isHead}`,
    )
    .get({ ':channel': channel, ':spacing': spacingMs });
  return typeof row?.at === 'number' ? row.at : undefined;
}

/** Skips what later events of the stream make needless, by the rule of `collapseOf`; how many. */
export function collapse(db: DatabaseSync, { channel, stream }: OutboxRow, nowMs: number): number {
  const waiting = db
    .prepare(
      `SELECT id, event FROM outbox WHERE channel = ? AND stream = ? AND status = 'pending' ORDER BY id`,
    )
    .all(channel, stream);
  if (waiting.length < 2) return 0;
  const needless = collapseOf(
    waiting.map(({ id, event }) => ({
      id: Number(id),
      event: readStored(notificationEvent, String(event)),
    })),
  );
  const skip = db.prepare(
    `UPDATE outbox SET status = 'superseded', settled_ms = ?, reason = 'superseded by ' || ? WHERE id = ?`,
  );
  atomically(db, () => {
    for (const { id, by } of needless) skip.run(nowMs, String(by), id);
  });
  return needless.length;
}

/** Writes what a try changed; what a channel that forgets was told of an alert is held, a resolved one for `resolvedForMs`. */
export function settle(db: DatabaseSync, settlement: Settlement, resolvedForMs: number | undefined): void {
  const { row, delivery, atMs, durationMs, waitedMs, nextAttemptMs } = settlement;
  const { channel, stream, idempotencyKey, event } = row;
  const detail = (delivery.result === 'sent' ? delivery.detail : delivery.reason) ?? null;
  const isSent = delivery.result === 'sent';
  const isOver = nextAttemptMs === undefined;
  atomically(db, () => {
    db.prepare(
      `INSERT INTO outbox_attempts (outbox_id, at_ms, duration_ms, result, detail)
       SELECT id, ?, ?, ?, ? FROM outbox WHERE channel = ? AND idempotency_key = ?`,
    ).run(atMs, durationMs, isOver && !isSent ? 'drop' : delivery.result, detail, channel, idempotencyKey);
    db.prepare(
      `UPDATE outbox SET attempts = attempts + 1, next_attempt_ms = ?, reason = ?, status = ?, settled_ms = ?
       WHERE channel = ? AND idempotency_key = ?`,
    ).run(
      nextAttemptMs ?? atMs,
      detail,
      isOver ? (isSent ? 'sent' : 'dropped') : 'pending',
      isOver ? atMs : null,
      channel,
      idempotencyKey,
    );
    db.prepare(
      `INSERT INTO outbox_waits (outbox_id, waited_ms)
       SELECT id, ? FROM outbox WHERE channel = ? AND idempotency_key = ? AND status = 'pending'
       ON CONFLICT (outbox_id) DO UPDATE SET waited_ms = excluded.waited_ms`,
    ).run(Math.round(waitedMs), channel, idempotencyKey);
    if (resolvedForMs === undefined || !isSent || event?.kind !== 'alert') return;
    db.prepare(
      `INSERT INTO outbox_held (channel, stream, event, until_ms) VALUES (?, ?, ?, ?)
       ON CONFLICT (channel, stream) DO UPDATE SET event = excluded.event, until_ms = excluded.until_ms`,
    ).run(channel, stream, JSON.stringify(event), event.state === 'resolved' ? atMs + resolvedForMs : null);
  });
}

/** What a channel that forgets is to be told again now: firing alerts, and resolved ones for a while. */
export function heldAlerts(db: DatabaseSync, channel: string, nowMs: number): AlertEvent[] {
  db.prepare('DELETE FROM outbox_held WHERE channel = ? AND until_ms < ?').run(channel, nowMs);
  const held = db.prepare('SELECT event FROM outbox_held WHERE channel = ? ORDER BY stream').all(channel);
  // One that was damaged since can't be told again.
  return held.flatMap(({ event }) => readStored(alertEvent, String(event)) ?? []);
}

const timeOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

/** How much waits for a channel, since when the oldest does, and since when the oldest of those that were tried in vain. */
export function waitingFor(db: DatabaseSync, channel: string) {
  const row = db
    .prepare(
      `SELECT count(*) AS pending, min(enqueued_ms) AS oldest, min(enqueued_ms) FILTER (WHERE attempts > 0) AS tried
       FROM outbox WHERE channel = ? AND status = 'pending'`,
    )
    .get(channel);
  return { pending: Number(row?.pending), oldestMs: timeOf(row?.oldest), triedMs: timeOf(row?.tried) };
}

/** Whether something of a stream was queued for one of the channels since a time, and none of them has delivered it. */
export function isUndelivered(
  db: DatabaseSync,
  channels: readonly string[],
  { stream, sinceMs }: { stream: string; sinceMs: number },
): boolean {
  const queued = db.prepare(
    'SELECT status FROM outbox WHERE channel = ? AND stream = ? AND enqueued_ms >= ? ORDER BY id',
  );
  const rows = channels.flatMap((channel) => queued.all(channel, stream, sinceMs));
  return rows.length > 0 && !rows.some(({ status }) => status === 'sent');
}

/** Whether something of a stream was queued for a channel since a time. */
export function wasQueued(
  db: DatabaseSync,
  channel: string,
  { stream, sinceMs }: { stream: string; sinceMs: number },
): boolean {
  const queued = db.prepare(
    'SELECT 1 FROM outbox WHERE channel = ? AND stream = ? AND enqueued_ms >= ? LIMIT 1',
  );
  return queued.get(channel, stream, sinceMs) !== undefined;
}

/** How much waits, also for channels that are no longer configured. */
export const pendingIn = (db: DatabaseSync): number =>
  Number(db.prepare(`SELECT count(*) AS pending FROM outbox WHERE status = 'pending'`).get()?.pending);
