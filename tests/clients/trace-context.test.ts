import { expect, onTestFinished, test } from 'vitest';
import { currentSpan, enterSpan, newTraceContext } from '../../src/clients/http/trace-context.ts';

test('a trace context is a sampled W3C traceparent with ids of its own', () => {
  const contexts = Array.from({ length: 100 }, newTraceContext);
  for (const { traceId, spanId, traceparent } of contexts) {
    expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(traceparent).toBe(`00-${traceId}-${spanId}-01`);
  }
  expect(new Set(contexts.map(({ traceId }) => traceId)).size).toBe(100);
});

test('an operation continues the span that was entered, and is recorded where a sampler has left that out', () => {
  const span = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };
  onTestFinished(() => enterSpan(undefined));
  enterSpan({ ...span, isSampled: true });
  expect(newTraceContext()).toMatchObject({ ...span, traceparent: `00-${span.traceId}-${span.spanId}-01` });
  enterSpan({ ...span, isSampled: false });
  expect(currentSpan()?.traceparent).toBe(`00-${span.traceId}-${span.spanId}-00`);
  const own = newTraceContext();
  expect(own.traceId).not.toBe(span.traceId);
  expect(own.traceparent).toBe(`00-${own.traceId}-${own.spanId}-01`);
});
