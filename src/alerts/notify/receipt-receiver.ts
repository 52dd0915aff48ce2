import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf, VigilError } from '../../core/index.ts';
import { type Receipt, ReceiptBook } from './receipts.ts';
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

export interface ReceiptQuery {
  status?: Receipt['status'];
  /** Only an arrival at or after this time counts. */
  sinceMs?: number;
}

export interface ReceiptReceiver {
  /** Where a webhook is to be sent. */
  url: string;
  /** What arrived of one alert; undefined when nothing did. */
  find(fingerprint: string, query?: ReceiptQuery): Receipt | undefined;
  /** The same, as soon as it arrives, or undefined after `timeoutMs` or an abort. */
  waitFor(
    fingerprint: string,
    query: ReceiptQuery & { timeoutMs: number; signal?: AbortSignal | undefined },
  ): Promise<Receipt | undefined>;
  receipts(): Receipt[];
  close(): Promise<void>;
}

/** The body as text; undefined when it is longer than allowed or ends early. */
async function readText(request: IncomingMessage, maxBytes: number): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) return undefined;
      chunks.push(chunk);
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks).toString('utf8');
}

function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      const where = `${host}:${port}`;
      const message = `the receiver of receipts can't listen on ${where}: ${messageOf(cause)}`;
      reject(
        new VigilError('HARNESS', message, { where, hint: 'take another port (0 takes a free one)', cause }),
      );
    });
    server.listen(port, host, () => resolve(server.address() as AddressInfo));
  });
}

/**
 * Starts a receiver of Alertmanager's webhook (version 4) that notes what arrived, so that a sentinel's way can be
 * proven. Bad bodies get 400 and too long ones 413, which no sender repeats; a failure of ours gets 500, which is.
 * HARNESS when the address can't be listened on.
 */
export async function startReceiptReceiver(options: ReceiptReceiverOptions): Promise<ReceiptReceiver> {
  const { host = '127.0.0.1', port = 0, maxReceipts = 1000, maxBytes = 1024 ** 2, now } = options;
  const book = new ReceiptBook(maxReceipts);
  const waiting = new Set<() => void>();

  const take = async (request: IncomingMessage): Promise<[status: number, text: string]> => {
    if (request.method !== 'POST') return [405, 'POST an Alertmanager webhook'];
    const text =
      Number(request.headers['content-length'] ?? 0) > maxBytes
        ? undefined
        : await readText(request, maxBytes);
    if (text === undefined) return [413, `more than ${maxBytes} bytes, or cut off`];
    const body = readWebhookBody(text);
    if (typeof body === 'string') return [400, body];
    book.add(body, now());
    for (const look of waiting) look();
    return [200, 'ok'];
  };

  const answer = (response: ServerResponse, request: IncomingMessage, status: number, text: string) => {
    // The rest of a body that nobody wants must not keep the connection busy.
    if (!request.complete) response.shouldKeepAlive = false;
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
  };

  const server = createServer(
    { requestTimeout: 10_000, headersTimeout: 5000, connectionsCheckingInterval: 1000 },
    (request, response) => {
      response.on('error', () => {});
      take(request).then(
        ([status, text]) => answer(response, request, status, text),
        () => answer(response, request, 500, 'the receipt could not be noted'),
      );
    },
  );
  server.maxConnections = 64;
  const address = await listen(server, host, port);
  const hostText = address.family === 'IPv6' ? `[${address.address}]` : address.address;

  const find = (fingerprint: string, { status = 'firing', sinceMs = 0 }: ReceiptQuery = {}) => {
    const receipt = book.of(fingerprint, status);
    return receipt && receipt.lastMs >= sinceMs ? receipt : undefined;
  };

  return {
    url: `http://${hostText}:${address.port}/`,
    find,
    waitFor: (fingerprint, { timeoutMs, signal, ...query }) =>
      new Promise((resolve) => {
        const abandon = () => end(undefined);
        const end = (receipt: Receipt | undefined) => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', abandon);
          waiting.delete(look);
          resolve(receipt);
        };
        const look = () => {
          const receipt = find(fingerprint, query);
          if (receipt) end(receipt);
        };
        const timer = setTimeout(() => end(undefined), timeoutMs);
        waiting.add(look);
        signal?.addEventListener('abort', abandon, { once: true });
        if (signal?.aborted) abandon();
        else look();
      }),
    receipts: () => book.all(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
