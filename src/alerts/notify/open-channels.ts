import path from 'node:path';
import { type Redactor, redactorOf, type VigilConfig } from '../../core/index.ts';
import type { Channel } from './channel.ts';
import { createChannels } from './channels.ts';

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
