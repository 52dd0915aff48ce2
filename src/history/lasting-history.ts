import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Ask, Parts } from './ask.ts';
import { type History, type HistoryOptions, historyOf } from './history.ts';
import { HistoryError } from './history-error.ts';
import { damageOf } from './inspect-file.ts';
import { openForRecording } from './open-history.ts';
import { setAside } from './set-aside.ts';

/** A history that outlives damage to its file. */
export interface LastingHistory extends History {
  /**
   * Looks whether the file is still there and, unless told not to, whether the whole of it is sound (2 ms per MB);
   * begins anew when it isn't. Returns whether it did.
   */
  check(isWhole?: boolean): boolean;
}

export interface LastingOptions extends HistoryOptions {
  /** Called when another database took the place of the one before: who keeps state must write it again. */
  onRenewed: () => void;
}

const inodeOf = (file: string): number | undefined => statSync(file, { throwIfNoEntry: false })?.ino;

/** Closes without writing the log into the database: what is set aside stays as it was found. */
function closeUntouched({ store }: Parts, file: string): void {
  let keeper: DatabaseSync | undefined;
  try {
    // Only the last connection writes the log back, and one that only reads can't.
    keeper = new DatabaseSync(file, { readOnly: true });
    keeper.prepare('SELECT count(*) FROM sqlite_schema').get();
  } catch {
    // It can't even be read: there is nothing to keep from it.
  }
  try {
    store.close();
  } finally {
    keeper?.close();
  }
}

/**
 * Opens the evidence history so that damage which comes while it is open does not end the watch: the attempt that
 * meets it fails, the file is set aside with a message, and everything after goes to a new one. A file that was taken
 * away or replaced is noticed in the same way. Whoever holds `database` must ask for it again after `onRenewed`.
 */
export function openLastingHistory(options: LastingOptions): LastingHistory {
  const { file, now = () => new Date(), onWarning = () => {}, onRenewed } = options;
  let current: Parts | undefined = openForRecording(options);
  let inode = inodeOf(file);
  let depth = 0;
  let isDamaged = false;
  /** Times that a damage was met and none was found on looking. */
  let doubts = 0;

  const open = (): Parts => {
    current = openForRecording(options);
    inode = inodeOf(file);
    return current;
  };
  const renew = (): void => {
    isDamaged = false;
    if (current) closeUntouched(current, file);
    current = undefined;
    const isSound = damageOf(file) === undefined;
    doubts = isSound ? doubts + 1 : 0;
    if (doubts > 2) {
      onWarning(
        `the evidence history fails although it looks sound; kept as ${setAside(file, now())}, a new one is begun`,
      );
      doubts = 0;
    }
    open();
    onRenewed();
  };
  const attempt: Ask = (question) => {
    depth += 1;
    try {
      return question(current ?? open());
    } catch (thrown) {
      if (thrown instanceof HistoryError && thrown.failure === 'corrupt') isDamaged = true;
      throw thrown;
    } finally {
      depth -= 1;
      // Not in the middle of a transaction: it fails as a whole first.
      if (depth === 0 && isDamaged) renew();
    }
  };

  return Object.assign(historyOf(attempt, options), {
    check(isWhole = true): boolean {
      const isOurs = inodeOf(file) === inode;
      const damage = isOurs && isWhole ? damageOf(file, true) : undefined;
      if (isOurs && damage === undefined) return false;
      if (!isOurs) onWarning('the evidence history was taken away or replaced while it was in use');
      renew();
      return true;
    },
    close(): void {
      current?.store.close();
      current = undefined;
    },
  });
}
