import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../fixtures/range/spawn-server.ts';
import { openTraceStore } from '../../health-tests/support/trace-store.ts';
import { newTraceContext } from '../../src/clients/http/trace-context.ts';
import { startTraceReceiver } from '../../src/clients/otlp/receiver.ts';
import type { Span } from '../../src/clients/otlp/span.ts';
import { answering, failureOf, httpServer, rawServer } from '../clients/servers.ts';

const id = '5b8efff798038103d269b633813fc60c';
const atLeast = (count: number) => (spans: Span[]) => spans.length >= count;
const base64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64');

const tempoBatch = {
  resource: { attributes: [{ key: 'service.name', value: { stringValue: 'planner' } }] },
  scopeSpans: [
    {
      spans: [
        {
          traceId: base64(id),
          spanId: base64('eee19b7ec3c1b174'),
          parentSpanId: base64('00e19b7ec3c1b173'),
          name: 'route',
          kind: 'SPAN_KIND_SERVER',
          startTimeUnixNano: '1700000000000000000',
          endTimeUnixNano: '1700000000010000000',
          status: { code: 'STATUS_CODE_ERROR' },
        },
      ],
    },
  ],
};

const expected = {
  traceId: id,
  spanId: 'eee19b7ec3c1b174',
  parentSpanId: '00e19b7ec3c1b173',
  name: 'route',
  service: 'planner',
  kind: 'server',
  startMs: 1_700_000_000_000,
  endMs: 1_700_000_000_010,
  status: 'error',
};

test('spans are read from the receiver as soon as they are enough', async () => {
  const { url, close } = await startTraceReceiver();
  onTestFinished(close);
  const { traceId } = newTraceContext();
  const send = (spanId: string) =>
    fetch(`${url}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        resourceSpans: [{ scopeSpans: [{ spans: [{ traceId, spanId, name: 'x' }] }] }],
      }),
    });
  await send('00000000000000a1');
  setTimeout(() => void send('00000000000000a2'), 120);
  const started = performance.now();
  const spans = await openTraceStore({ receiver: url }).spansOf(traceId, { enough: atLeast(2), pollMs: 10 });
  expect(spans.map(({ spanId }) => spanId)).toEqual(['00000000000000a1', '00000000000000a2']);
  expect(performance.now() - started).toBeGreaterThan(100);
});

test('what came is returned when the time is over', async () => {
  const url = await httpServer(answering({ [`/spans/${id}`]: [200, { spans: [expected] }] }));
  const query = { enough: atLeast(2), timeoutMs: 1000, pollMs: 20 };
  expect(await openTraceStore({ receiver: url }).spansOf(id, query)).toHaveLength(1);
});

test.each([
  ['Tempo', 'batches', { batches: [tempoBatch] }],
  ['Tempo 2', 'trace', { trace: { resourceSpans: [tempoBatch] } }],
])('spans of %s are read under "%s"', async (_name, _key, body) => {
  const tempo = await httpServer(answering({ [`/api/traces/${id}`]: [200, body] }));
  const spans = await openTraceStore({ tempo }).spansOf(id, { enough: atLeast(1) });
  expect(spans).toEqual([expect.objectContaining(expected)]);
});

test('spans of Jaeger are read', async () => {
  const span = {
    traceID: id,
    spanID: 'eee19b7ec3c1b174',
    operationName: 'route',
    // Old versions leave the leading zeros out.
    references: [
      { refType: 'FOLLOWS_FROM', traceID: id, spanID: '1' },
      { refType: 'CHILD_OF', traceID: id, spanID: 'e19b7ec3c1b173' },
    ],
    startTime: 1_700_000_000_000_000,
    duration: 10_000,
    tags: [
      { key: 'span.kind', type: 'string', value: 'server' },
      { key: 'otel.status_code', type: 'string', value: 'ERROR' },
      { key: 'task.count', type: 'int64', value: 3 },
    ],
    processID: 'p1',
  };
  const data = [{ traceID: id, spans: [span], processes: { p1: { serviceName: 'planner', tags: [] } } }];
  const jaeger = await httpServer(answering({ [`/api/traces/${id}`]: [200, { data, errors: null }] }));
  const spans = await openTraceStore({ jaeger }).spansOf(id, { enough: atLeast(1) });
  expect(spans).toEqual([expect.objectContaining({ ...expected })]);
  expect(spans[0]?.attributes).toMatchObject({ 'task.count': 3 });
});

test('spans of a Jaeger that serves only its newer API are read', async () => {
  const jaeger = await httpServer(
    answering({ [`/api/v3/traces/${id}`]: [200, { result: { resourceSpans: [tempoBatch] } }] }),
  );
  const spans = await openTraceStore({ jaeger }).spansOf(id, { enough: atLeast(1) });
  expect(spans).toEqual([expect.objectContaining(expected)]);
});

test('a trace that no store has yet has no spans', async () => {
  const jaeger = await httpServer(
    answering({ [`/api/traces/${id}`]: [404, { data: null, errors: [{ code: 404 }] }] }),
  );
  const tempo = await httpServer(answering({}));
  const query = { enough: atLeast(1), timeoutMs: 1000, pollMs: 20 };
  expect(await openTraceStore({ jaeger }).spansOf(id, query)).toEqual([]);
  expect(await openTraceStore({ tempo }).spansOf(id, query)).toEqual([]);
});

test('a store that hangs after its first answer gives what came, even if its time-out is a moment early', async () => {
  let isBusy = true;
  onTestFinished(() => {
    isBusy = false;
  });
  // A loop that never sleeps runs timers as early as they can be.
  const turn = () => isBusy && setImmediate(turn);
  turn();
  const read = async (_: unknown, index: number) => {
    let asked = 0;
    const url = await httpServer((_request, response) => {
      asked += 1;
      if (asked === 1) response.end(JSON.stringify({ spans: [expected] }));
    });
    const query = { enough: atLeast(2), timeoutMs: 400.9 + index * 20, pollMs: 40 };
    return openTraceStore({ receiver: url }).spansOf(id, query);
  };
  const all = await Promise.all(Array.from({ length: 10 }, read));
  expect(all.map(({ length }) => length)).toEqual(all.map(() => 1));
});

test('a store that is down or hangs is an error that names it', async () => {
  const down = `http://127.0.0.1:${await freePort()}`;
  const query = { enough: atLeast(1), timeoutMs: 1000 };
  const refused = await failureOf(openTraceStore({ receiver: down }).spansOf(id, query));
  expect(refused).toMatchObject({ code: 'TARGET_UNREACHABLE' });
  expect(refused.message).toBe(`${down}/spans/${id}: connection refused`);
  const hanging = `http://${await rawServer(() => {})}`;
  expect((await failureOf(openTraceStore({ tempo: hanging }).spansOf(id, query))).message).toContain(
    'no answer',
  );
});

test.each([
  ['receiver', 200, '{"spans":7}'],
  ['receiver', 500, 'broken'],
  ['tempo', 200, '{"status":"ok"}'],
  ['jaeger', 200, '{"data":[{"spans":[{}]}]}'],
  ['jaeger', 200, 'null'],
])('a %s that answers %d %s breaks the contract', async (kind, status, body) => {
  const url = await httpServer((_request, response) => response.writeHead(status).end(body));
  const store = openTraceStore({ [kind]: url } as never);
  const failure = await failureOf(store.spansOf(id, { enough: atLeast(1), timeoutMs: 10_000 }));
  expect(failure.code).toBe('TARGET_CONTRACT');
  expect(failure.message).toContain(url);
});
