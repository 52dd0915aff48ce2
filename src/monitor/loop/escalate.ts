import type { DatabaseSync } from 'node:sqlite';
import {
  type AlertEvent,
  type EngineState,
  type Escalation,
  firstNotification,
  streamOf,
  wasQueued,
} from '../../alerts/index.ts';
import { type EventContext, eventsOf } from './alert-events.ts';

/** An event for channels that the routes of now leave out. */
export interface LateEvent {
  event: AlertEvent;
  channels: readonly string[];
}

interface Given {
  /** By which labels alerts are told together. */
  groupBy: readonly string[];
  context: EventContext;
  /** Which channels wait for how long with an alert. */
  escalate(event: AlertEvent): readonly Escalation[];
  database: DatabaseSync;
}

/**
 * What channels hear that wait until nobody has acknowledged for a while: the alerts whose time is up, as they were told
 * first, and of the events of now those of alerts that such a channel knows. Queued twice, an event is told once.
 */
export function escalationsOf(
  state: EngineState,
  events: readonly AlertEvent[],
  { groupBy, context, escalate, database }: Given,
  nowMs: number,
): LateEvent[] {
  const overdue = Object.values(state.alerts).flatMap((alert): LateEvent[] => {
    const { status, told, mute } = alert;
    if (status !== 'firing' || !told || mute) return [];
    const [event] = eventsOf([firstNotification(alert, state, groupBy)], context);
    if (!event) return [];
    const due = escalate(event).filter(({ afterMs }) => nowMs - told.firstMs >= afterMs);
    return [{ event, channels: due.map(({ channel }) => channel) }];
  });
  const later = events.filter((event) => event.state === 'resolved' || event.reminder !== undefined);
  const followed = later.map((event): LateEvent => {
    const knows = (channel: string) =>
      wasQueued(database, channel, { stream: streamOf(event), sinceMs: Date.parse(event.startsAt) });
    return { event, channels: escalate(event).flatMap(({ channel }) => (knows(channel) ? channel : [])) };
  });
  return [...overdue, ...followed].filter(({ channels }) => channels.length > 0);
}
