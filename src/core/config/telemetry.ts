import { findPeer } from '../environment/peers.ts';
import { VigilError } from '../errors.ts';

/** That the environment asks for an export of traces or metrics; what its variables mean is OpenTelemetry's own affair. */
export interface TelemetryAsked {
  /** The variable that asks. */
  variable: string;
  /** Where each signal is sent, as far as the variables say; undefined for one that is switched off. */
  tracesUrl: string | undefined;
  metricsUrl: string | undefined;
}

function checked(name: string, value: string): string {
  if (/^https?:\/\//.test(value) && URL.canParse(value)) return value;
  throw new VigilError('CONFIG_INVALID', `${name} is not an address`, {
    where: 'the environment',
    expected: 'an http:// or https:// URL that takes OTLP, usually on port 4318, or 4317 for grpc',
    received: value.includes('@') ? 'something else, not shown' : value.slice(0, 120),
  });
}

/**
 * Whether OpenTelemetry's variables ask for an export: they name an address or an exporter. Their mere names of this
 * instance, which many environments set for everybody, do not. CONFIG_INVALID for an address that is none.
 */
export function telemetryAsked(env: NodeJS.ProcessEnv = process.env): TelemetryAsked | undefined {
  const said = (name: string) => env[name]?.trim() || undefined;
  if (said('OTEL_SDK_DISABLED')?.toLowerCase() === 'true') return undefined;
  const look = (signal: 'TRACES' | 'METRICS') => {
    const exporter = `OTEL_${signal}_EXPORTER`;
    if (said(exporter) === 'none') return undefined;
    const named = [`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`, 'OTEL_EXPORTER_OTLP_ENDPOINT'].find(said);
    if (named) return { variable: named, url: checked(named, said(named) ?? '') };
    return said(exporter) ? { variable: exporter, url: undefined } : undefined;
  };
  const [traces, metrics] = [look('TRACES'), look('METRICS')];
  const variable = traces?.variable ?? metrics?.variable;
  return variable === undefined ? undefined : { variable, tracesUrl: traces?.url, metricsUrl: metrics?.url };
}

const sdk = '@opentelemetry/sdk-node';

/** The file of OpenTelemetry's SDK, which the user installs. HARNESS where he has not. */
export function telemetrySdk(folder: string, { variable }: Pick<TelemetryAsked, 'variable'>): string {
  const file = findPeer(sdk, folder);
  if (file) return file;
  throw new VigilError('HARNESS', `${variable} is set, but ${sdk} is not installed: no telemetry is sent`, {
    where: folder,
    hint: `npm install ${sdk}`,
  });
}
