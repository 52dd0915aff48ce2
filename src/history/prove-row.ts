import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { type Holder, lockHolder, wholeSeconds } from '../core/index.ts';
import { askRecorded } from './ask-recorded.ts';
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

/** A loop writes every few seconds: the newest row of one that has run for long must be young. */
function requireFreshRows(reports: string, { since }: Holder, now: Date, longestMs: number): void {
  const ranMs = now.getTime() - Date.parse(since);
  if (!(ranMs >= longestMs)) return;
  const [row] =
    askRecorded(reports, (reader) => reader.rows('SELECT max(time_ms) AS newest FROM scrapes')) ?? [];
  const newestMs = Number(row?.newest ?? 0);
  const ageMs = now.getTime() - newestMs;
  if (ageMs < longestMs) return;
  const age = newestMs === 0 ? 'at all' : `for ${wholeSeconds(ageMs)}`;
  throw new Error(`a loop runs since ${since} and has written no row ${age}`);
}

/**
 * Keeps a value in a row of the history and returns what is read back, so that a check can prove that evidence is kept.
 * Beside a running loop, and where nothing was recorded yet, the row is in a database of its own, which is removed; the
 * loop's own newest row must then be younger than `longestMs`.
 * @throws HistoryError, whatever keeps a row from being written or read; a damaged history is left as it is
 */
export function proveRow(
  reports: string,
  value: unknown,
  now: Date,
  longestMs = Number.POSITIVE_INFINITY,
): unknown {
  const history = historyFile(reports);
  const loop = lockHolder(loopLockFile(reports));
  if (existsSync(history) && !loop) {
    const damage = damageOf(history);
    if (damage !== undefined) throw damaged(history, damage);
    return writeAndRead(history, value, now);
  }
  if (existsSync(history) && loop) requireFreshRows(reports, loop, now, longestMs);
  const own = path.join(reports, `.row-${process.pid}.sqlite`);
  try {
    return writeAndRead(own, value, now);
  } finally {
    for (const suffix of ['', '-wal', '-shm']) rmSync(own + suffix, { force: true });
  }
}
