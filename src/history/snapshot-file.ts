import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { messageOf, VigilError } from '../core/index.ts';
import { type Snapshot, snapshotShape } from './snapshot.ts';

/** Where the newest cycles are shown. */
export const snapshotFile = (reports: string): string => path.join(reports, 'metrics_snapshot.json');

/** Where the violations of the newest cycles are shown. */
export const alertsFile = (reports: string): string => path.join(reports, 'alerts_triggered.json');

/** A JSON array of a reports file; `[]` when the file isn't there yet. HARNESS when it is no array. */
export function readJsonArray(file: string): unknown[] {
  if (!existsSync(file)) return [];
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (Array.isArray(parsed)) return parsed;
    throw new TypeError('it holds no JSON array');
  } catch (thrown) {
    throw new VigilError('HARNESS', `evidence could not be read: ${messageOf(thrown)}`, {
      where: file,
      expected: 'a JSON array written by vigil monitor',
      hint: 'the next vigil monitor sets it aside and begins a new one',
      cause: thrown,
    });
  }
}

/** Evidence of the past cycles, oldest first; HARNESS when the file holds anything else. */
export function readSnapshots(reports: string): Snapshot[] {
  const file = snapshotFile(reports);
  return readJsonArray(file).map((entry, index) => {
    const { data } = snapshotShape.safeParse(entry);
    if (data) return data;
    throw new VigilError('HARNESS', `evidence could not be read: entry ${index} is not a snapshot`, {
      where: file,
      expected: 'snapshots written by vigil monitor',
      hint: 'repair or move the file; until then checks that need evidence do not pass',
    });
  });
}
