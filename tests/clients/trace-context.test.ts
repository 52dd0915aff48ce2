import { expect, test } from 'vitest';
import { newTraceContext } from '../../src/clients/http/trace-context.ts';

test('a trace context is a sampled W3C traceparent with ids of its own', () => {
  const contexts = Array.from({ length: 100 }, newTraceContext);
  for (const { traceId, spanId, traceparent } of contexts) {
    expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(traceparent).toBe(`00-${traceId}-${spanId}-01`);
  }
  expect(new Set(contexts.map(({ traceId }) => traceId)).size).toBe(100);
});
