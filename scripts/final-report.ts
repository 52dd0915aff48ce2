import { messageOf, oneLine, type VigilConfig } from '../src/core/index.ts';
import { historyFile, openHistoryReader } from '../src/history/index.ts';
import { reportOptions, writeReport } from '../src/views/index.ts';

/** Writes the report when the time of a watch is over, and says its verdict; what keeps it from being written costs nothing else. */
export async function writeFinalReport(config: VigilConfig, say: (line: string) => void): Promise<void> {
  try {
    const reader = openHistoryReader({ file: historyFile(config.reports) });
    try {
      const options = { ...reportOptions(config, Date.now()), folder: config.reports };
      const { document, files } = await writeReport(reader, options);
      const { verdict, headline } = document.conclusion;
      say(`Report: ${verdict}: ${oneLine(headline)} ${files.join(', ')}`);
    } finally {
      reader.close();
    }
  } catch (thrown) {
    say(`the report could not be written: ${messageOf(thrown)}; try vigil report`);
  }
}
