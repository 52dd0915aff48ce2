import path from 'node:path';
import { type Channel, createChannels } from '../src/alerts/index.ts';
import { type Redactor, redactorOf, type VigilConfig } from '../src/core/index.ts';

/** The configured channels with their secrets, and the redactor that knows these. */
export function openChannels(
  config: VigilConfig,
  given: { folder: string; intervalMs: number; print: (line: string) => void },
  more: VigilConfig['notifications']['channels'] = [],
): { channels: Channel[]; redactor: Redactor } {
  const redactor = redactorOf(config);
  const channels = createChannels([...config.notifications.channels, ...more], {
    redactor,
    source: config.name,
    intervalMs: given.intervalMs,
    print: given.print,
    resolvePath: (file) => path.resolve(given.folder, file),
  });
  return { channels, redactor };
}
