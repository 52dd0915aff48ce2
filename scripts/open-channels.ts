import { readFileSync } from 'node:fs';
import path from 'node:path';
import { redactorOf, type VigilConfig } from '../src/config/index.ts';
import { secretEnvironment } from '../src/environment/index.ts';
import { type Channel, createChannels, type Redactor, secretResolver } from '../src/notify/index.ts';

/** The configured channels with their secrets, and the redactor that knows these. */
export function openChannels(
  config: VigilConfig,
  given: { folder: string; intervalMs: number; print: (line: string) => void },
  more: VigilConfig['notifications']['channels'] = [],
): { channels: Channel[]; redactor: Redactor } {
  const redactor = redactorOf(config);
  const channels = createChannels([...config.notifications.channels, ...more], {
    resolveSecret: secretResolver({
      env: secretEnvironment(),
      readFile: (file) => readFileSync(file, 'utf8'),
    }),
    redactor,
    source: config.name,
    intervalMs: given.intervalMs,
    print: given.print,
    resolvePath: (file) => path.resolve(given.folder, file),
  });
  return { channels, redactor };
}
