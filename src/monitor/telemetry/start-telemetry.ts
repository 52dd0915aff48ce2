import type { Telemetry, TelemetryOptions } from './open-telemetry.ts';

/** Starts the export of spans and metrics; OpenTelemetry is loaded only by a watch that exports. */
export async function startTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const { openTelemetry } = await import('./open-telemetry.ts');
  return openTelemetry(options);
}
