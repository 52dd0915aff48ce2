import type { DatabaseSync } from 'node:sqlite';
import { heldBackTables } from './held-back.ts';

const tables = `
CREATE TABLE IF NOT EXISTS outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  channel TEXT NOT NULL,
  stream TEXT NOT NULL,
  idempotency_key TEXT NOT NULL,
  rank INTEGER NOT NULL,
  event TEXT NOT NULL,
  enqueued_ms INTEGER NOT NULL,
  status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'sent', 'dropped', 'superseded')),
  attempts INTEGER NOT NULL DEFAULT 0,
  next_attempt_ms INTEGER NOT NULL,
  settled_ms INTEGER,
  reason TEXT,
  UNIQUE (channel, idempotency_key)
) STRICT;
CREATE INDEX IF NOT EXISTS outbox_pending ON outbox (channel, stream, id) WHERE status = 'pending';
CREATE INDEX IF NOT EXISTS outbox_sent ON outbox (channel, stream, settled_ms) WHERE status = 'sent';
CREATE INDEX IF NOT EXISTS outbox_settled ON outbox (settled_ms) WHERE status <> 'pending';
CREATE TABLE IF NOT EXISTS outbox_attempts (
  id INTEGER PRIMARY KEY,
  outbox_id INTEGER NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
  at_ms INTEGER NOT NULL,
  duration_ms REAL NOT NULL,
  result TEXT NOT NULL CHECK (result IN ('sent', 'retry', 'drop')),
  detail TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS outbox_attempts_of ON outbox_attempts (outbox_id);
CREATE TABLE IF NOT EXISTS outbox_waits (
  outbox_id INTEGER PRIMARY KEY REFERENCES outbox (id) ON DELETE CASCADE,
  waited_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS outbox_held (
  channel TEXT NOT NULL,
  stream TEXT NOT NULL,
  event TEXT NOT NULL,
  -- when repeating it ends; null while it fires
  until_ms INTEGER,
  PRIMARY KEY (channel, stream)
) STRICT;
`;

/**
 * Makes the tables of the outbox where they are missing: `outbox` (a row per event and channel), `outbox_attempts`
 * (a row per try), `outbox_waits` (how long an event was seen failing) and `outbox_held` (what a channel that forgets is
 * told again); beside them those of what is held back for another Vigil.
 */
export function createOutboxTables(db: DatabaseSync): void {
  db.exec(tables);
  db.exec(heldBackTables);
}

/** Rows of a batch: nobody waits long for it. */
const batch = 1000;

/**
 * Deletes a batch of what was settled before a time and queued up to a row, with its attempts; nothing that waits and
 * nothing that is held.
 */
export function pruneOutbox(
  db: DatabaseSync,
  { beforeMs, lastRow }: { beforeMs: number; lastRow: number },
): number {
  const old = `SELECT id FROM outbox WHERE status <> 'pending' AND settled_ms < ? AND id <= ? LIMIT ${batch}`;
  db.prepare(`DELETE FROM outbox_attempts WHERE outbox_id IN (${old})`).run(beforeMs, lastRow);
  return Number(db.prepare(`DELETE FROM outbox WHERE id IN (${old})`).run(beforeMs, lastRow).changes);
}
