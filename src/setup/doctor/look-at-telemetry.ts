import { telemetryAsked, telemetrySdk } from '../../core/index.ts';
import type { Finding } from '../command-documents.ts';
import { look } from './finding.ts';

/** Whether traces and metrics can be exported, where the environment asks for that; without, the watch goes on all the same. */
export async function lookAtTelemetry(folder: string): Promise<Finding[]> {
  const asked = telemetryAsked();
  if (!asked) return [];
  const found = await look('telemetry', () => {
    telemetrySdk(folder, asked);
    return `${asked.variable} is set: exported by @opentelemetry/sdk-node`;
  });
  return [found.state === 'ok' ? found : { ...found, state: 'warning' }];
}
