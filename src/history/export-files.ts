import { writeAtomically } from '../core/index.ts';
import type { HistoryReader } from './history.ts';
import { alertsFile, snapshotFile } from './snapshot-file.ts';

/** How many entries a file shows. */
const shownEntries = 1000;

function writeArray(file: string, entries: readonly unknown[]): string {
  writeAtomically(file, `${JSON.stringify(entries, null, 1)}\n`);
  return file;
}

/** Writes metrics_snapshot.json, what the newest 1,000 cycles showed, for people and other programs; returns the file. */
export const exportSnapshots = (reader: Pick<HistoryReader, 'snapshots'>, reports: string): string =>
  writeArray(snapshotFile(reports), reader.snapshots(0, shownEntries));

/** Writes alerts_triggered.json, the newest 1,000 violations; returns the file. */
export const exportAlerts = (reader: Pick<HistoryReader, 'violations'>, reports: string): string =>
  writeArray(alertsFile(reports), reader.violations(shownEntries));
