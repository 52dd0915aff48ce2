import { askRecorded } from './ask-recorded.ts';
import { type PastCycles, pastCyclesOf } from './past-cycles.ts';

/**
 * What the newest recorded cycles of a target show, read beside whoever records; where nothing was recorded there is no past.
 * @throws HistoryError when there is a history and it can't be read
 */
export function readPast(reports: string, targetId: string): PastCycles {
  return pastCyclesOf(askRecorded(reports, (reader) => reader.snapshots(0, 1000, targetId)) ?? []);
}
