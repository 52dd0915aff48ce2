import type { MetricReader } from '@opentelemetry/sdk-metrics';
import type { Family } from '../../clients/index.ts';
import type { TelemetryAsked } from '../../core/index.ts';
import { familiesProducer } from './families-producer.ts';
import { protocolOf, proxyOptions } from './otlp-exporter.ts';
import type { LoadPackage } from './packages.ts';

function exporterNames(load: LoadPackage): readonly string[] {
  const { getStringListFromEnv } = load('@opentelemetry/core');
  const names = [...new Set(getStringListFromEnv('OTEL_METRICS_EXPORTER') ?? [])];
  if (names.includes('none')) return [];
  return names.length > 0 ? names : ['otlp'];
}

function openExporter(load: LoadPackage, name: string, url: string | undefined) {
  if (name === 'console') return new (load('@opentelemetry/sdk-metrics').ConsoleMetricExporter)();
  const { OTLPMetricExporter } = load(`@opentelemetry/exporter-metrics-otlp-${protocolOf(load, 'METRICS')}`);
  return new OTLPMetricExporter(proxyOptions(load, 'METRICS', url));
}

/**
 * The readers of the metrics, of the same variables as NodeSDK's own. Those it opens by itself take no producer, and its
 * instruments would go on showing a series that has ended, such as a resolved alert.
 */
export function openMetricReaders(
  load: LoadPackage,
  { metricsUrl }: TelemetryAsked,
  families: () => readonly Family[],
): MetricReader[] {
  const { getNumberFromEnv, getStringFromEnv } = load('@opentelemetry/core');
  const { PeriodicExportingMetricReader } = load('@opentelemetry/sdk-metrics');
  const milliseconds = (name: string, fallback: number) => {
    const value = getNumberFromEnv(name) ?? fallback;
    return value > 0 ? value : fallback;
  };
  return exporterNames(load).map((name) => {
    if (name === 'prometheus') {
      const { PrometheusExporter } = load('@opentelemetry/exporter-prometheus');
      return new PrometheusExporter({
        host: getStringFromEnv('OTEL_EXPORTER_PROMETHEUS_HOST'),
        port: getNumberFromEnv('OTEL_EXPORTER_PROMETHEUS_PORT'),
        metricProducers: [familiesProducer(load, families, undefined)],
      });
    }
    const exporter = openExporter(load, name, metricsUrl);
    const exportIntervalMillis = milliseconds('OTEL_METRIC_EXPORT_INTERVAL', 60_000);
    return new PeriodicExportingMetricReader({
      exporter,
      exportIntervalMillis,
      exportTimeoutMillis: Math.min(milliseconds('OTEL_METRIC_EXPORT_TIMEOUT', 30_000), exportIntervalMillis),
      metricProducers: [familiesProducer(load, families, exporter)],
    });
  });
}
