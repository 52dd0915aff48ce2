import { setTimeout as sleep } from 'node:timers/promises';
import {
  createDispatcher,
  createOutboxTables,
  createRouter,
  enqueue,
  type NotificationEvent,
  openChannels,
} from '../../alerts/index.ts';
import { lockHolder, type Redactor, redactorOf, secretResolver, type VigilConfig } from '../../core/index.ts';
import { type History, historyFile, loopLockFile, openHistory } from '../../history/index.ts';

/** How long the announcement may wait for its receivers. */
const deliveryMs = 5_000;

/** Rows of the outbox since an id, by what became of them. */
function deliveryOf(history: History, afterId: number): { pending: number; channels: string[] } {
  const rows = history.database.prepare('SELECT channel, status FROM outbox WHERE id > ?').all(afterId);
  return {
    pending: rows.filter(({ status }) => status === 'pending').length,
    channels: [
      ...new Set(rows.filter(({ status }) => status === 'sent').map(({ channel }) => String(channel))),
    ],
  };
}

/** Which deliveries a rollback has queued: those after the row where it began. */
function openDeliveries(history: History) {
  const newest = () =>
    Number(history.database.prepare('SELECT coalesce(max(id), 0) AS id FROM outbox').get()?.id);
  let told = newest();
  let isToTell = false;
  return {
    queued(events: readonly NotificationEvent[]) {
      isToTell ||= events.length > 0;
    },
    /** Waits a moment until what was queued has reached somebody; returns who that was. */
    async delivered(signal?: AbortSignal): Promise<string> {
      const since = told;
      told = newest();
      if (!isToTell) return 'nothing was to tell';
      isToTell = false;
      if (told === since) return 'nobody was told: no channel is configured for it';
      for (let waitedMs = 0; waitedMs < deliveryMs && !signal?.aborted; waitedMs += 100) {
        if (deliveryOf(history, since).pending === 0) break;
        await sleep(100);
      }
      const { pending, channels: reached } = deliveryOf(history, since);
      const waiting = pending > 0 ? `; ${pending} still wait in the outbox` : '';
      return `told through ${reached.join(', ') || 'no channel yet'}${waiting}`;
    },
  };
}

/** The secrets that a rollback resolves itself, hidden from all that it tells. */
function secretsOf({ rollback }: VigilConfig, redactor: Redactor) {
  const secret = secretResolver();
  const database = rollback?.database;
  if (database?.engine === 'postgres' && database.password) redactor.register(secret(database.password));
  return secret;
}

/** The history and the notifications of a rollback; a loop that watches here delivers, otherwise this process does. */
export function openSession(
  config: VigilConfig,
  folder: string,
  { say, print }: { say(line: string): void; print(line: string): void },
) {
  const history = openHistory({
    redact: redactorOf(config).redact,
    file: historyFile(config.reports),
    retentionMs: config.retention,
    onWarning: say,
  });
  const db = history.database;
  createOutboxTables(db);
  const { channels, redactor } = openChannels(config, { folder, intervalMs: config.interval, print });
  const route = createRouter(channels, config.notifications.routes);
  const isWatched = lockHolder(loopLockFile(config.reports)) !== undefined;
  const own = { db, channels, redactor, now: Date.now, random: Math.random, onError: say };
  const dispatcher = isWatched ? undefined : createDispatcher(own);
  const deliveries = openDeliveries(history);
  return {
    history,
    redactor,
    secret: secretsOf(config, redactor),
    isWatched,
    tell(events: readonly NotificationEvent[]) {
      deliveries.queued(events);
      history.transaction(() => void enqueue(db, events, { route, redactor, nowMs: Date.now() }));
      // Only who has something to tell delivers: a look at the plan sends nothing.
      dispatcher?.start();
      dispatcher?.wake();
    },
    delivered: deliveries.delivered,
    async close() {
      if (dispatcher) await dispatcher.stop();
      else await Promise.all(channels.map((channel) => channel.close?.()));
      history.close();
    },
  };
}

export type Session = ReturnType<typeof openSession>;
