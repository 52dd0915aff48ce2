import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { messageOf, VigilError } from '../core/index.ts';
import type { Snapshot } from './snapshot.ts';

/** Where the newest cycles are shown. */
export const snapshotFile = (reports: string): string => path.join(reports, 'metrics_snapshot.json');

/** Where the violations of the newest cycles are shown. */
export const alertsFile = (reports: string): string => path.join(reports, 'alerts_triggered.json');

/** A JSON array of a reports file; `[]` when the file isn't there yet. HARNESS when it is no array. */
function readJsonArray<T>(file: string): T[] {
  if (!existsSync(file)) return [];
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (Array.isArray(parsed)) return parsed as T[];
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

function isSnapshot(entry: unknown): entry is Snapshot {
  const { timestamp, target, checks, live } = (entry ?? {}) as Partial<Record<keyof Snapshot, unknown>>;
  const counts = Object.values((checks ?? {}) as object);
  return (
    typeof timestamp === 'string' &&
    !Number.isNaN(Date.parse(timestamp)) &&
    typeof target === 'string' &&
    counts.length === 4 &&
    counts.every((count) => Number.isInteger(count) && count >= 0) &&
    (live === null || Array.isArray((live as Snapshot['live'])?.buckets))
  );
}

/** Evidence of the past cycles, oldest first; HARNESS when the file holds anything else. */
export function readSnapshots(reports: string): Snapshot[] {
  const file = snapshotFile(reports);
  const entries = readJsonArray<unknown>(file);
  const strange = entries.findIndex((entry) => !isSnapshot(entry));
  if (strange < 0) return entries as Snapshot[];
  throw new VigilError('HARNESS', `evidence could not be read: entry ${strange} is no snapshot`, {
    where: file,
    expected: 'snapshots written by vigil monitor',
    hint: 'mend or move the file; until then no check that needs evidence passes',
  });
}
