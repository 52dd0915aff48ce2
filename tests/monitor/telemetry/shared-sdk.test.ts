import { createRequire } from 'node:module';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Family } from '../../../src/clients/index.ts';
import { familiesProducer } from '../../../src/monitor/telemetry/families-producer.ts';
import { openTelemetry } from '../../../src/monitor/telemetry/open-telemetry.ts';
import type { LoadPackage } from '../../../src/monitor/telemetry/packages.ts';
import { record } from '../../views/summary/record.ts';
import { until } from '../loop/small-loop.ts';
import { startCollector } from './collector.ts';

const load: LoadPackage = createRequire(import.meta.url);

const counter = (labels: Record<string, string>, value: number): Family => ({
  name: 'checks_total',
  type: 'counter',
  help: '',
  samples: [{ name: 'checks_total', labels, value }],
});

async function pointsOf(producer: ReturnType<typeof familiesProducer>) {
  const { resourceMetrics } = await producer.collect();
  return resourceMetrics.scopeMetrics.flatMap(({ metrics }) =>
    metrics.flatMap(({ dataPoints }) => dataPoints.map(({ attributes, value }) => ({ attributes, value }))),
  );
}

test('an exporter that prefers differences gets what came since the last collection', async () => {
  const { AggregationTemporality } = load('@opentelemetry/sdk-metrics');
  let value = 5;
  const exporter = {
    selectAggregationTemporality: () => AggregationTemporality.DELTA,
    export: () => {},
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const producer = familiesProducer(load, () => [counter({ shop: 'a' }, value)], exporter);
  const points = async () => (await pointsOf(producer)).map((point) => point.value);
  expect(await points()).toEqual([5]);
  value = 7;
  expect(await points()).toEqual([2]);
  // Counted anew.
  value = 1;
  expect(await points()).toEqual([1]);
});

test('a series that has ended is sent no more', async () => {
  let families = [counter({ shop: 'a' }, 1)];
  const producer = familiesProducer(load, () => families, undefined);
  expect(await pointsOf(producer)).toHaveLength(1);
  families = [];
  expect(await pointsOf(producer)).toEqual([]);
});

test('deployments of one process share the SDK, and one that begins after the last has ended exports too', async () => {
  const collector = await startCollector();
  onTestFinished(() => collector.close());
  vi.stubEnv('OTEL_METRIC_EXPORT_INTERVAL', '1000');
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', collector.url);
  onTestFinished(() => void vi.unstubAllEnvs());
  const said: string[] = [];
  const open = (deployment: string) =>
    openTelemetry({
      asked: {
        variable: 'OTEL_EXPORTER_OTLP_ENDPOINT',
        tracesUrl: collector.url,
        metricsUrl: collector.url,
      },
      folder: import.meta.dirname,
      version: '1.2.3',
      families: () => [counter({ deployment }, 1)],
      redact: (text) => text,
      say: (line) => said.push(line),
    });
  const from = () => new Set(collector.figures.splice(0).map(({ labels }) => labels.deployment));
  const [shop, search] = [open('shop'), open('search')];
  await until(() => collector.figures.some(({ labels }) => labels.deployment === 'search'));
  expect(from()).toEqual(new Set(['shop', 'search']));
  await shop.close();
  from();
  await until(() => collector.figures.length > 0);
  expect(from()).toEqual(new Set(['search']));
  await search.close();
  from();
  const again = open('again');
  again.begin()?.end(record([]));
  await again.close();
  expect(from()).toEqual(new Set(['again']));
  expect(collector.spans.map(({ name }) => name)).toEqual(['cycle']);
  expect(said).toEqual([]);
});
