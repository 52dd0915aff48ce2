import type { DatabaseSync } from 'node:sqlite';
import type { AlertEvent, NotificationEvent } from './event.ts';

/** What channels that forget must be told again: firing alerts, and resolved ones for a while. */
export function openHeld(db: DatabaseSync) {
  const put = db.prepare(
    `INSERT INTO outbox_held (channel, stream, event, until_ms) VALUES (?, ?, ?, ?)
     ON CONFLICT (channel, stream) DO UPDATE SET event = excluded.event, until_ms = excluded.until_ms`,
  );
  const forget = db.prepare(`DELETE FROM outbox_held WHERE channel = ? AND until_ms < ?`);
  const list = db.prepare(`SELECT event FROM outbox_held WHERE channel = ? ORDER BY stream`);
  return {
    /** Notes what a channel was told last of an alert. */
    hold(
      channel: string,
      stream: string,
      event: NotificationEvent,
      nowMs: number,
      resolvedForMs: number,
    ): void {
      if (event.kind !== 'alert') return;
      put.run(
        channel,
        stream,
        JSON.stringify(event),
        event.state === 'resolved' ? nowMs + resolvedForMs : null,
      );
    },
    /** All that is to be told again now. */
    of(channel: string, nowMs: number): AlertEvent[] {
      forget.run(channel, nowMs);
      return list.all(channel).map((row) => JSON.parse(row.event as string) as AlertEvent);
    },
  };
}

export type Held = ReturnType<typeof openHeld>;
