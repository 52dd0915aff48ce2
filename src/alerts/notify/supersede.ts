import type { NotificationEvent } from './event.ts';

/** A heartbeat that is older than this says nothing about now, milliseconds. */
export const heartbeatLifeMs = 5 * 60_000;

interface Waiting {
  id: number;
  event: NotificationEvent | undefined;
}

function isReminder({ event }: Waiting): boolean {
  return (
    event?.kind === 'alert' && event.state === 'firing' && (event.reminder ?? 0) > 0 && !event.acknowledgedBy
  );
}

function replaces(later: Waiting['event'], earlier: Waiting['event']): boolean {
  return (
    later?.kind === 'alert' &&
    earlier?.kind === 'alert' &&
    later.startsAt === earlier.startsAt &&
    !later.acknowledgedBy &&
    later.priority === earlier.priority
  );
}

/**
 * Which of the waiting events of one stream (oldest first) need not be sent any more, and which later one says it all:
 * a **reminder** when a newer reminder or the resolution of the same occurrence waits behind it and a heartbeat
 * that tells no failure when a newer one does. The first firing, its resolution, an acknowledgement and a change of priority are never left out,
 * so that after any outage every occurrence is seen to begin and to end.
 */
export function collapseOf(waiting: readonly Waiting[]): { id: number; by: number }[] {
  return waiting.flatMap((earlier, index) => {
    const behind = waiting.slice(index + 1);
    const by =
      earlier.event?.kind === 'heartbeat' && earlier.event.state !== 'fail'
        ? behind.find(({ event }) => event?.kind === 'heartbeat')
        : isReminder(earlier)
          ? behind.find((later) => replaces(later.event, earlier.event))
          : undefined;
    return by ? [{ id: earlier.id, by: by.id }] : [];
  });
}
