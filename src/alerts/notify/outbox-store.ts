import type { DatabaseSync } from 'node:sqlite';
import { readStored } from '../../core/index.ts';
import { longestRetryAfterMs } from './backoff.ts';
import type { Delivery } from './channel.ts';
import { type AlertEvent, alertEvent, type NotificationEvent, notificationEvent } from './event.ts';
import { collapseOf } from './supersede.ts';

/** An event that waits for a channel. */
export interface OutboxRow {
  id: number;
  channel: string;
  stream: string;
  idempotencyKey: string;
  /** Undefined when the row can't be read. */
  event: NotificationEvent | undefined;
  enqueuedMs: number;
  /** Tries so far. */
  attempts: number;
}

/** What a try changes. */
export interface Settlement {
  row: OutboxRow;
  delivery: Delivery;
  atMs: number;
  durationMs: number;
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

const isHead = `NOT EXISTS (SELECT 1 FROM outbox AS p
  WHERE p.channel = o.channel AND p.stream = o.stream AND p.status = 'pending' AND p.id < o.id)`;

/** When a row may go: at its time, and not sooner than a space after the last one of its stream. */
const readyMs = `max(next_attempt_ms, coalesce((SELECT max(settled_ms) FROM outbox AS s
  WHERE s.channel = o.channel AND s.stream = o.stream AND s.status = 'sent'), 0) + :spacing)`;

/** The rows of the outbox, for one dispatcher. */
export function openOutboxStore(db: DatabaseSync) {
  // Only the oldest event of a stream may go, found among those that wait, not among all that were ever told. A time beyond any wait we give means that the clock was set back.
  const due = db.prepare(
    `SELECT id, stream, idempotency_key, event, enqueued_ms, attempts FROM outbox AS o INDEXED BY outbox_pending
     WHERE channel = :channel AND status = 'pending' AND ${isHead}
       AND (${readyMs} <= :now OR ${readyMs} > :beyond)
     ORDER BY rank, id LIMIT :limit`,
  );
  const next = db.prepare(
    `SELECT min(${readyMs}) AS at FROM outbox AS o WHERE channel = :channel AND status = 'pending' AND ${isHead}`,
  );
  const waiting = db.prepare(
    `SELECT id, stream, event FROM outbox WHERE channel = ? AND stream = ? AND status = 'pending' ORDER BY id`,
  );
  const settle = db.prepare(`UPDATE outbox SET status = ?, settled_ms = ?, reason = ? WHERE id = ?`);
  const tried = db.prepare(
    `UPDATE outbox SET attempts = attempts + 1, next_attempt_ms = ?, reason = ? WHERE id = ?`,
  );
  const record = db.prepare(
    `INSERT INTO outbox_attempts (outbox_id, at_ms, duration_ms, result, detail) VALUES (?, ?, ?, ?, ?)`,
  );
  const count = db.prepare(
    `SELECT count(*) AS pending, min(enqueued_ms) AS oldest FROM outbox WHERE channel = ? AND status = 'pending'`,
  );
  const all = db.prepare(`SELECT count(*) AS pending FROM outbox WHERE status = 'pending'`);
  const hold = db.prepare(
    `INSERT INTO outbox_held (channel, stream, event, until_ms) VALUES (?, ?, ?, ?)
     ON CONFLICT (channel, stream) DO UPDATE SET event = excluded.event, until_ms = excluded.until_ms`,
  );
  const forget = db.prepare(`DELETE FROM outbox_held WHERE channel = ? AND until_ms < ?`);
  const held = db.prepare(`SELECT event FROM outbox_held WHERE channel = ? ORDER BY stream`);

  return {
    /** The events that may go now, the most urgent first. */
    due(channel: string, nowMs: number, spacingMs: number, limit: number): OutboxRow[] {
      const rows = due.all({
        ':channel': channel,
        ':now': nowMs,
        ':beyond': nowMs + longestRetryAfterMs,
        ':spacing': spacingMs,
        ':limit': limit,
      });
      return rows.map((row) => ({
        id: Number(row.id),
        channel,
        stream: String(row.stream),
        idempotencyKey: String(row.idempotency_key),
        event: readStored(notificationEvent, String(row.event)),
        enqueuedMs: Number(row.enqueued_ms),
        attempts: Number(row.attempts),
      }));
    },
    /** When something of this channel may go next, as far as is known. */
    nextMs(channel: string, spacingMs: number): number | undefined {
      const at = next.get({ ':channel': channel, ':spacing': spacingMs })?.at;
      return typeof at === 'number' ? at : undefined;
    },
    /** Skips what later events of the stream make needless, by the rule of `collapseOf`; how many. */
    collapse(channel: string, stream: string, nowMs: number): number {
      const rows = waiting.all(channel, stream);
      if (rows.length < 2) return 0;
      const events = rows.map(({ id, event }) => ({
        id: Number(id),
        event: readStored(notificationEvent, String(event)),
      }));
      const needless = collapseOf(events);
      atomically(db, () => {
        for (const { id, by } of needless) settle.run('superseded', nowMs, `superseded by ${by}`, id);
      });
      return needless.length;
    },
    /** Writes what a try changed; what a channel that forgets was told of an alert is held, a resolved one for `resolvedForMs`. */
    settle(settlement: Settlement, resolvedForMs?: number): void {
      const { row, delivery, atMs, durationMs, nextAttemptMs } = settlement;
      const detail = (delivery.result === 'sent' ? delivery.detail : delivery.reason) ?? null;
      const dropped = delivery.result !== 'sent' && nextAttemptMs === undefined;
      const result = dropped ? 'drop' : delivery.result;
      atomically(db, () => {
        record.run(row.id, atMs, durationMs, result, detail);
        tried.run(nextAttemptMs ?? atMs, detail, row.id);
        if (nextAttemptMs === undefined) {
          settle.run(dropped ? 'dropped' : 'sent', atMs, detail, row.id);
        }
        if (resolvedForMs === undefined || delivery.result !== 'sent' || row.event?.kind !== 'alert') return;
        const untilMs = row.event.state === 'resolved' ? atMs + resolvedForMs : null;
        hold.run(row.channel, row.stream, JSON.stringify(row.event), untilMs);
      });
    },
    /** What a channel that forgets is to be told again now: firing alerts, and resolved ones for a while. */
    held(channel: string, nowMs: number): AlertEvent[] {
      forget.run(channel, nowMs);
      // One that was damaged since can't be told again.
      return held.all(channel).flatMap(({ event }) => readStored(alertEvent, String(event)) ?? []);
    },
    pendingOf(channel: string): { pending: number; oldestMs: number | undefined } {
      const row = count.get(channel);
      const oldestMs = typeof row?.oldest === 'number' ? row.oldest : undefined;
      return { pending: Number(row?.pending), oldestMs };
    },
    /** Of every channel, also of those that are no longer configured. */
    pending: () => Number(all.get()?.pending),
  };
}

export type OutboxStore = ReturnType<typeof openOutboxStore>;
