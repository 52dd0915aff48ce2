import { ValueType } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  type CollectionResult,
  DataPointType,
  type MetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics';
import type { Family } from '../../clients/index.ts';
import { hrTime } from './cycle-spans.ts';

function metricOf(
  { name, type, help, samples }: Family,
  startMs: number,
  nowMs: number,
): MetricData | undefined {
  if (type !== 'counter' && type !== 'gauge') return undefined;
  const base = {
    descriptor: { name, description: help ?? '', unit: '', valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
    dataPoints: samples
      // JSON and protobuf carry NaN, but a figure that is none is none.
      .filter(({ value }) => Number.isFinite(value))
      .map(({ labels, value }) => ({
        startTime: hrTime(startMs),
        endTime: hrTime(nowMs),
        attributes: { ...labels },
        value,
      })),
  };
  return type === 'counter'
    ? { ...base, dataPointType: DataPointType.SUM, isMonotonic: true }
    : { ...base, dataPointType: DataPointType.GAUGE };
}

/** The families that `/metrics` shows, under the same names, for the SDK's reader: one truth in both formats. */
export function familiesProducer(
  families: () => readonly Family[],
  resource: Resource,
  startMs: number,
  now: () => number,
): MetricProducer {
  return {
    collect(): Promise<CollectionResult> {
      const nowMs = now();
      const metrics = families().flatMap((family) => metricOf(family, startMs, nowMs) ?? []);
      const scopeMetrics = [{ scope: { name: 'vigil' }, metrics }];
      return Promise.resolve({ resourceMetrics: { resource, scopeMetrics }, errors: [] });
    },
  };
}
