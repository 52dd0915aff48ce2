import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { VigilError } from '../../core/index.ts';
import { encodingOf, type OtlpEncoding, takeExport } from './export-request.ts';
import { Refusal } from './request-body.ts';
import { SpanRing } from './span-ring.ts';

export interface TraceReceiverOptions {
  host?: string;
  /** 0 takes a free one. */
  port?: number;
  /** Spans held at most, over all traces. */
  maxSpans?: number;
  /** Limit of one request's body, compressed and not. */
  maxBytes?: number;
}

export interface TraceReceiver {
  /** Base address: what `OTEL_EXPORTER_OTLP_ENDPOINT` is set to. */
  url: string;
  close(): Promise<void>;
}

function answerJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

/** Answers in the sender's own encoding, as the OTLP specification asks. */
async function answer(
  response: ServerResponse,
  encoding: OtlpEncoding,
  status: number,
  message: 'ExportResponse' | 'RpcStatus',
  value: Record<string, unknown>,
): Promise<void> {
  if (encoding === 'application/json') return answerJson(response, status, value);
  const { encode } = await import('./protobuf.ts');
  response.writeHead(status, { 'content-type': encoding }).end(encode(message, value));
}

async function handleExport(
  request: IncomingMessage,
  response: ServerResponse,
  ring: SpanRing,
  maxBytes: number,
): Promise<void> {
  let encoding: OtlpEncoding = 'application/json';
  try {
    encoding = encodingOf(request);
    const partialSuccess = await takeExport(request, encoding, ring, maxBytes);
    // "Empty partial success": in protobuf no bytes at all.
    const value =
      partialSuccess || encoding === 'application/json' ? { partialSuccess: partialSuccess ?? {} } : {};
    await answer(response, encoding, 200, 'ExportResponse', value);
  } catch (thrown) {
    const refusal = thrown instanceof Refusal ? thrown : new Refusal(400, 'the request ended early');
    // The rest of a body that nobody wants must not keep the connection busy.
    if (!request.complete) response.shouldKeepAlive = false;
    await answer(response, encoding, refusal.status, 'RpcStatus', { code: 3, message: refusal.message });
  }
}

function handler(ring: SpanRing, maxBytes: number) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const traceId = /^\/spans\/([0-9a-f]{32})$/i.exec(path)?.[1]?.toLowerCase();
    if (request.method === 'GET' && traceId) {
      answerJson(response, 200, { spans: ring.of(traceId) });
    } else if (path !== '/v1/traces') {
      answerJson(response, 404, { code: 5, message: `there is no ${path}` });
    } else if (request.method !== 'POST') {
      response.setHeader('allow', 'POST');
      answerJson(response, 405, { code: 12, message: 'POST spans to /v1/traces' });
    } else {
      handleExport(request, response, ring, maxBytes).catch(() => response.destroy());
    }
  };
}

function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const where = `${host}:${port}`;
      const inUse = cause.code === 'EADDRINUSE';
      const what = inUse ? 'is already in use' : `can't be listened on (${cause.code ?? cause.message})`;
      reject(
        new VigilError('HARNESS', `the trace receiver's address ${where} ${what}`, {
          where,
          expected: 'an address to listen on',
          received: cause.code ?? cause.message,
          hint: inUse
            ? 'end what listens there, or take another port (0 takes a free one)'
            : 'name an address of this host and a port above 1023',
          cause,
        }),
      );
    });
    server.listen(port, host, () => resolve(server.address() as AddressInfo));
  });
}

/**
 * Starts an OTLP/HTTP receiver: `POST /v1/traces` in protobuf or JSON, gzip or not, and `GET /spans/{traceId}`.
 * It holds at most `maxSpans` spans, the oldest trace goes first. HARNESS when the address can't be listened on.
 */
export async function startTraceReceiver(options: TraceReceiverOptions = {}): Promise<TraceReceiver> {
  const { host = '127.0.0.1', port = 0, maxSpans = 20_000, maxBytes = 16 * 1024 ** 2 } = options;
  const server = createServer(
    { requestTimeout: 10_000, headersTimeout: 5000, connectionsCheckingInterval: 1000 },
    handler(new SpanRing(maxSpans), maxBytes),
  );
  server.maxConnections = 128;
  const address = await listen(server, host, port);
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${name}:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
