import { randomUUID } from 'node:crypto';
import { messageOf, oneLine, type Redactor } from '../../core/index.ts';
import type { Channel, Delivery } from './channel.ts';
import type { TestEvent } from './event.ts';

/** How a test went on one channel. */
export interface TestResult {
  channel: string;
  type: string;
  delivered: boolean;
  latencyMs: number;
  /** Why it wasn't, without secrets. */
  error?: string;
}

export interface TestOptions {
  redactor: Redactor;
  now: () => number;
  /** Tells this test from others; random by default. */
  id?: string;
}

/** Receivers in which an alert stays open until it is resolved. */
const keepsOpen = ['alertmanager', 'pagerduty', 'webhook'];

async function tell(channel: Channel, event: TestEvent, nowMs: number): Promise<Delivery> {
  const idempotencyKey = `test-${event.id}-${event.state}`;
  try {
    return await channel.deliver(event, { nowMs, idempotencyKey });
  } catch (thrown) {
    return { result: 'retry', reason: messageOf(thrown) };
  }
}

async function testChannel(
  channel: Channel,
  { redactor, now }: TestOptions,
  id: string,
): Promise<TestResult> {
  const startedMs = now();
  const event: TestEvent = { kind: 'test', id, at: new Date(startedMs).toISOString(), state: 'firing' };
  const first = await tell(channel, event, startedMs);
  const latencyMs = now() - startedMs;
  const endedMs = now();
  const last =
    first.result === 'sent' && keepsOpen.includes(channel.type)
      ? await tell(channel, { ...event, state: 'resolved' }, endedMs)
      : first;
  const tested = { channel: channel.name, type: channel.type, latencyMs };
  if (last.result === 'sent') return { ...tested, delivered: true };
  return { ...tested, delivered: false, error: oneLine(redactor.redact(last.reason)) };
}

/**
 * Sends a clearly marked test through every channel at once, past the outbox and without a second try; where an alert
 * would stay open it is resolved right after. On PagerDuty it triggers with severity info, so it may page.
 */
export function testNotifications(channels: readonly Channel[], options: TestOptions): Promise<TestResult[]> {
  const id = options.id ?? randomUUID();
  return Promise.all(channels.map((channel) => testChannel(channel, options, id)));
}
