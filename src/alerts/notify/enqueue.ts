import type { DatabaseSync } from 'node:sqlite';
import { mapTexts, type Redactor } from '../../core/index.ts';
import { clipped } from './describe.ts';
import { idempotencyKeyOf, type NotificationEvent, rankOf, streamOf } from './event.ts';

/** No message shows more of one text, and the database must not grow by what a check prints. */
const longestText = 16_384;

export interface EnqueueOptions {
  /** Names of the channels an event goes to, as `createRouter` makes it. */
  route: (event: NotificationEvent) => readonly string[];
  redactor: Redactor;
  nowMs: number;
}

/**
 * Queues events for the channels they are routed to, and returns how many rows that made. It opens no transaction, so
 * called inside the one that records the transitions both are written or neither. An event that is already queued for
 * a channel is not queued again; secrets known to the redactor don't reach the database.
 */
export function enqueue(
  db: DatabaseSync,
  events: readonly NotificationEvent[],
  { route, redactor, nowMs }: EnqueueOptions,
): number {
  const insert = db.prepare(
    `INSERT INTO outbox (channel, stream, idempotency_key, rank, event, enqueued_ms, next_attempt_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (channel, idempotency_key) DO NOTHING`,
  );
  let rows = 0;
  for (const event of events) {
    const text = JSON.stringify(mapTexts(event, (part) => clipped(redactor.redact(part), longestText)));
    const [stream, key, rank] = [streamOf(event), idempotencyKeyOf(event), rankOf(event)];
    for (const channel of new Set(route(event))) {
      rows += Number(insert.run(channel, redactor.redact(stream), key, rank, text, nowMs, nowMs).changes);
    }
  }
  return rows;
}
