// Runs in a thread of its own: reading two days and drawing them takes seconds, in which the loop goes on.
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf, oneLine, type VigilConfig } from '../src/core/index.ts';
import { historyFile, openHistoryReader } from '../src/history/index.ts';
import { reportOptions, writeReport } from '../src/views/index.ts';

/** Writes the report and returns what there is to say of it. */
async function report(config: VigilConfig): Promise<string> {
  const reader = openHistoryReader({ file: historyFile(config.reports) });
  try {
    const options = { ...reportOptions(config, Date.now()), folder: config.reports };
    const { document, files } = await writeReport(reader, options);
    const { verdict, headline } = document.conclusion;
    return `Report: ${verdict}: ${oneLine(headline)} ${files.join(', ')}`;
  } finally {
    reader.close();
  }
}

parentPort?.postMessage(
  await report(workerData as VigilConfig).catch(
    (thrown) => `the report could not be written: ${messageOf(thrown)}; try vigil report`,
  ),
);
