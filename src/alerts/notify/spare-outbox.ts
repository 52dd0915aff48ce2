import { DatabaseSync } from 'node:sqlite';
import { createOutboxTables } from './outbox-tables.ts';

/** An outbox that moves into memory while its database can't be written, so that people are told all the same. */
export interface SpareOutbox {
  /** Where the outbox is now. */
  database(): DatabaseSync;
  /** Moves it into memory, with what waits in the database; returns where it is now. */
  moveToMemory(): DatabaseSync;
  /** Writes into the database what became of everything meanwhile; within a transaction of the caller's. */
  writeBack(): void;
  /** The outbox is in the database again; called once the transaction has been kept. */
  moveBack(): void;
}

/** All columns but the row's number, which each database gives by itself. */
const columns = [
  'channel',
  'stream',
  'idempotency_key',
  'rank',
  'event',
  'enqueued_ms',
  'status',
  'attempts',
  'next_attempt_ms',
  'settled_ms',
  'reason',
] as const;

const changing = columns.slice(6).map((name) => `${name} = excluded.${name}`);

/** Copies rows of the outbox that meet a condition, and all that a forgetful channel is told again. */
function copy(from: DatabaseSync, to: DatabaseSync, condition: string): void {
  const names = columns.join(', ');
  const insert = to.prepare(
    `INSERT INTO outbox (${names}) VALUES (${columns.map(() => '?').join(', ')})
     ON CONFLICT (channel, idempotency_key) DO UPDATE SET ${changing.join(', ')}`,
  );
  for (const row of from.prepare(`SELECT ${names} FROM outbox WHERE ${condition} ORDER BY id`).all())
    insert.run(...columns.map((name) => row[name] ?? null));
  const hold = to.prepare(
    `INSERT INTO outbox_held (channel, stream, event, until_ms) VALUES (?, ?, ?, ?)
     ON CONFLICT (channel, stream) DO UPDATE SET event = excluded.event, until_ms = excluded.until_ms`,
  );
  for (const row of from.prepare('SELECT channel, stream, event, until_ms FROM outbox_held').all())
    hold.run(row.channel ?? null, row.stream ?? null, row.event ?? null, row.until_ms ?? null);
}

/** Opens an outbox that is in the database until that can't be written. */
export function openSpareOutbox(onDisk: () => DatabaseSync): SpareOutbox {
  let memory: DatabaseSync | undefined;
  return {
    database: () => memory ?? onDisk(),
    moveToMemory() {
      if (memory) return memory;
      memory = new DatabaseSync(':memory:');
      createOutboxTables(memory);
      try {
        copy(onDisk(), memory, `status = 'pending'`);
      } catch {
        // What can't even be read waits there until it can.
      }
      return memory;
    },
    writeBack() {
      if (memory) copy(memory, onDisk(), '1');
    },
    moveBack() {
      memory?.close();
      memory = undefined;
    },
  };
}
