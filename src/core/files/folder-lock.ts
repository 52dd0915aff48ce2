import path from 'node:path';
import { messageOf } from '../errors.ts';
import { holdFile } from './kernel-lock.ts';

/** Longer than anybody writes; who waits longer meets a stuck process. */
const patienceMs = 10_000;

/** Takes the lock, or says why it can't be had. */
function take(file: string) {
  try {
    return holdFile(file, patienceMs) ?? 'another process does not end its own writing';
  } catch (thrown) {
    return messageOf(thrown);
  }
}

/**
 * Does something while no other process does the same in this folder, so that what is read and then written back
 * loses nothing. Where the lock can't be had, as in a folder that can't be written, the thing is done all the same and
 * `onTrouble` is told.
 */
export function withFolderLock<T>(folder: string, action: () => T, onTrouble: (why: string) => void): T {
  const lock = take(path.join(folder, '.writing'));
  if (typeof lock === 'string') onTrouble(`${folder} could not be locked: ${lock}`);
  try {
    return action();
  } finally {
    if (typeof lock !== 'string') lock.close();
  }
}
