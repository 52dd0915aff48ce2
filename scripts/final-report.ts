import path from 'node:path';
import { inThread, messageOf, type VigilConfig } from '../src/core/index.ts';

const thread = new URL(`./final-report-thread${path.extname(import.meta.url)}`, import.meta.url);

/** Writes the report when the time of a watch is over, and says its verdict; what keeps it from being written costs nothing else. */
export async function writeFinalReport(config: VigilConfig, say: (line: string) => void): Promise<void> {
  try {
    say(await inThread<string>(thread, config));
  } catch (thrown) {
    say(`the report could not be written: ${messageOf(thrown)}; try vigil report`);
  }
}
