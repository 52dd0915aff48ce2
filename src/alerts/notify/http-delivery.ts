import { type HttpAnswer, send } from '../../clients/index.ts';
import { printable, shortened, shownUrl, VigilError } from '../../core/index.ts';
import { retryAfterMs } from './backoff.ts';
import type { Channel, Delivery, DeliveryContext } from './channel.ts';
import type { NotificationEvent } from './event.ts';

/** A receiver that is told over HTTP. */
export interface HttpChannelOptions {
  name: string;
  url: string;
  timeoutMs: number;
}

/** What of an answer is worth reading; a receiver has a word to say, not a book. */
const maxBytes = 64 * 1024;

export interface Post {
  url: string;
  /** Sent as JSON. */
  json?: unknown;
  body?: string;
  headers?: Record<string, string>;
  /** Judges an answer otherwise than by its status, which has made `fate` of it. */
  judge?: (answer: HttpAnswer, fate: Delivery) => Delivery;
}

/** Sends to one receiver, with connections of its own. */
export interface HttpSender {
  post(post: Post, nowMs: number): Promise<Delivery>;
  close(): Promise<void>;
}

/** The words of an answer, which may repeat what it was sent: whoever shows them redacts them first, and then cuts them. */
export function wordsOf({ status, text }: HttpAnswer): string {
  return `HTTP ${status}${text.trim() ? `: ${shortened(printable(text).trim(), 4096)}` : ''}`;
}

/** What no later try changes: the message is wrong, or its receiver is gone for good. */
const finalStatus = [400, 410];

/** Why an answer is no yes; no redirect is followed. */
function refusalWords(answer: HttpAnswer): string {
  const { status, headers } = answer;
  if (status < 300 || status >= 400) return wordsOf(answer);
  const to = headers.location ? ` to ${shownUrl(headers.location)}` : '';
  return `HTTP ${status}: a redirect${to}, which is not followed`;
}

/** An answer as the fate of a delivery: 2xx sent, 400 and 410 dropped, all else tried again, for it may be mended. */
export function deliveryOf(answer: HttpAnswer, nowMs: number): Delivery {
  const { status, headers } = answer;
  if (status >= 200 && status < 300) return { result: 'sent' };
  const reason = refusalWords(answer);
  if (finalStatus.includes(status)) return { result: 'drop', reason };
  return { result: 'retry', reason, retryAfterMs: retryAfterMs(headers['retry-after'], nowMs) };
}

/** A sender whose every request ends within `timeoutMs`. */
export function createHttpSender(timeoutMs: number): HttpSender {
  const connections = { connections: 8, timeoutMs };
  const ended = new AbortController();
  return {
    async post({ url, json, body, headers = {}, judge }, nowMs) {
      try {
        const answer = await send(url, {
          method: 'POST',
          ...(json === undefined ? { body: body ?? '' } : { json }),
          headers: { 'user-agent': 'vigil', ...headers },
          timeoutMs,
          maxBytes,
          connections,
          signal: ended.signal,
        });
        const fate = deliveryOf(answer, nowMs);
        return judge ? judge(answer, fate) : fate;
      } catch (thrown) {
        if (!(thrown instanceof VigilError)) throw thrown;
        return { result: 'retry', reason: thrown.message };
      }
    },
    close: async () => ended.abort(),
  };
}

/** A channel that makes one POST of each event. */
export function httpChannel({
  timeoutMs,
  post,
  ...channel
}: Omit<Channel, 'deliver' | 'close'> & {
  timeoutMs: number;
  post(event: NotificationEvent, context: DeliveryContext): Post;
}): Channel {
  const sender = createHttpSender(timeoutMs);
  return {
    ...channel,
    deliver: async (event, context) => sender.post(post(event, context), context.nowMs),
    close: sender.close,
  };
}

/** An answer that refuses nothing and isn't the one that was expected: it may have been a yes. */
export const unexpectedAnswer = (expected: string, answer: HttpAnswer): Delivery => ({
  result: 'retry',
  reason: `expected ${expected}, got ${wordsOf(answer)}`,
});
