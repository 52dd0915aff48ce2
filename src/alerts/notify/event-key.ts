import { createHash } from 'node:crypto';
import type { NotificationEvent } from './event.ts';

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
