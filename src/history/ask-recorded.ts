import { existsSync } from 'node:fs';
import type { HistoryReader } from './history.ts';
import { historyFile } from './history-file.ts';
import { openHistoryReader } from './open-history.ts';

/**
 * Asks the history of a reports folder, beside whoever records in it; `undefined` where nothing was ever recorded.
 * @throws HistoryError when there is a history and it can't be read
 */
export function askRecorded<T>(reports: string, ask: (reader: HistoryReader) => T): T | undefined {
  const file = historyFile(reports);
  if (!existsSync(file)) return undefined;
  const reader = openHistoryReader({ file });
  try {
    return ask(reader);
  } finally {
    reader.close();
  }
}
