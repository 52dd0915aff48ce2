import { readFileSync } from 'node:fs';
import { proxyFor } from '../../core/index.ts';
import type { LoadPackage, Protocol } from './packages.ts';

const protocols: Readonly<Record<string, Protocol>> = { grpc: 'grpc', 'http/json': 'http' };

/** The protocol of a signal, as NodeSDK reads it. */
export function protocolOf(load: LoadPackage, signal: 'TRACES' | 'METRICS'): Protocol {
  const { getStringFromEnv } = load('@opentelemetry/core');
  const own = getStringFromEnv(`OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`);
  return protocols[own ?? getStringFromEnv('OTEL_EXPORTER_OTLP_PROTOCOL') ?? ''] ?? 'proto';
}

/**
 * What an exporter over HTTP is told beside its variables where a proxy leads to the collector: the SDK itself knows no
 * proxies, and whoever names one must name the files of TLS again. Undefined where the variables say all.
 */
export function proxyOptions(
  load: LoadPackage,
  signal: 'TRACES' | 'METRICS',
  url: string | undefined,
): object | undefined {
  const proxy = url && protocolOf(load, signal) !== 'grpc' ? proxyFor(url) : undefined;
  if (proxy === undefined) return undefined;
  const { getStringFromEnv } = load('@opentelemetry/core');
  const content = (name: string) => {
    const file =
      getStringFromEnv(`OTEL_EXPORTER_OTLP_${signal}_${name}`) ??
      getStringFromEnv(`OTEL_EXPORTER_OTLP_${name}`);
    return file && readFileSync(file);
  };
  return {
    httpAgentOptions: {
      keepAlive: true,
      proxyEnv: { HTTP_PROXY: proxy, HTTPS_PROXY: proxy },
      ca: content('CERTIFICATE'),
      cert: content('CLIENT_CERTIFICATE'),
      key: content('CLIENT_KEY'),
    },
  };
}
