import type { DatabaseSync } from 'node:sqlite';
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
 * Brings a database forward, each version in a transaction of its own, so that a step that fails leaves
 * the version before. Two processes may open at once: the version is read again under the lock. Returns
 * whether this call began the database.
 */
export function migrate(db: DatabaseSync, file: string, steps: readonly Migration[] = migrations): boolean {
  refuseNewer(pragma(db, 'user_version'), file, steps);
  let isBegun = false;
  for (const { version, sql } of steps) {
    if (pragma(db, 'user_version') >= version) continue;
    db.exec('BEGIN IMMEDIATE');
    try {
      const before = pragma(db, 'user_version');
      if (before < version) db.exec(`${sql};\nPRAGMA user_version = ${version};`);
      db.exec('COMMIT');
      isBegun ||= before === 0;
    } catch (thrown) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw thrown;
    }
  }
  return isBegun;
}
