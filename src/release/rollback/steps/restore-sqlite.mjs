// A program of its own, run by the step that restores a SQLite dump: DUMP NEW-FILE CHECKS-AS-JSON. It restores into the
// new file, checks that, and says on one line what it found; whatever is wrong ends it with a message and exit code 1.
import { copyFileSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

const header = 'SQLite format 3\0';

/** The only number that a query answers. */
function numberOf(db, sql) {
  const row = db.prepare(sql).get() ?? {};
  return Number(Object.values(row)[0] ?? Number.NaN);
}

function restore(dump, staged, checks) {
  const bytes = readFileSync(dump);
  const isDatabase = bytes.toString('latin1', 0, header.length) === header;
  if (isDatabase) copyFileSync(dump, staged);
  const db = new DatabaseSync(staged);
  try {
    if (!isDatabase) {
      db.exec(bytes.toString('utf8'));
      if (db.isTransaction) throw new Error('the dump ends in the middle of its transaction');
    }
    const sound = Object.values(db.prepare('PRAGMA integrity_check(1)').get() ?? {})[0];
    if (sound !== 'ok') throw new Error(`integrity_check: ${sound}`);
    const dangling = db.prepare('PRAGMA foreign_key_check').all().length;
    if (dangling > 0) throw new Error(`${dangling} rows refer to rows that are not there`);
    const tables = numberOf(db, "SELECT count(*) FROM sqlite_schema WHERE type = 'table'");
    if (tables === 0) throw new Error('the dump holds no table');
    for (const { sql, atLeast } of checks) {
      const value = numberOf(db, sql);
      if (!(value >= atLeast)) throw new Error(`${sql} answers ${value}, expected at least ${atLeast}`);
    }
    // Everything into the one file that is renamed.
    db.exec('PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE');
    return `${tables} tables, integrity ok, ${checks.length} checks passed`;
  } finally {
    db.close();
  }
}

const [dump = '', staged = '', checks = '[]'] = process.argv.slice(2);
try {
  process.stdout.write(`${restore(dump, staged, JSON.parse(checks))}\n`);
} catch (thrown) {
  process.stderr.write(`${thrown instanceof Error ? thrown.message : thrown}\n`);
  process.exitCode = 1;
}
