import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { labelFingerprint, type Redactor, readStored } from '../../core/index.ts';
import { type AlertEvent, alertEvent } from './event.ts';

/**
 * Of several Vigils on one deployment one tells. The others hold back what they would have told, the newest event of each
 * alert, until the one that tells is gone. What somebody was told of and no end of yet is in `outbox_open`, whoever told it.
 */
const tableOf = (name: string) =>
  `CREATE TABLE IF NOT EXISTS ${name} (stream TEXT PRIMARY KEY, event TEXT NOT NULL, at_ms INTEGER NOT NULL) STRICT;`;
export const heldBackTables = ['outbox_held_back', 'outbox_open'].map(tableOf).join('');

type Run = (sql: string, ...values: SQLInputValue[]) => unknown;

interface HoldOptions {
  redactor: Redactor;
  nowMs: number;
}

/** What names an alert at every Vigil: its labels, whichever probe tells it. */
export function sharedStreamOf({ labels }: Pick<AlertEvent, 'labels'>): string {
  const { probe: _, ...shared } = labels;
  return labelFingerprint(shared);
}

/** An event as one of the alert that was told, which may be that of another probe. */
function asNotified(event: AlertEvent, { labels: { probe }, startsAt }: AlertEvent): AlertEvent {
  const { probe: _, ...shared } = event.labels;
  const labels = probe === undefined ? shared : { ...shared, probe };
  return { ...event, labels, startsAt, fingerprint: labelFingerprint(labels) };
}

const holding = (db: DatabaseSync, otherwise: string) =>
  db.prepare(
    `INSERT INTO outbox_held_back (stream, event, at_ms) VALUES (?, ?, ?) ON CONFLICT (stream) DO ${otherwise}`,
  );

/** Holds events back instead of queueing them. */
export function holdBack(
  db: DatabaseSync,
  events: readonly AlertEvent[],
  { redactor, nowMs }: HoldOptions,
): void {
  const keep = holding(db, 'UPDATE SET event = excluded.event, at_ms = excluded.at_ms');
  for (const event of events)
    keep.run(sharedStreamOf(event), JSON.stringify(redactor.redactDeep(event)), nowMs);
}

/** Notes what somebody was told, here or by another Vigil. */
export function noteNotified(run: Run, event: AlertEvent, timeMs: number): void {
  // A command may read the ledger where no loop has ever sent anything.
  run(tableOf('outbox_open'));
  if (event.state === 'resolved') {
    run('DELETE FROM outbox_open WHERE stream = ?', sharedStreamOf(event));
    return;
  }
  run(
    `INSERT INTO outbox_open (stream, event, at_ms) VALUES (?, ?, ?)
     ON CONFLICT (stream) DO UPDATE SET event = excluded.event, at_ms = excluded.at_ms`,
    sharedStreamOf(event),
    JSON.stringify(event),
    Math.round(timeMs),
  );
}

/** The alerts that somebody was told of and no end of yet, whoever told them, unless something of them is still on its way. */
export function openNotified(db: DatabaseSync): AlertEvent[] {
  return db
    .prepare(
      `SELECT event FROM outbox_open WHERE json_extract(event, '$.fingerprint') NOT IN
         (SELECT stream FROM outbox WHERE status = 'pending') ORDER BY at_ms`,
    )
    .all()
    .flatMap(({ event }) => readStored(alertEvent, String(event)) ?? []);
}

/** Takes out what was held back: what is to be told now, and what fires and somebody was told already. */
export function releaseHeldBack(db: DatabaseSync): { unsent: AlertEvent[]; sent: AlertEvent[] } {
  const open = new Map(openNotified(db).map((event) => [sharedStreamOf(event), event]));
  const held = db
    .prepare('SELECT event FROM outbox_held_back ORDER BY at_ms')
    .all()
    .flatMap(({ event }) => readStored(alertEvent, String(event)) ?? []);
  db.exec('DELETE FROM outbox_held_back');
  const released: { unsent: AlertEvent[]; sent: AlertEvent[] } = { unsent: [], sent: [] };
  for (const event of held) {
    const first = open.get(sharedStreamOf(event));
    if (!first && event.state === 'firing') released.unsent.push(event);
    else if (first) released[event.state === 'firing' ? 'sent' : 'unsent'].push(asNotified(event, first));
  }
  return released;
}

/**
 * Takes the alerts that wait out of the outbox and holds them back, as those that are repeated to a channel that forgets:
 * another tells from now on. What a rollback tells stays: only the Vigil that carries it out knows it.
 */
export function handOver(db: DatabaseSync, except: string, options: HoldOptions): void {
  const alertOf = (stored: unknown) => {
    const event = readStored(alertEvent, String(stored));
    return event?.groupKey === 'rollback' ? undefined : event;
  };
  const waiting = db
    .prepare("SELECT id, event FROM outbox WHERE status = 'pending' AND channel <> ? ORDER BY id")
    .all(except)
    .flatMap(({ id, event: stored }) => {
      const event = alertOf(stored);
      return event ? [{ id: Number(id), event }] : [];
    });
  holdBack(
    db,
    waiting.map(({ event }) => event),
    options,
  );
  const unlessHeld = holding(db, 'NOTHING');
  const forgetful = db.prepare('SELECT event FROM outbox_held WHERE until_ms IS NULL AND channel <> ?');
  for (const event of forgetful.all(except).flatMap((row) => alertOf(row.event) ?? []))
    unlessHeld.run(sharedStreamOf(event), JSON.stringify(event), options.nowMs);
  const repeated = "channel <> ? AND json_extract(event, '$.groupKey') <> 'rollback'";
  db.prepare(`DELETE FROM outbox_held WHERE ${repeated}`).run(except);
  const settle = db.prepare(
    "UPDATE outbox SET status = 'superseded', settled_ms = ?, reason = 'another Vigil leads' WHERE id = ?",
  );
  for (const { id } of waiting) settle.run(options.nowMs, id);
}
