export type { Channel, Delivery, DeliveryContext, Resend } from './channel.ts';
export { type ChannelDependencies, createChannels } from './channels.ts';
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
export {
  type ReceiptQuery,
  type ReceiptReceiver,
  type ReceiptReceiverOptions,
  startReceiptReceiver,
} from './receipt-receiver.ts';
export type { Receipt } from './receipts.ts';
export { createRedactor, type Redactor } from './redactor.ts';
export { createRouter, type Route } from './routing.ts';
export { type NotificationsConfig, type NotificationsInput, notificationsSchema } from './schema.ts';
export { type ResolveSecret, secretResolver } from './secret-reference.ts';
export type { ChannelStatistics } from './statistics.ts';
export { type TestOptions, type TestResult, testNotifications } from './test-notifications.ts';
