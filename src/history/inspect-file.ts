import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { messageOf } from '../core/index.ts';
import { HistoryError, historyError } from './history-error.ts';
import { pragma, refuseNewer } from './migrate.ts';
import { applicationId } from './schema.ts';

const header = 'SQLite format 3\0';

function firstBytes(file: string): string {
  const descriptor = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(header.length);
    return bytes.toString('latin1', 0, readSync(descriptor, bytes));
  } finally {
    closeSync(descriptor);
  }
}

const sizeOf = (file: string): number => (existsSync(file) ? statSync(file).size : 0);

/** Refuses the sound database of another program. */
export function refuseForeign(db: DatabaseSync, file: string): void {
  if (pragma(db, 'application_id') === applicationId) return;
  const tables = Number(db.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.n);
  if (tables === 0) return; // begun and not finished: nothing is in it
  throw new HistoryError(
    'foreign',
    'this is the database of another program; it was left untouched',
    file,
    'name another reports folder',
  );
}

/**
 * What is wrong with a database file, or `undefined` when it is sound, empty or absent. Looks through a
 * read-only connection, because an ordinary one would write the log of a damaged database into it.
 * `isOpenHere` when this process has it open.
 * @throws HistoryError `newer`, `foreign`, `busy`, `read-only`: nothing that setting it aside would mend
 */
export function damageOf(file: string, isOpenHere = false): string | undefined {
  if (sizeOf(file) === 0) {
    return sizeOf(`${file}-wal`) > 0 ? 'its log is there and the database is not' : undefined;
  }
  // Closing a file of our own would drop the locks by which this process holds the database (fcntl).
  if (!isOpenHere && firstBytes(file) !== header) return 'it does not begin as a database does';
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { readOnly: true, timeout: 5000 });
    refuseNewer(pragma(db, 'user_version'), file);
    refuseForeign(db, file);
    const said = Object.values(db.prepare('PRAGMA quick_check(1)').get() ?? {})[0];
    if (said === 'ok') return undefined;
    return `quick_check: ${String(said).replace('*** in database main ***', '').replaceAll(/\s+/g, ' ').trim()}`;
  } catch (thrown) {
    const error = historyError(thrown, file);
    if (error instanceof HistoryError && error.failure === 'corrupt') return messageOf(thrown);
    throw error;
  } finally {
    db?.close();
  }
}
