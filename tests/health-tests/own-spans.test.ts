import { expect, test } from 'vitest';
import { withoutOthers } from '../../health-tests/support/own-spans.ts';
import type { Span } from '../../src/clients/otlp/span.ts';

const span = (spanId: string, parentSpanId?: string): Span => ({
  traceId: 't',
  spanId,
  name: spanId,
  service: 's',
  kind: 'server',
  startMs: 0,
  endMs: 1,
  status: 'unset',
  attributes: {},
  resource: {},
  ...(parentSpanId !== undefined && { parentSpanId }),
});

const seenOf = async (spans: Span[]) => {
  const asked: string[][] = [];
  const store = withoutOthers(
    {
      spansOf: async (_traceId, { enough }) => {
        enough(spans);
        return spans;
      },
    },
    new Set(['other']),
  );
  const found = await store.spansOf('t', {
    enough(some) {
      asked.push(some.map(({ spanId }) => spanId));
      return true;
    },
  });
  expect(asked).toEqual([found.map(({ spanId }) => spanId)]);
  return found.map(({ spanId }) => spanId);
};

test('what another check caused is left out, with all that hangs on it', async () => {
  const spans = [span('a', 'mine'), span('b', 'a'), span('c', 'other'), span('d', 'c'), span('e', 'd')];
  expect(await seenOf(spans)).toEqual(['a', 'b']);
});

test('what lost its parent stays: nobody can say whose it is', async () => {
  expect(await seenOf([span('a', 'mine'), span('b', 'lost'), span('c'), span('d', 'other')])).toEqual([
    'a',
    'b',
    'c',
  ]);
});

test('spans that are each other’s parents are no endless walk', async () => {
  expect(await seenOf([span('a', 'b'), span('b', 'a')])).toEqual(['a', 'b']);
});
