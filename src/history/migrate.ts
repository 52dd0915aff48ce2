import { renameSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Taking } from './adopt-files.ts';
import { HistoryError } from './history-error.ts';
import { type Migration, migrations } from './schema.ts';

/** A number that SQLite keeps in the file's header, or says about the file. */
export function pragma(db: DatabaseSync, name: string): number {
  return Number(Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
}

/** The version that this build of Vigil writes. */
export const schemaVersion = (steps: readonly Migration[] = migrations): number => steps.at(-1)?.version ?? 0;

/** Refuses a database that a later Vigil wrote: whatever we wrote into it could be wrong. */
export function refuseNewer(version: number, file: string, steps: readonly Migration[] = migrations): void {
  const own = schemaVersion(steps);
  if (version <= own) return;
  throw new HistoryError(
    'newer',
    `the evidence history has schema version ${version}, this Vigil knows ${own}; it was left untouched`,
    file,
    'run the newer Vigil, or name another reports folder',
  );
}

/**
 * Keeps the database as an older Vigil left it, beside the one that is brought forward. The copy gets its name when it
 * is whole, and only if no other process brought the database forward meanwhile.
 */
function keepCopy(db: DatabaseSync, file: string, version: number): string | undefined {
  const copy = `${file}.version-${version}`;
  const making = `${copy}.${process.pid}.tmp`;
  rmSync(making, { force: true });
  try {
    db.prepare('VACUUM INTO ?').run(making);
    const made = new DatabaseSync(making, { readOnly: true });
    const isAsItWas = pragma(made, 'user_version') === version;
    made.close();
    if (!isAsItWas) return undefined;
    renameSync(making, copy);
    return copy;
  } finally {
    rmSync(making, { force: true });
  }
}

/**
 * Brings a database forward, each version in a transaction of its own, so that a step that fails leaves
 * the version before. Two processes may open at once: the version is read again under the lock.
 */
export function migrate(
  db: DatabaseSync,
  file: string,
  taking: Taking,
  steps: readonly Migration[] = migrations,
): void {
  const found = pragma(db, 'user_version');
  refuseNewer(found, file, steps);
  const own = schemaVersion(steps);
  const copy = found > 0 && found < own ? keepCopy(db, file, found) : undefined;
  for (const { version, sql, adopt } of steps) {
    if (pragma(db, 'user_version') >= version) continue;
    db.exec('BEGIN IMMEDIATE');
    try {
      if (pragma(db, 'user_version') < version) {
        db.exec(sql);
        adopt?.(db, file, taking);
        db.exec(`PRAGMA user_version = ${version}`);
      }
      db.exec('COMMIT');
    } catch (thrown) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw thrown;
    }
  }
  if (copy)
    taking.onWarning(
      `the evidence history was brought from schema version ${found} to ${own}; as it was it is kept as ${copy}`,
    );
}
