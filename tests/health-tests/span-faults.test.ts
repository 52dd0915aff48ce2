import { expect, test } from 'vitest';
import {
  clockFaults,
  expectedSpans,
  missingSpans,
  spanFaults,
} from '../../health-tests/support/span-faults.ts';
import type { Span } from '../../src/clients/otlp/span.ts';

const caller = 'c'.repeat(16);
const span = (spanId: string, parentSpanId: string | undefined, more: Partial<Span> = {}): Span => ({
  traceId: 't'.repeat(32),
  spanId,
  ...(parentSpanId !== undefined && { parentSpanId }),
  name: spanId,
  service: 'planner',
  kind: 'server',
  startMs: 100,
  endMs: 200,
  status: 'unset',
  attributes: {},
  resource: {},
  ...more,
});
const root = span('root', caller, { service: 'orchestration', startMs: 90, endMs: 210 });

test('nested spans that continue the caller’s have no faults', () => {
  expect(spanFaults([root, span('a', 'root'), span('b', 'a', { startMs: 97, endMs: 203 })], caller)).toEqual(
    [],
  );
});

test.for<[string, Span[], string[]]>([
  ['no span at all', [], ['no span continues the caller’s']],
  [
    'a span without a parent in the trace',
    [root, span('a', 'root'), span('b', 'lost')],
    ['planner b has no parent in the trace'],
  ],
  [
    'a trace that begins anew',
    [span('a', undefined), span('b', 'a')],
    ['planner a has no parent in the trace', 'no span continues the caller’s'],
  ],
  [
    'an error in a good operation',
    [root, span('a', 'root', { status: 'error' })],
    ['planner a has status error'],
  ],
  [
    'a span that ends before it starts',
    [root, span('a', 'root', { endMs: 99 })],
    ['planner a ends before it starts'],
  ],
  [
    'a span that outlives its parent',
    [root, span('a', 'root', { service: 'orchestration', endMs: 216 })],
    ['orchestration a is not within its parent’s time'],
  ],
  [
    'a span before its parent',
    [root, span('a', 'root', { service: 'orchestration', startMs: 84 })],
    ['orchestration a is not within its parent’s time'],
  ],
  ['nothing where two clocks differ by little', [root, span('a', 'root', { startMs: 0, endMs: 450 })], []],
  [
    'a span of another service that outlives its parent',
    [root, span('a', 'root', { endMs: 461 })],
    ['planner a is not within its parent’s time'],
  ],
  ['spans that are not nested', [root, span('a', caller)], ['no span is nested in another']],
])('M03 names %s', ([, spans, faults]) => {
  expect(spanFaults(spans, caller)).toEqual(faults);
});

test('each span of an operation that never came is named; without any there is nothing to name', () => {
  const all = expectedSpans(true).map((name, index) => span(String(index), caller, { name }));
  expect(missingSpans(all, expectedSpans(true))).toEqual([]);
  expect(missingSpans(all.slice(0, 7), expectedSpans(true))).toEqual(['no span POST /v1/validate came']);
  expect(missingSpans([], expectedSpans(true))).toEqual([]);
  expect(expectedSpans(false)).toHaveLength(5);
});

test('a service whose spans lie outside the operation has another clock, in either direction', () => {
  const sent = { sentAtMs: 100_000, durationMs: 100 };
  const at = (startMs: number, service: string) =>
    span(service, caller, { service, startMs, endMs: startMs + 50 });
  expect(clockFaults([at(100_010, 'a'), at(103_000, 'b'), at(97_000, 'c')], sent)).toEqual([]);
  expect(clockFaults([at(160_000, 'a'), at(40_000, 'b')], sent)).toEqual([
    'the clock of a is 60 s ahead of ours',
    'the clock of b is 60 s behind ours',
  ]);
});
