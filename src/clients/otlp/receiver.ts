import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { openReceiver, type Receiver } from '../http/receiver.ts';
import { spansOfResourceSpans } from './resource-spans.ts';
import type { Span } from './span.ts';

/** Spans by trace, at most `maxSpans` of them: the trace that began first goes when room is needed. */
export class SpanRing {
  readonly #maxSpans: number;
  readonly #traces = new Map<string, Map<string, Span>>();
  #count = 0;

  constructor(maxSpans: number) {
    this.#maxSpans = maxSpans;
  }

  /** Keeps a span, in place of one with the same id (exporters repeat); `false` when its trace alone fills the ring. */
  add(span: Span): boolean {
    let trace = this.#traces.get(span.traceId);
    if (!trace) {
      trace = new Map();
      this.#traces.set(span.traceId, trace);
    }
    if (!trace.has(span.spanId)) {
      if (this.#count >= this.#maxSpans) this.#evictOldestBut(span.traceId);
      if (this.#count >= this.#maxSpans) return false;
      this.#count += 1;
    }
    trace.set(span.spanId, span);
    return true;
  }

  /** The spans of a trace, in the order in which they began. */
  of(traceId: string): Span[] {
    return [...(this.#traces.get(traceId)?.values() ?? [])].sort((a, b) => a.startMs - b.startMs);
  }

  #evictOldestBut(kept: string): void {
    for (const [traceId, spans] of this.#traces) {
      if (traceId === kept) continue;
      this.#traces.delete(traceId);
      this.#count -= spans.size;
      return;
    }
  }
}

export interface TraceReceiverOptions {
  host?: string;
  /** 0 takes a free one. */
  port?: number;
  /** Spans held at most, over all traces. */
  maxSpans?: number;
  /** Limit of one request's body, compressed and not. */
  maxBytes?: number;
}

const unzip = promisify(gunzip);
const json = 'application/json';
const protobuf = 'application/x-protobuf';

/** What a sender did wrong, as an HTTP status and a sentence. */
const refusal = (statusCode: number, message: string) => Object.assign(new Error(message), { statusCode });

const typeOf = ({ headers }: FastifyRequest): string =>
  (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';

/** The whole body, unzipped if need be; 413 over `maxBytes`, 415 for another encoding, 400 for bad gzip. */
async function bodyOf({ headers, body }: FastifyRequest, maxBytes: number): Promise<Buffer> {
  const encoding = (headers['content-encoding'] ?? 'identity').toLowerCase();
  if (encoding === 'identity') return body as Buffer;
  if (encoding !== 'gzip')
    throw refusal(415, `content-encoding ${encoding} is not supported; send gzip or none`);
  try {
    return await unzip(body as Buffer, { maxOutputLength: maxBytes });
  } catch (thrown) {
    if ((thrown as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') throw refusal(413, '');
    throw refusal(400, 'the body is not gzip, as its content-encoding says');
  }
}

async function resourceSpansOf(body: Buffer, type: string): Promise<unknown> {
  try {
    if (type === protobuf) return (await import('./protobuf.ts')).decodeExportRequest(body);
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
      throw new TypeError('no object');
    return (parsed as { resourceSpans?: unknown }).resourceSpans ?? [];
  } catch {
    throw refusal(400, `the body is not an ExportTraceServiceRequest in ${type}`);
  }
}

/** Reads an export request into the ring and answers as OTLP asks: what was refused, or nothing. */
async function takeExport(request: FastifyRequest, ring: SpanRing, maxBytes: number) {
  const type = typeOf(request);
  if (type !== protobuf && type !== json)
    throw refusal(415, `content type ${type || 'missing'}: send ${protobuf} or ${json}`);
  const body = await bodyOf(request, maxBytes);
  const { spans, invalid } = spansOfResourceSpans(await resourceSpansOf(body, type));
  const full = spans.filter((span) => !ring.add(span)).length;
  if (invalid + full === 0) return undefined;
  const reasons = [
    ...(invalid ? [`${invalid} without a valid trace id and span id`] : []),
    ...(full ? [`${full} beyond the room for one trace`] : []),
  ];
  return { rejectedSpans: invalid + full, errorMessage: reasons.join(', ') };
}

/** Answers in the sender's own encoding, as the OTLP specification asks. */
async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  message: 'ExportResponse' | 'RpcStatus',
  value: Record<string, unknown>,
): Promise<FastifyReply> {
  if (typeOf(request) !== protobuf) return reply.type(json).send(JSON.stringify(value));
  const { encode } = await import('./protobuf.ts');
  return reply.type(protobuf).send(Buffer.from(encode(message, value)));
}

/**
 * Starts an OTLP/HTTP receiver: `POST /v1/traces` in protobuf or JSON, gzip or not, and `GET /spans/{traceId}`.
 * Its address is what `OTEL_EXPORTER_OTLP_ENDPOINT` is set to. It holds at most `maxSpans` spans, the oldest trace goes
 * first. HARNESS when the address can't be listened on.
 */
export function startTraceReceiver(options: TraceReceiverOptions = {}): Promise<Receiver> {
  const { host = '127.0.0.1', port = 0, maxSpans = 20_000, maxBytes = 16 * 1024 ** 2 } = options;
  const ring = new SpanRing(maxSpans);
  const at = { name: 'the trace receiver', host, port, maxBytes, maxConnections: 128 };
  return openReceiver(at, (app) => {
    app.get<{ Params: { id: string } }>('/spans/:id(^[0-9a-fA-F]{32}$)', async ({ params }) => ({
      spans: ring.of(params.id.toLowerCase()),
    }));
    app.post('/v1/traces', async (request, reply) => {
      const partialSuccess = await takeExport(request, ring, maxBytes);
      // "Empty partial success": in protobuf no bytes at all.
      const isEmpty = !partialSuccess && typeOf(request) === protobuf;
      return answer(
        request,
        reply,
        'ExportResponse',
        isEmpty ? {} : { partialSuccess: partialSuccess ?? {} },
      );
    });
    app.setNotFoundHandler(({ url }, reply) => {
      const path = url.split('?')[0];
      if (path === '/v1/traces')
        return reply
          .code(405)
          .header('allow', 'POST')
          .send({ code: 12, message: 'POST spans to /v1/traces' });
      return reply.code(404).send({ code: 5, message: `there is no ${path}` });
    });
    app.setErrorHandler(({ statusCode = 500, message }: FastifyError, request, reply) => {
      const what = statusCode === 413 ? `the body is over ${maxBytes} bytes` : message;
      return answer(request, reply.code(statusCode), 'RpcStatus', { code: 3, message: what });
    });
  });
}
