import { existsSync } from 'node:fs';
import { historyFile } from './history-file.ts';
import { openHistoryReader } from './open-history.ts';
import { type PastCycles, pastCyclesOf } from './past-cycles.ts';

/**
 * What the newest recorded cycles of a target show, read beside whoever records; where nothing was recorded there is no past.
 * @throws HistoryError when there is a history and it can't be read
 */
export function readPast(reports: string, targetId: string): PastCycles {
  const file = historyFile(reports);
  if (!existsSync(file)) return pastCyclesOf([]);
  const reader = openHistoryReader({ file });
  try {
    return pastCyclesOf(reader.snapshots(0, 1000, targetId));
  } finally {
    reader.close();
  }
}
