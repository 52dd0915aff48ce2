import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { isUndelivered } from '../../../src/alerts/notify/outbox-store.ts';
import { createOutboxTables } from '../../../src/alerts/notify/outbox-tables.ts';

test('an alert is undelivered while something of it is queued and no channel has delivered any since it was told', () => {
  const db = new DatabaseSync(':memory:');
  createOutboxTables(db);
  const queue = (channel: string, status: string, queuedMs: number) =>
    db
      .prepare(
        `INSERT INTO outbox (channel, stream, idempotency_key, rank, event, enqueued_ms, next_attempt_ms, status)
         VALUES (?, 'a', ?, 0, '{}', ?, 0, ?)`,
      )
      .run(channel, `${channel} ${queuedMs}`, queuedMs, status);
  const channels = ['pager', 'chat'];
  const isWaiting = (sinceMs = 100) => isUndelivered(db, channels, { stream: 'a', sinceMs });
  // What goes to nobody, as where another tells of it, waits for nobody.
  expect(isWaiting()).toBe(false);
  queue('chat', 'sent', 50);
  queue('pager', 'pending', 100);
  queue('file', 'sent', 100);
  expect(isWaiting()).toBe(true);
  queue('chat', 'dropped', 100);
  expect(isWaiting()).toBe(true);
  queue('chat', 'sent', 200);
  expect(isWaiting()).toBe(false);
});
