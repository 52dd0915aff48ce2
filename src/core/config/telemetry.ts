import { VigilError } from '../errors.ts';
import { decodedUri } from '../text/shown-url.ts';

/** Where traces and metrics are sent, by OpenTelemetry's own variables; a signal without an address is not sent. */
export interface TelemetrySettings {
  tracesUrl: string | undefined;
  metricsUrl: string | undefined;
  service: string;
  /** More about this instance, such as `deployment.environment.name`. */
  attributes: Readonly<Record<string, string>>;
}

function attributesOf(text: string): Record<string, string> {
  const pairs = text.split(',').flatMap((pair) => {
    const [key = '', ...value] = pair.split('=');
    return key.trim() === '' ? [] : [[key.trim(), value.join('=').trim()] as const];
  });
  return Object.fromEntries(pairs.map(([key, value]) => [key, decodedUri(value)]));
}

function checked(name: string, value: string): string {
  if (/^https?:\/\//.test(value) && URL.canParse(value)) return value;
  throw new VigilError('CONFIG_INVALID', `${name} is no address`, {
    where: 'the environment',
    expected: 'an http:// or https:// URL that takes OTLP over HTTP, usually on port 4318',
    received: value.includes('@') ? 'something else, not shown' : value.slice(0, 120),
  });
}

/**
 * What the environment says about exporting: `OTEL_EXPORTER_OTLP_ENDPOINT`, one for each signal, and the usual ways of
 * switching off. Undefined when nothing is to be sent. CONFIG_INVALID for an address that is none, or a protocol other
 * than `http/protobuf`.
 */
export function telemetrySettings(env: NodeJS.ProcessEnv = process.env): TelemetrySettings | undefined {
  if (env.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true') return undefined;
  const urlOf = (signal: 'traces' | 'metrics'): string | undefined => {
    const upper = signal.toUpperCase();
    if (env[`OTEL_${upper}_EXPORTER`]?.trim() === 'none') return undefined;
    const own = env[`OTEL_EXPORTER_OTLP_${upper}_ENDPOINT`]?.trim();
    if (own) return checked(`OTEL_EXPORTER_OTLP_${upper}_ENDPOINT`, own);
    const base = env.OTEL_EXPORTER_OTLP_ENDPOINT?.trim();
    return base && `${checked('OTEL_EXPORTER_OTLP_ENDPOINT', base).replace(/\/+$/, '')}/v1/${signal}`;
  };
  const [tracesUrl, metricsUrl] = [urlOf('traces') || undefined, urlOf('metrics') || undefined];
  if (!tracesUrl && !metricsUrl) return undefined;
  const protocol = env.OTEL_EXPORTER_OTLP_PROTOCOL?.trim();
  if (protocol && protocol !== 'http/protobuf') {
    throw new VigilError(
      'CONFIG_INVALID',
      'OTEL_EXPORTER_OTLP_PROTOCOL names a protocol that is not spoken',
      {
        where: 'the environment',
        expected: 'http/protobuf',
        received: protocol.slice(0, 40),
        hint: 'name the address that takes OTLP over HTTP, usually on port 4318',
      },
    );
  }
  return {
    tracesUrl,
    metricsUrl,
    service: env.OTEL_SERVICE_NAME?.trim() || 'vigil',
    attributes: attributesOf(env.OTEL_RESOURCE_ATTRIBUTES ?? ''),
  };
}
