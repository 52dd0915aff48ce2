export type { Channel, Delivery, DeliveryContext, Resend } from './channel.ts';
export { createDispatcher, type Dispatcher, type DispatcherOptions } from './dispatcher.ts';
export { type EnqueueOptions, enqueue } from './enqueue.ts';
export type {
  AlertAnnotations,
  AlertEvent,
  ChangeEvent,
  HeartbeatEvent,
  NotificationEvent,
  TestEvent,
} from './event.ts';
export { fingerprintOf, identityLabels } from './fingerprint.ts';
export { createOutboxTables, pruneOutbox } from './outbox-tables.ts';
export { createRedactor, type Redactor } from './redactor.ts';
export { createRouter, type Route } from './routing.ts';
export type { ChannelStatistics } from './statistics.ts';
