export { createRedactor, type Redactor } from '../text/index.ts';
export type { Channel, Delivery } from './channel.ts';
export { createChannels } from './channels.ts';
export { createDispatcher, type Dispatcher, type DispatcherOptions } from './dispatcher.ts';
export { enqueue } from './enqueue.ts';
export type { AlertEvent, ChangeEvent, NotificationEvent, TestEvent } from './event.ts';
export { identityLabels } from './identity-labels.ts';
export { createOutboxTables, pruneOutbox } from './outbox-tables.ts';
export {
  type ReceiptReceiver,
  type ReceiptReceiverOptions,
  startReceiptReceiver,
} from './receipt-receiver.ts';
export { createRouter } from './routing.ts';
export { resolveWith, secretResolver } from './secret-reference.ts';
export { testNotifications } from './test-notifications.ts';
export { readWebhookBody, type WebhookBody } from './webhook-body.ts';
