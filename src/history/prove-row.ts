import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { lockHolder } from '../core/index.ts';
import { damaged } from './history-error.ts';
import { historyFile, loopLockFile } from './history-file.ts';
import { damageOf } from './inspect-file.ts';
import { openDatabase, openDatabaseReadOnly } from './open-database.ts';
import { loadState, saveState } from './state.ts';
import { openStore } from './store.ts';

const key = 'proof that a row is kept';

/** Writes a row and reads it back through another connection. */
function writeAndRead(file: string, value: unknown, now: Date): unknown {
  const writer = openStore(openDatabase(file, { now, onWarning() {} }).db, file);
  try {
    saveState(writer, key, value, now.getTime());
    const reader = openStore(openDatabaseReadOnly(file), file);
    try {
      return loadState(reader, key, z.unknown());
    } finally {
      reader.close();
    }
  } finally {
    writer.close();
  }
}

/**
 * Keeps a value in a row of the history and returns what is read back, so that a check can prove that evidence is kept.
 * Beside a running loop, and where nothing was recorded yet, the row is in a database of its own, which is removed.
 * @throws HistoryError, whatever keeps a row from being written or read; a damaged history is left as it is
 */
export function proveRow(reports: string, value: unknown, now: Date): unknown {
  const history = historyFile(reports);
  if (existsSync(history) && !lockHolder(loopLockFile(reports))) {
    const damage = damageOf(history);
    if (damage !== undefined) throw damaged(history, damage);
    return writeAndRead(history, value, now);
  }
  const own = path.join(reports, `.row-${process.pid}.sqlite`);
  try {
    return writeAndRead(own, value, now);
  } finally {
    for (const suffix of ['', '-wal', '-shm']) rmSync(own + suffix, { force: true });
  }
}
