import { expect, test } from 'vitest';
import { telemetrySettings } from '../../../src/core/config/telemetry.ts';

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' };

test.for<
  [what: string, env: Record<string, string>, traces: string | undefined, metrics: string | undefined]
>([
  ['one address for both', endpoint, 'http://collector:4318/v1/traces', 'http://collector:4318/v1/metrics'],
  [
    'an address of a signal as it stands',
    { ...endpoint, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://tempo/otlp' },
    'https://tempo/otlp',
    'http://collector:4318/v1/metrics',
  ],
  [
    'a signal that is switched off',
    { ...endpoint, OTEL_METRICS_EXPORTER: 'none' },
    'http://collector:4318/v1/traces',
    undefined,
  ],
])('%s', ([, env, tracesUrl, metricsUrl], { expect }) => {
  expect(telemetrySettings(env)).toMatchObject({ tracesUrl, metricsUrl, service: 'vigil' });
});

test('without an address, or switched off, nothing is sent', () => {
  expect(telemetrySettings({})).toBeUndefined();
  expect(telemetrySettings({ OTEL_EXPORTER_OTLP_ENDPOINT: ' ' })).toBeUndefined();
  expect(telemetrySettings({ ...endpoint, OTEL_SDK_DISABLED: 'TRUE' })).toBeUndefined();
});

test('the instance is named as the variables say', () => {
  const env = { ...endpoint, OTEL_SERVICE_NAME: 'watch', OTEL_RESOURCE_ATTRIBUTES: 'a=1, b=x%20y=z,' };
  expect(telemetrySettings(env)).toMatchObject({ service: 'watch', attributes: { a: '1', b: 'x y=z' } });
});

test.for<[Record<string, string>, string]>([
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }, 'OTEL_EXPORTER_OTLP_ENDPOINT is no address'],
  [{ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'ftp://x' }, 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT is no address'],
  [{ ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'a protocol that is not spoken'],
])('%j is refused', ([env, message], { expect }) => {
  expect(() => telemetrySettings(env)).toThrow(message);
});
