import type { DatabaseSync } from 'node:sqlite';
import type { Redactor, VigilConfig } from '../../core/index.ts';
import { openChannels } from './channels.ts';
import { createDispatcher, type Dispatcher } from './dispatcher.ts';
import type { AlertEvent, NotificationEvent } from './event.ts';
import { createEscalation, createRouter, type Escalation } from './routing.ts';

/** The channel on which only the sentinel travels. */
export const sentinelChannel = 'sentinel';

export interface OpenDelivery {
  dispatcher: Dispatcher;
  redactor: Redactor;
  route(event: NotificationEvent): readonly string[];
  /** The channels that forget what is not repeated to them. */
  forgetful: readonly string[];
  /** Who hears of an alert when nobody has acknowledged it for a while; `undefined` where no route waits. */
  escalate: ((event: AlertEvent) => readonly Escalation[]) | undefined;
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
  /** Whether something may leave on a channel now. */
  mayDeliver?(channel: string): boolean;
  /** Told what a channel has taken. */
  onSent?(event: NotificationEvent): void;
}

/** Opens the way from the outbox to the configured channels, and to the sentinel's own. */
export function openDelivery(options: DeliveryOptions): OpenDelivery {
  const { config, folder, intervalMs, say } = options;
  const { channels, redactor } = openChannels(config, { folder, intervalMs, print: say }, [
    { type: 'webhook', name: sentinelChannel, url: options.receiptUrl, timeout: 10_000 },
  ]);
  // The sentinel's own channel carries nothing else.
  const toPeople = channels.filter(({ name }) => name !== sentinelChannel);
  const routed = createRouter(toPeople, config.notifications);
  const isWaiting = config.notifications.routes.some(({ after }) => after !== undefined);
  const dispatcher = createDispatcher({
    database: options.database,
    channels,
    redactor,
    now: Date.now,
    random: Math.random,
    graceMs: 2000,
    ...(options.mayDeliver && { mayDeliver: options.mayDeliver }),
    ...(options.onSent && { onSent: options.onSent }),
    onError(message) {
      say(message);
      options.onTrouble();
    },
  });
  return {
    dispatcher,
    redactor,
    forgetful: channels.filter(({ resend }) => resend).map(({ name }) => name),
    escalate: isWaiting ? createEscalation(toPeople, config.notifications) : undefined,
    route: (event) =>
      event.kind === 'alert' && event.only?.includes(sentinelChannel) ? [sentinelChannel] : routed(event),
  };
}
