import { EventEmitter, once } from 'node:events';
import type { FastifyError } from 'fastify';
import { openReceiver } from '../../clients/index.ts';
import { labelFingerprint } from '../../core/index.ts';
import { readWebhookBody } from './webhook-body.ts';

export interface ReceiptReceiverOptions {
  host?: string;
  /** 0 takes a free one. */
  port?: number;
  /** Receipts held at most; 1,000. */
  maxReceipts?: number;
  /** Limit of one body; 1 MiB. */
  maxBytes?: number;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** That an alert arrived in one of its states, and when it last did. */
export interface Receipt {
  fingerprint: string;
  status: 'firing' | 'resolved';
  atMs: number;
}

export interface ReceiptQuery {
  /** `firing` by default. */
  status?: Receipt['status'];
  /** Only an arrival at or after this time counts. */
  sinceMs?: number;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

export interface ReceiptReceiver {
  /** Where a webhook is to be sent. */
  url: string;
  /** That an alert arrived, as soon as it has; undefined after `timeoutMs` or an abort. */
  waitFor(fingerprint: string, query: ReceiptQuery): Promise<Receipt | undefined>;
  close(): Promise<void>;
}

/**
 * Starts a receiver of Alertmanager's webhook (version 4) that notes what arrived, so that a sentinel's way can be
 * proven. Bad bodies get 400 and too long ones 413, which no sender repeats; a failure of ours gets 500, which is.
 * HARNESS when the address can't be listened on.
 */
export async function startReceiptReceiver(options: ReceiptReceiverOptions): Promise<ReceiptReceiver> {
  const { host = '127.0.0.1', port = 0, maxReceipts = 1000, maxBytes = 1024 ** 2, now } = options;
  /** By status and fingerprint; whichever was longest without a new arrival goes first. */
  const receipts = new Map<string, Receipt>();
  const arrivals = new EventEmitter().setMaxListeners(0);

  const at = { name: 'the receiver of receipts', host, port, maxBytes, maxConnections: 64 };
  const { url, close } = await openReceiver(at, (app) => {
    app.post('*', async (request, reply) => {
      const body = readWebhookBody(String(request.body ?? ''));
      if (typeof body === 'string') return reply.code(400).send(body);
      const atMs = now();
      for (const { status, fingerprint: given, labels } of body.alerts) {
        const fingerprint = given ?? labelFingerprint(labels);
        const key = `${status} ${fingerprint}`;
        receipts.delete(key);
        receipts.set(key, { fingerprint, status, atMs });
        const [oldest] = receipts.keys();
        if (receipts.size > maxReceipts && oldest !== undefined) receipts.delete(oldest);
      }
      arrivals.emit('arrival');
      return 'ok';
    });
    app.setNotFoundHandler((_request, reply) => reply.code(405).send('POST an Alertmanager webhook'));
    app.setErrorHandler(({ statusCode = 500 }: FastifyError, _request, reply) =>
      reply
        .code(statusCode)
        .send(statusCode === 413 ? `more than ${maxBytes} bytes` : 'the receipt could not be noted'),
    );
  });

  return {
    url: `${url}/`,
    close,
    async waitFor(fingerprint, { status = 'firing', sinceMs = 0, timeoutMs, signal }) {
      const timeOut = AbortSignal.timeout(timeoutMs);
      const ended = signal ? AbortSignal.any([signal, timeOut]) : timeOut;
      while (true) {
        const receipt = receipts.get(`${status} ${fingerprint}`);
        if (receipt && receipt.atMs >= sinceMs) return receipt;
        const hasArrived = await once(arrivals, 'arrival', { signal: ended }).catch(() => undefined);
        if (!hasArrived) return undefined;
      }
    },
  };
}
