import { expect, test } from 'vitest';
import { telemetryAsked } from '../../../src/core/config/telemetry.ts';

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' };

test.for<[what: string, env: Record<string, string>, asked: ReturnType<typeof telemetryAsked>]>([
  [
    'one address for both',
    endpoint,
    {
      variable: 'OTEL_EXPORTER_OTLP_ENDPOINT',
      tracesUrl: 'http://collector:4318/',
      metricsUrl: 'http://collector:4318/',
    },
  ],
  [
    'an address of a signal before the one for both',
    { ...endpoint, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://tempo/otlp' },
    {
      variable: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
      tracesUrl: 'https://tempo/otlp',
      metricsUrl: 'http://collector:4318/',
    },
  ],
  [
    'a signal that is switched off',
    { ...endpoint, OTEL_TRACES_EXPORTER: 'none' },
    {
      variable: 'OTEL_EXPORTER_OTLP_ENDPOINT',
      tracesUrl: undefined,
      metricsUrl: 'http://collector:4318/',
    },
  ],
  [
    'an exporter without an address',
    { OTEL_METRICS_EXPORTER: 'console' },
    { variable: 'OTEL_METRICS_EXPORTER', tracesUrl: undefined, metricsUrl: undefined },
  ],
  ['an environment that says nothing', {}, undefined],
  ['an address that is blank', { OTEL_EXPORTER_OTLP_ENDPOINT: ' ' }, undefined],
  ['a name alone', { OTEL_SERVICE_NAME: 'shop', OTEL_RESOURCE_ATTRIBUTES: 'a=1' }, undefined],
  ['all of it switched off', { ...endpoint, OTEL_SDK_DISABLED: 'TRUE' }, undefined],
  [
    'both signals switched off',
    { ...endpoint, OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none' },
    undefined,
  ],
])('%s', ([, env, asked], { expect }) => {
  expect(telemetryAsked(env)).toEqual(asked);
});

test.for<[Record<string, string>, string]>([
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }, 'OTEL_EXPORTER_OTLP_ENDPOINT is not an address'],
  [
    { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'ftp://x' },
    'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT is not an address',
  ],
])('%j is refused', ([env, message], { expect }) => {
  expect(() => telemetryAsked(env)).toThrow(message);
});

test('an address with a login is not shown', () => {
  expect(() => telemetryAsked({ OTEL_EXPORTER_OTLP_ENDPOINT: 'me:hunter2@collector' })).toThrow(
    expect.objectContaining({ received: 'something else, not shown' }),
  );
});
