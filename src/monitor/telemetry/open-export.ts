import { messageOf, type TelemetryAsked, VigilError } from '../../core/index.ts';
import type { Telemetry } from './open-telemetry.ts';
import type { TelemetryOptions } from './shared-sdk.ts';

/** The export that the environment asks for; what keeps it from being opened is told, and the watch goes on. */
export async function openExport(
  asked: TelemetryAsked | undefined,
  options: Omit<TelemetryOptions, 'asked'>,
): Promise<{ telemetry?: Telemetry; trouble?: string }> {
  if (!asked) return {};
  // Loaded only by a watch that exports.
  const { openTelemetry } = await import('./open-telemetry.ts');
  try {
    return { telemetry: openTelemetry({ ...options, asked }) };
  } catch (thrown) {
    const hint = thrown instanceof VigilError && thrown.hint ? `; ${thrown.hint}` : '';
    return { trouble: `${messageOf(thrown)}${hint}` };
  }
}
