import type { DatabaseSync } from 'node:sqlite';
import type { Redactor, VigilConfig } from '../../core/index.ts';
import { openChannels } from './channels.ts';
import { createDispatcher, type Dispatcher } from './dispatcher.ts';
import type { NotificationEvent } from './event.ts';
import { createRouter } from './routing.ts';

/** The channel on which only the sentinel travels. */
export const sentinelChannel = 'sentinel';

export interface OpenDelivery {
  dispatcher: Dispatcher;
  redactor: Redactor;
  route(event: NotificationEvent): readonly string[];
}

export interface DeliveryOptions {
  config: VigilConfig;
  folder: string;
  intervalMs: number;
  /** Where the sentinel is received. */
  receiptUrl: string;
  /** The one that is open now, with the tables of `createOutboxTables`. */
  database(): DatabaseSync;
  say(line: string): void;
  /** Told when the outbox can't be used. */
  onTrouble(): void;
}

/** Opens the way from the outbox to the configured channels, and to the sentinel's own. */
export function openDelivery(options: DeliveryOptions): OpenDelivery {
  const { config, folder, intervalMs, say } = options;
  const { channels, redactor } = openChannels(config, { folder, intervalMs, print: say }, [
    { type: 'webhook', name: sentinelChannel, url: options.receiptUrl, timeout: 10_000 },
  ]);
  // The sentinel's own channel carries nothing else.
  const routed = createRouter(
    channels.filter(({ name }) => name !== sentinelChannel),
    config.notifications,
  );
  const dispatcher = createDispatcher({
    database: options.database,
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
  return {
    dispatcher,
    redactor,
    route: (event) =>
      event.kind === 'alert' && event.only?.includes(sentinelChannel) ? [sentinelChannel] : routed(event),
  };
}
