import { statSync } from 'node:fs';
import path from 'node:path';
import { writeAtomically } from '../core/index.ts';
import { snapshotsOf } from './read-snapshots.ts';
import { snapshotFile, snapshotLimit } from './snapshot-file.ts';
import type { Store } from './store.ts';

interface Entry {
  seq: number;
  /** As it stands in the file, encoded once: of 1,000 texts the joining would be most of what a cycle costs. */
  bytes: Buffer;
}

const [begin, between, end] = ['[\n', ',\n', '\n]\n'].map((text) => Buffer.from(text)) as [
  Buffer,
  Buffer,
  Buffer,
];

/** What identifies a file as the one that was written, without reading it. */
function stampOf(file: string): string {
  try {
    const { size, mtimeMs, ino } = statSync(file);
    return `${size} ${mtimeMs} ${ino}`;
  } catch {
    return 'absent';
  }
}

function entryOf(seq: number, value: unknown): Entry {
  const text = ` ${JSON.stringify(value, null, 1).replaceAll('\n', '\n ')}`;
  // Not from Node's pool: an entry that is remembered would hold 64 kB of it.
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  bytes.write(text);
  return { seq, bytes };
}

function arrayOf(entries: readonly Entry[]): Buffer {
  if (entries.length === 0) return Buffer.from('[]\n');
  const parts = entries.flatMap(({ bytes }, index) => [index === 0 ? begin : between, bytes]);
  return Buffer.concat([...parts, end]);
}

/** One file that shows the newest entries of a table as a JSON array. */
class DerivedFile {
  private entries: Entry[] = [];
  private written = '';

  /** Reads what is new and writes the file when it isn't as it must be; returns whether it was written. */
  derive(file: string, oldestSeq: number, newer: (afterSeq: number) => Entry[]): boolean {
    const added = newer(this.entries.at(-1)?.seq ?? 0);
    const first = this.entries[0];
    this.entries = [...this.entries, ...added].filter(({ seq }) => seq >= oldestSeq).slice(-snapshotLimit);
    const isSame = added.length === 0 && this.entries[0] === first && this.written === stampOf(file);
    if (isSame) return false;
    writeAtomically(file, arrayOf(this.entries));
    this.written = stampOf(file);
    return true;
  }
}

/** Where the violations of the newest cycles are shown. */
const alertsFile = (reports: string): string => path.join(reports, 'alerts_triggered.json');

/**
 * Makes metrics_snapshot.json and alerts_triggered.json from the database, the newest 1,000 entries each.
 * The entries of the last time are remembered, so that a cycle costs one entry and the writing.
 */
export function openDerivedFiles(store: Store) {
  const snapshots = new DerivedFile();
  const alerts = new DerivedFile();
  const oldest = (table: string) => Number(store.get(`SELECT min(seq) AS seq FROM ${table}`)?.seq ?? 0);

  return (reports: string): { written: string[] } => {
    const files: [file: string, isWritten: boolean][] = [
      [
        snapshotFile(reports),
        snapshots.derive(snapshotFile(reports), oldest('cycles'), (afterSeq) =>
          snapshotsOf(store, { fromMs: 0, limit: snapshotLimit, afterSeq }).map(({ seq, snapshot }) =>
            entryOf(seq, snapshot),
          ),
        ),
      ],
      [
        alertsFile(reports),
        alerts.derive(alertsFile(reports), oldest('violations'), (afterSeq) =>
          store
            .all(
              'SELECT seq, body FROM violations WHERE seq > ? ORDER BY seq DESC LIMIT ?',
              afterSeq,
              snapshotLimit,
            )
            .reverse()
            .map(({ seq, body }) => entryOf(Number(seq), JSON.parse(String(body)))),
        ),
      ],
    ];
    return { written: files.flatMap(([file, isWritten]) => (isWritten ? [file] : [])) };
  };
}
