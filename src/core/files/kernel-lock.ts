import { DatabaseSync } from 'node:sqlite';

/** SQLITE_BUSY: another process, or another connection of this one, has the lock. */
const isBusy = (thrown: unknown): boolean => ((thrown as { errcode?: number }).errcode ?? 0) % 256 === 5;

/**
 * Takes the exclusive lock that SQLite has on a file, and holds it until the connection is closed. Nothing is ever
 * written: the file stays empty and no journal stands beside it. The kernel gives the lock back when the process ends,
 * however it ends. Nothing else may open the file, because a process that closes any descriptor of a file loses its
 * locks on it (fcntl). Returns `undefined` while somebody else holds it. @throws what SQLite says
 */
export function holdFile(file: string, patienceMs: number): DatabaseSync | undefined {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { timeout: patienceMs });
    db.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return db;
  } catch (thrown) {
    db?.close();
    if (isBusy(thrown)) return undefined;
    throw thrown;
  }
}

/** Whether somebody holds a file at this moment; asking keeps nobody from taking it. */
export function isFileHeld(file: string): boolean {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { readOnly: true, timeout: 0 });
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
    return false;
  } catch (thrown) {
    return isBusy(thrown); // otherwise absent, or no file that anybody could hold
  } finally {
    db?.close();
  }
}
