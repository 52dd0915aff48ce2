import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { type Span as ApiSpan, context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startTraceReceiver, type TraceReceiverOptions } from '../../../src/clients/otlp/receiver.ts';
import type { Span } from '../../../src/clients/otlp/span.ts';
import { VigilError } from '../../../src/core/errors.ts';
import { inOrder } from '../../support/in-order.ts';

async function receiver(options: TraceReceiverOptions = {}) {
  const started = await startTraceReceiver(options);
  onTestFinished(() => started.close());
  return {
    ...started,
    post: (body: string | Buffer, headers: Record<string, string> = {}) =>
      fetch(`${started.url}/v1/traces`, {
        method: 'POST',
        body: body as string,
        headers: { 'content-type': 'application/json', ...headers },
      }),
    spans: async (traceId: string) => {
      const answer = await fetch(`${started.url}/spans/${traceId}`);
      return ((await answer.json()) as { spans: Span[] }).spans;
    },
  };
}

const traceId = (n: number) => n.toString(16).padStart(32, '0');
const spanId = (n: number) => n.toString(16).padStart(16, '0');

/** An OTLP/JSON export with one span per pair of numbers. */
function exported(...ids: [trace: number, span: number][]): string {
  const spans = ids.map(([t, s]) => ({ traceId: traceId(t), spanId: spanId(s), name: `span ${s}` }));
  return JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
}

describe('spans of the OpenTelemetry SDK in protobuf', () => {
  test.each(['none', 'gzip'] as const)('arrive whole, compression %s', async (compression) => {
    const { url, spans } = await receiver();
    const exporter = new OTLPTraceExporter({ url: `${url}/v1/traces`, compression: compression as never });
    const provider = new TracerProvider({
      resource: resourceFromAttributes({ 'service.name': 'planner', 'service.version': '2' }),
      spanProcessors: [new SimpleSpanProcessor({ exporter })],
    });
    const tracer = provider.getTracer('test');
    const before = Date.now();
    const parent: ApiSpan = tracer.startSpan('POST /v1/tasks', { kind: SpanKind.SERVER });
    // The SDK starts spans on whole milliseconds.
    await sleep(3);
    const child = tracer.startSpan(
      'decompose',
      { attributes: { 'task.count': 3, ratio: 0.25, cached: false, agents: ['a', 'b'] } },
      trace.setSpan(context.active(), parent),
    );
    await sleep(5);
    child.setStatus({ code: SpanStatusCode.ERROR, message: 'no' });
    child.end();
    parent.setStatus({ code: SpanStatusCode.OK });
    parent.end();
    await provider.shutdown();

    const arrived = await spans(parent.spanContext().traceId);
    expect(arrived.map(({ name }) => name)).toEqual(['POST /v1/tasks', 'decompose']);
    const [first, second] = arrived as [Span, Span];
    expect(first).toMatchObject({ service: 'planner', kind: 'server', status: 'ok' });
    expect(first).not.toHaveProperty('parentSpanId');
    expect(first.resource).toMatchObject({ 'service.name': 'planner', 'service.version': '2' });
    expect(second).toMatchObject({
      traceId: parent.spanContext().traceId,
      spanId: child.spanContext().spanId,
      parentSpanId: parent.spanContext().spanId,
      kind: 'internal',
      status: 'error',
      attributes: { 'task.count': 3, ratio: 0.25, cached: false, agents: '["a","b"]' },
    });
    expect(second.startMs).toBeGreaterThanOrEqual(before - 5);
    expect(second.endMs - second.startMs).toBeGreaterThan(4);
    expect(second.endMs).toBeLessThan(Date.now() + 5);
    expect(first.startMs).toBeLessThanOrEqual(second.startMs);
    expect(first.endMs).toBeGreaterThan(second.endMs - 1);
  });

  test('are answered in protobuf: nothing when all went well, a status when not', async () => {
    const { post } = await receiver();
    const type = { 'content-type': 'application/x-protobuf' };
    const good = await post(Buffer.alloc(0), type);
    expect([good.status, good.headers.get('content-type')]).toEqual([200, 'application/x-protobuf']);
    expect((await good.arrayBuffer()).byteLength).toBe(0);
    const bad = await post(Buffer.from([0x0a, 0xff, 0xff]), type);
    expect([bad.status, bad.headers.get('content-type')]).toEqual([400, 'application/x-protobuf']);
    expect(Buffer.from(await bad.arrayBuffer()).toString()).toContain('not an ExportTraceServiceRequest');
  });
});

describe('spans in JSON', () => {
  test('arrive with times, kinds, status and attributes of every type', async () => {
    const { post, spans } = await receiver();
    const value = (v: object) => ({ key: Object.keys(v)[0], value: v });
    const answer = await post(
      JSON.stringify({
        resourceSpans: [
          {
            resource: { attributes: [{ key: 'service.name', value: { stringValue: 'orchestrator' } }] },
            scopeSpans: [
              {
                spans: [
                  {
                    traceId: '5B8EFFF798038103D269B633813FC60C',
                    spanId: 'EEE19B7EC3C1B174',
                    parentSpanId: '',
                    name: 'x',
                    kind: 3,
                    startTimeUnixNano: '1700000000123456789',
                    endTimeUnixNano: '1700000000223456789',
                    status: { code: 2 },
                    attributes: [
                      value({ stringValue: 's' }),
                      value({ intValue: '42' }),
                      value({ doubleValue: 1.5 }),
                      value({ boolValue: true }),
                      value({ kvlistValue: { values: [{ key: 'k', value: { intValue: 1 } }] } }),
                      { key: '__proto__', value: { stringValue: 'just a name' } },
                    ],
                  },
                ],
              },
            ],
          },
        ],
      }),
    );
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ partialSuccess: {} });
    const [span] = await spans('5b8efff798038103d269b633813fc60c');
    expect(span).toMatchObject({
      traceId: '5b8efff798038103d269b633813fc60c',
      spanId: 'eee19b7ec3c1b174',
      service: 'orchestrator',
      kind: 'client',
      status: 'error',
      attributes: {
        stringValue: 's',
        intValue: 42,
        doubleValue: 1.5,
        boolValue: true,
        kvlistValue: '{"k":1}',
      },
    });
    expect(Object.keys(span?.attributes ?? {})).toContain('__proto__');
    expect(span).not.toHaveProperty('parentSpanId');
    expect(span?.startMs).toBeCloseTo(1700000000123.4568, 3);
    expect((span?.endMs ?? 0) - (span?.startMs ?? 0)).toBeCloseTo(100, 3);
  });

  test('arrive gzipped', async () => {
    const { post, spans } = await receiver();
    expect((await post(gzipSync(exported([1, 1])), { 'content-encoding': 'gzip' })).status).toBe(200);
    expect(await spans(traceId(1))).toHaveLength(1);
  });

  test('without valid ids are counted as rejected', async () => {
    const { post } = await receiver();
    const answer = await post(exported([1, 1], [0, 5], [1, 0]));
    expect(await answer.json()).toEqual({
      partialSuccess: { rejectedSpans: 2, errorMessage: '2 without a valid trace id and span id' },
    });
  });
});

describe('a request that is wrong', () => {
  test.each([
    ['half of a JSON', '{"resourceSpans":[', {}, 400, 'not an ExportTraceServiceRequest in application/json'],
    ['JSON that is no object', '[1]', {}, 400, 'not an ExportTraceServiceRequest'],
    ['no gzip', 'plain', { 'content-encoding': 'gzip' }, 400, 'not gzip'],
    ['of another type', 'x', { 'content-type': 'text/plain' }, 415, 'application/x-protobuf'],
    ['in another encoding', 'x', { 'content-encoding': 'br' }, 415, 'gzip'],
    ['too long', 'x'.repeat(5000), {}, 413, 'over 4096 bytes'],
  ])('%s', async (_what, body, headers, status, message) => {
    const { post } = await receiver({ maxBytes: 4096 });
    const answer = await post(body, headers as Record<string, string>);
    expect(answer.status).toBe(status);
    expect(((await answer.json()) as { message: string }).message).toContain(message);
  });

  test('a decompression bomb is too long', async () => {
    const { post } = await receiver({ maxBytes: 4096 });
    const answer = await post(gzipSync(Buffer.alloc(1024 ** 2)), { 'content-encoding': 'gzip' });
    expect(answer.status).toBe(413);
  });

  test('too long without saying so is refused while it comes', async () => {
    const { url } = await receiver({ maxBytes: 4096 });
    const request = httpRequest(`${url}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
    });
    request.on('error', () => {});
    request.write('x'.repeat(5000));
    const [response] = await once(request, 'response');
    expect(response.statusCode).toBe(413);
    request.destroy();
  });

  test('another method or path', async () => {
    const { url } = await receiver();
    expect((await fetch(`${url}/v1/traces`)).status).toBe(405);
    expect((await fetch(`${url}/v1/metrics`, { method: 'POST' })).status).toBe(404);
    expect((await fetch(`${url}/spans/zz`)).status).toBe(404);
  });

  test('does not end the receiver', async () => {
    const { post, spans } = await receiver();
    await post('{');
    await post(exported([7, 1]));
    expect(await spans(traceId(7))).toHaveLength(1);
  });
});

describe('the ring of spans', () => {
  test('lets the oldest trace go first', async () => {
    const { post, spans } = await receiver({ maxSpans: 4 });
    await post(exported([1, 1], [1, 2], [2, 3], [3, 4]));
    await post(exported([4, 5]));
    expect(await Promise.all([1, 2, 3, 4].map(async (n) => (await spans(traceId(n))).length))).toEqual([
      0, 1, 1, 1,
    ]);
  });

  test('keeps a span once that an exporter sent again, and counts it once', async () => {
    const { post, spans } = await receiver({ maxSpans: 2 });
    await post(exported([1, 1]));
    await post(exported([1, 1]));
    await post(exported([2, 2]));
    expect(await spans(traceId(1))).toHaveLength(1);
    expect(await spans(traceId(2))).toHaveLength(1);
  });

  test('says what it has no room for in one endless trace', async () => {
    const { post, spans } = await receiver({ maxSpans: 2 });
    const answer = await post(exported([1, 1], [1, 2], [1, 3]));
    expect(await answer.json()).toMatchObject({ partialSuccess: { rejectedSpans: 1 } });
    expect(await spans(traceId(1))).toHaveLength(2);
  });

  test('knows no spans of a trace that never came', async () => {
    const { spans } = await receiver();
    expect(await spans(traceId(9))).toEqual([]);
  });
});

test('an address in use is named, with what to do', async () => {
  const { url } = await receiver();
  const port = Number(new URL(url).port);
  const thrown = await startTraceReceiver({ port }).catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(VigilError);
  expect(thrown).toMatchObject({
    code: 'HARNESS',
    message: expect.stringMatching(inOrder('trace receiver', `127.0.0.1:${port}`, 'in use')),
    hint: expect.stringContaining('another port'),
  });
});

test('closing ends, whoever is connected', async () => {
  const { url, close } = await receiver();
  const request = httpRequest(`${url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
  });
  request.on('error', () => {});
  request.flushHeaders();
  await once(request, 'socket');
  await sleep(20);
  await close(); // or never: the request that is open has no end
});
