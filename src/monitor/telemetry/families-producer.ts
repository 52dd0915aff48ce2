import type {
  CollectionResult,
  MetricData,
  MetricProducer,
  PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import type { Family } from '../../clients/index.ts';
import { hrTime } from './cycle-spans.ts';
import type { LoadPackage } from './packages.ts';

/**
 * The families that `/metrics` shows, under the same names, for the SDK's reader: one truth in both formats. Counters are
 * sums since the start, or since the last collection where the exporter prefers that.
 */
export function familiesProducer(
  load: LoadPackage,
  families: () => readonly Family[],
  exporter: PushMetricExporter | undefined,
  now: () => number = Date.now,
): MetricProducer {
  const { AggregationTemporality, DataPointType, InstrumentType } = load('@opentelemetry/sdk-metrics');
  const { ValueType } = load('@opentelemetry/api');
  const temporality =
    exporter?.selectAggregationTemporality?.(InstrumentType.OBSERVABLE_COUNTER) ??
    AggregationTemporality.CUMULATIVE;
  let startMs = now();
  let before = new Map<string, number>();

  const metricOf = (
    { name, type, help, samples }: Family,
    nowMs: number,
    counted: Map<string, number>,
  ): MetricData | undefined => {
    if (type !== 'counter' && type !== 'gauge') return undefined;
    const since = (labels: Family['samples'][number]['labels'], value: number) => {
      if (type === 'gauge' || temporality === AggregationTemporality.CUMULATIVE) return value;
      const key = JSON.stringify([name, labels]);
      counted.set(key, value);
      const last = before.get(key) ?? 0;
      return value >= last ? value - last : value;
    };
    const base = {
      descriptor: { name, description: help ?? '', unit: '', valueType: ValueType.DOUBLE },
      aggregationTemporality: temporality,
      dataPoints: samples
        // JSON and protobuf carry NaN, but a figure that is none is none.
        .filter(({ value }) => Number.isFinite(value))
        .map(({ labels, value }) => ({
          startTime: hrTime(startMs),
          endTime: hrTime(nowMs),
          attributes: { ...labels },
          value: since(labels, value),
        })),
    };
    return type === 'counter'
      ? { ...base, dataPointType: DataPointType.SUM, isMonotonic: true }
      : { ...base, dataPointType: DataPointType.GAUGE };
  };

  const { emptyResource } = load('@opentelemetry/resources');
  return {
    collect(): Promise<CollectionResult> {
      const nowMs = now();
      const counted = new Map<string, number>();
      const metrics = families().flatMap((family) => metricOf(family, nowMs, counted) ?? []);
      if (temporality === AggregationTemporality.DELTA) {
        startMs = nowMs;
        before = counted;
      }
      const scopeMetrics = [{ scope: { name: 'vigil' }, metrics }];
      // The reader names the SDK's resource itself.
      return Promise.resolve({ resourceMetrics: { resource: emptyResource(), scopeMetrics }, errors: [] });
    },
  };
}
