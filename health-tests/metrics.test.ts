import type { Span } from '../src/clients/index.ts';
import { expect, test } from './fixtures.ts';
import { expositionFaults } from './support/exposition-faults.ts';
import { growthBy, measureGrowth } from './support/growth.ts';
import { clockFaults, expectedSpans, missingSpans, spanFaults } from './support/span-faults.ts';

test('M01 metrics exportable', async ({ target, metrics, measure }) => {
  const faults: string[] = [];
  for (const { name, url } of target.services) faults.push(...(await expositionFaults(metrics, name, url)));
  const counter = metrics.name('operations_total');
  const growth = await growthBy(
    () => metrics.sum(target.services[0].url, counter),
    async () => (await target.batch(20, 4, 10_000)).operations.filter(({ error }) => !error).length,
  );
  expect(measure.none('faults of the exposition', faults, target.services.length)).toMeetObjective();
  expect(measureGrowth(measure, counter, growth)).toMeetObjective();
});

test('M02 trace context propagates', async ({ target, traces, measure }) => {
  const { operation, answer } = await target.completed();
  const services = (spans: { service: string }[]) => new Set(spans.map(({ service }) => service));
  const spans = await traces.spansOf(operation.traceId, {
    enough: (found) => services(found).size >= 2,
  });
  const found = services(spans);
  const two = { unit: 'count', must: { operator: '>=', value: 2 } } as const;
  expect(
    measure('services in the trace', found.size, two, { note: [...found].join(', ') || 'none' }),
  ).toMeetObjective();
  const foreign =
    answer.traceId === operation.traceId ? [] : [`the answer names the trace ${answer.traceId}`];
  expect(measure.none('other trace ids in the answer', foreign)).toMeetObjective();
});

test('M03 OTel traces functional', async ({ target, traces, measure }) => {
  const { operation } = await target.completed();
  const names = expectedSpans(target.services.length > 1);
  const faultsOf = (found: Span[]) => [
    ...spanFaults(found, operation.spanId),
    ...missingSpans(found, names),
    ...clockFaults(found, operation),
  ];
  const spans = await traces.spansOf(operation.traceId, {
    enough: (found) => faultsOf(found).length === 0,
  });
  expect(
    measure('spans of the operation', spans.length, { unit: 'count', must: { operator: '>=', value: 2 } }),
  ).toMeetObjective();
  expect(measure.none('faults of the spans', faultsOf(spans), spans.length)).toMeetObjective();
});
