import type { DatabaseSync } from 'node:sqlite';
import type { Redactor, VigilConfig } from '../../core/index.ts';
import { openChannels } from './channels.ts';
import { createDispatcher, type Dispatcher } from './dispatcher.ts';
import type { NotificationEvent } from './event.ts';
import { createOutboxTables } from './outbox-tables.ts';
import { createRouter } from './routing.ts';

/** The channel on which only the sentinel travels. */
export const sentinelChannel = 'sentinel';

export interface OpenDelivery {
  dispatcher: Dispatcher;
  redactor: Redactor;
  route(event: NotificationEvent): readonly string[];
  /** Goes on with the outbox of another database; what was on its way is finished or tried again. */
  reopen(): void;
}

export interface DeliveryOptions {
  config: VigilConfig;
  folder: string;
  intervalMs: number;
  /** Where the sentinel is received. */
  receiptUrl: string;
  database(): DatabaseSync;
  say(line: string): void;
  /** Told when the outbox can't be used. */
  onTrouble(): void;
}

/** Opens the way from the outbox to the configured channels, and to the sentinel's own. */
export function openDelivery(options: DeliveryOptions): OpenDelivery {
  const { config, say } = options;
  const open = () => {
    const database = options.database();
    createOutboxTables(database);
    const { channels, redactor } = openChannels(
      config,
      { folder: options.folder, intervalMs: options.intervalMs, print: say },
      [{ type: 'webhook', name: sentinelChannel, url: options.receiptUrl, timeout: 10_000 }],
    );
    const dispatcher = createDispatcher({
      db: database,
      channels,
      redactor,
      now: Date.now,
      random: Math.random,
      graceMs: 2000,
      onError(message) {
        say(message);
        options.onTrouble();
      },
    });
    return { channels, redactor, dispatcher };
  };
  const first = open();
  let { dispatcher } = first;
  // The sentinel's own channel carries nothing else.
  const routed = createRouter(
    first.channels.filter(({ name }) => name !== sentinelChannel),
    config.notifications.routes,
  );
  let isStarted = false;
  return {
    redactor: first.redactor,
    route: (event) =>
      event.kind === 'alert' && event.only?.includes(sentinelChannel) ? [sentinelChannel] : routed(event),
    dispatcher: {
      tick: () => dispatcher.tick(),
      start() {
        isStarted = true;
        dispatcher.start();
      },
      stop: () => dispatcher.stop(),
      wake: () => dispatcher.wake(),
      pending: () => dispatcher.pending(),
      statistics: () => dispatcher.statistics(),
    },
    reopen() {
      const before = dispatcher;
      dispatcher = open().dispatcher;
      if (isStarted) dispatcher.start();
      void before.stop().catch(() => undefined);
    },
  };
}
