import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { messageOf, requireLocks } from '../core/index.ts';
import type { Taking } from './adopt-files.ts';
import { diskIsFull, HistoryError, type HistoryFailure, historyError } from './history-error.ts';
import { damageOf, refuseForeign } from './inspect-file.ts';
import { migrate, pragma, refuseNewer, schemaVersion } from './migrate.ts';
import { applicationId } from './schema.ts';
import { setAside } from './set-aside.ts';

/** A lock is held for milliseconds; who waits longer than this meets a stuck process. */
const busyTimeoutMs = 5000;

export interface OpenedDatabase {
  db: DatabaseSync;
  /** What was wrong with the one that was found in its place, and where that is now. */
  found?: { damage: string; aside: string } | undefined;
}

/**
 * Opens the database for writing: a damaged one is set aside and a new one begun, an older one migrated.
 * synchronous=FULL: a committed transaction survives a power cut too. It costs one fsync (some
 * milliseconds) for each of the few transactions a minute; NORMAL would lose the newest cycles.
 * @throws HistoryError
 */
export function openDatabase(file: string, taking: Taking): OpenedDatabase {
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    requireLocks(path.dirname(file));
    const damage = damageOf(file);
    const found = damage === undefined ? undefined : { damage, aside: setAside(file, taking.now) };
    const db = new DatabaseSync(file, { timeout: busyTimeoutMs });
    try {
      // The way of growing can only be chosen before the first table.
      const isNew = pragma(db, 'user_version') === 0;
      if (isNew) db.exec(`PRAGMA auto_vacuum = INCREMENTAL; PRAGMA application_id = ${applicationId}`);
      db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
      // After a checkpoint the log is cut to this; it never keeps the size of the largest transaction.
      db.exec('PRAGMA wal_autocheckpoint = 1000; PRAGMA journal_size_limit = 4194304');
      migrate(db, file, taking);
      return { db, found };
    } catch (thrown) {
      db.close();
      throw thrown;
    }
  } catch (thrown) {
    throw fromSystem(historyError(thrown, file), file);
  }
}

/**
 * Opens the database for questions only, beside the process that writes it.
 * @throws HistoryError `missing`, `older`, `newer`, `corrupt`
 */
export function openDatabaseReadOnly(file: string): DatabaseSync {
  if (!existsSync(file)) {
    throw new HistoryError('missing', 'there is no evidence yet', file, 'run vigil monitor');
  }
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { readOnly: true, timeout: busyTimeoutMs });
    const version = pragma(db, 'user_version');
    refuseForeign(db, file);
    if (version < schemaVersion()) {
      const message = `the evidence history has schema version ${version}, this Vigil reads ${schemaVersion()}`;
      throw new HistoryError('older', message, file, 'run vigil monitor: it brings the history forward');
    }
    refuseNewer(version, file);
    return db;
  } catch (thrown) {
    db?.close();
    throw fromSystem(historyError(thrown, file), file);
  }
}

const refusals: Record<string, HistoryFailure> = {
  ENOSPC: 'full',
  EDQUOT: 'full',
  EROFS: 'read-only',
  EACCES: 'read-only',
  EPERM: 'read-only',
  ENOENT: 'read-only',
  ENOTDIR: 'read-only',
  EEXIST: 'read-only',
};

/** What the file system refuses, said in the same way as what SQLite refuses. */
function fromSystem(thrown: unknown, file: string): unknown {
  const { code = '', syscall } = (thrown ?? {}) as NodeJS.ErrnoException;
  if (thrown instanceof HistoryError || syscall === undefined) return thrown;
  if (refusals[code] === 'full') return diskIsFull(file);
  const message = `the evidence history can’t be opened: ${messageOf(thrown)}`;
  return new HistoryError(
    refusals[code] ?? 'io',
    message,
    file,
    'name another folder with --reports',
    thrown,
  );
}
