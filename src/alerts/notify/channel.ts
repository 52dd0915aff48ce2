import type { AlertEvent, NotificationEvent } from './event.ts';

/** What became of one delivery. Nothing is thrown for what a receiver does. */
export type Delivery =
  | { result: 'sent'; detail?: string | undefined }
  /** Worth another try. */
  | { result: 'retry'; reason: string; retryAfterMs?: number | undefined }
  /** Refused for good: recorded and skipped. */
  | { result: 'drop'; reason: string };

export interface DeliveryContext {
  nowMs: number;
  /** The same for every attempt at the same event. */
  idempotencyKey: string;
}

/** A receiver that forgets what it isn't told again. */
export interface Resend {
  everyMs: number;
  /** How long a resolved alert is repeated. */
  resolvedForMs: number;
  deliver(events: readonly AlertEvent[], nowMs: number): Promise<Delivery>;
}

/** One way to a person or a program. */
export interface Channel {
  /** What routes, statistics and the outbox call it. */
  readonly name: string;
  readonly type: string;
  accepts(event: NotificationEvent): boolean;
  deliver(event: NotificationEvent, context: DeliveryContext): Promise<Delivery>;
  /** Deliveries at the same time at most; 4. */
  readonly concurrency?: number;
  /** Time from one delivery to the next at least. */
  readonly minIntervalMs?: number;
  /** Time from one event of an alert to its next at least, so that the receiver sees both. */
  readonly spacingMs?: number;
  readonly resend?: Resend;
  /** Ends its connections at once. */
  close?(): Promise<void>;
}
