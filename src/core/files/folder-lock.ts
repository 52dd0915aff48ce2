import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { messageOf } from '../errors.ts';

/** Longer than anybody writes; who waits longer meets a stuck process. */
const patienceMs = 10_000;

/** Takes the lock, or says why it can't be had. */
function take(file: string): DatabaseSync | string {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { timeout: patienceMs });
    db.exec('BEGIN EXCLUSIVE');
    return db;
  } catch (thrown) {
    db?.close();
    return messageOf(thrown);
  }
}

/**
 * Does something while no other process does the same in this folder, so that what is read and then written back
 * loses nothing. The lock is SQLite's on an empty file: it waits its turn, and the kernel gives it back for a
 * process that is killed. Where it can't be had, as in a folder that can't be written, the thing is done all the same
 * and `onTrouble` is told.
 */
export function withFolderLock<T>(folder: string, action: () => T, onTrouble: (why: string) => void): T {
  const lock = take(path.join(folder, '.writing'));
  if (typeof lock === 'string') onTrouble(`nobody could be kept from writing ${folder} too: ${lock}`);
  try {
    return action();
  } finally {
    if (typeof lock !== 'string') lock.close();
  }
}
