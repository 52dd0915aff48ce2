import { createRequire } from 'node:module';
import { type TelemetryAsked, telemetrySdk } from '../../core/index.ts';

type Exporters<Name extends string, Exporter> = Record<Name, new (options?: object) => Exporter>;
type TraceExporters = Exporters<'OTLPTraceExporter', import('@opentelemetry/sdk-trace').SpanExporter>;
type MetricExporters = Exporters<
  'OTLPMetricExporter',
  import('@opentelemetry/sdk-metrics').PushMetricExporter
>;

/** The ways that OTLP is spoken, as the packages are named after them. */
export type Protocol = 'grpc' | 'http' | 'proto';

type Packages = {
  '@opentelemetry/api': typeof import('@opentelemetry/api');
  '@opentelemetry/core': typeof import('@opentelemetry/core');
  '@opentelemetry/resources': typeof import('@opentelemetry/resources');
  '@opentelemetry/sdk-metrics': typeof import('@opentelemetry/sdk-metrics');
  '@opentelemetry/sdk-node': typeof import('@opentelemetry/sdk-node');
  '@opentelemetry/exporter-prometheus': Record<
    'PrometheusExporter',
    new (
      options: object,
    ) => import('@opentelemetry/sdk-metrics').MetricReader
  >;
} & Record<`@opentelemetry/exporter-trace-otlp-${Protocol}`, TraceExporters> &
  Record<`@opentelemetry/exporter-metrics-otlp-${Protocol}`, MetricExporters>;

/** Loads a package of OpenTelemetry as the user's SDK sees it, so that there is one of each. */
export type LoadPackage = <Name extends keyof Packages>(name: Name) => Packages[Name];

/** How the packages are loaded that `@opentelemetry/sdk-node` brings. HARNESS where the user has not installed it. */
export const packagesFrom = (folder: string, asked: TelemetryAsked): LoadPackage =>
  createRequire(telemetrySdk(folder, asked));
