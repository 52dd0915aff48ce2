import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { messageOf } from '../core/index.ts';
import type { Ask, Parts } from './ask.ts';
import { type History, type HistoryOptions, historyOf } from './history.ts';
import { HistoryError } from './history-error.ts';
import { damageOf } from './inspect-file.ts';
import { openForRecording } from './open-history.ts';
import { lookAtWhole, makeAnew } from './renewal.ts';
import { setAside } from './set-aside.ts';

/** A history that outlives damage to its file. */
export interface LastingHistory extends History {
  /**
   * Looks whether the file is still there and, unless told not to, whether the whole of it is sound, in a thread of its own
   * where that takes long (2 ms per MB); begins anew when it isn't. Resolves, when that is done, with whether it did.
   */
  check(isWhole?: boolean): Promise<boolean>;
  /** How long the last look at the whole took, milliseconds. */
  lookedForMs(): number;
}

export interface LastingOptions extends HistoryOptions {
  /** Called when another database took the place of the one before: who keeps state must write it again. */
  onRenewed: () => void;
}

/** What is no larger is looked at here: that takes some 60 ms, and a thread costs as much. */
const smallBytes = 32 * 1024 ** 2;

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
 * meets it fails, and so do those that come while the file is looked at, set aside with a message and what can be read of it
 * taken over; everything after goes to a new one. A file that was taken away or replaced is noticed in the same way.
 * Whoever holds `database` must ask for it again after `onRenewed`.
 */
export function openLastingHistory(options: LastingOptions): LastingHistory {
  const { file, now = () => new Date(), onWarning = () => {}, onRenewed } = options;
  let current: Parts | undefined = openForRecording(options);
  let inode = inodeOf(file);
  let depth = 0;
  let isDamaged = false;
  let isClosed = false;
  /** Set while it is renewed. */
  let renewing: Promise<boolean> | undefined;
  let looking: Promise<boolean> | undefined;
  let lookedForMs = 0;
  /** Times that a damage was met and none was found on looking. */
  let doubts = 0;

  const open = (): Parts => {
    current = openForRecording(options);
    inode = inodeOf(file);
    return current;
  };
  const beginAnew = async (why: string): Promise<void> => {
    const aside = setAside(file, now());
    const { said, failed, warnings } = await makeAnew(aside, file, now().getTime());
    for (const warning of warnings) onWarning(warning);
    const taken = failed === undefined ? said : `nothing could be taken over: ${failed}`;
    onWarning(`${why}; kept as ${aside}, a new one is begun; ${taken}`);
  };
  const renewNow = async (known: string | undefined): Promise<boolean> => {
    const before = current;
    current = undefined;
    if (before) closeUntouched(before, file);
    const damage = known ?? (await lookAtWhole(file, false)).damage;
    doubts = damage === undefined ? doubts + 1 : 0;
    if (damage !== undefined) await beginAnew(`the evidence history was damaged (${damage})`);
    else if (doubts > 2) {
      await beginAnew('the evidence history fails although it looks sound');
      doubts = 0;
    }
    return true;
  };
  const renew = (known?: string): Promise<boolean> => {
    renewing ??= renewNow(known)
      .catch((thrown) => {
        onWarning(`the evidence history could not be renewed: ${messageOf(thrown)}`);
        return true;
      })
      .finally(() => {
        renewing = undefined;
        if (isClosed) return;
        open();
        onRenewed();
      });
    return renewing;
  };
  const attempt: Ask = (question) => {
    if (renewing)
      throw new HistoryError('busy', 'the evidence history was damaged and is being recreated', file);
    depth += 1;
    try {
      return question(current ?? open());
    } catch (thrown) {
      if (thrown instanceof HistoryError && thrown.failure === 'corrupt') isDamaged = true;
      throw thrown;
    } finally {
      depth -= 1;
      // Not in the middle of a transaction: it fails as a whole first.
      if (depth === 0 && isDamaged) {
        isDamaged = false;
        renew().catch((thrown) => onWarning(messageOf(thrown)));
      }
    }
  };
  const lookAtAll = async (): Promise<boolean> => {
    const beganMs = performance.now();
    const isSmall = (statSync(file, { throwIfNoEntry: false })?.size ?? 0) <= smallBytes;
    const { damage, tookMs } = isSmall ? { damage: damageOf(file, true) } : await lookAtWhole(file, true);
    lookedForMs = tookMs ?? performance.now() - beganMs;
    // It may have been closed or renewed meanwhile.
    return damage === undefined || isClosed || inodeOf(file) !== inode ? false : renew(damage);
  };

  return Object.assign(historyOf(attempt, options), {
    async check(isWhole = true): Promise<boolean> {
      if (renewing) return renewing;
      if (inodeOf(file) !== inode) {
        onWarning('the evidence history was taken away or replaced while it was in use');
        return renew();
      }
      if (!isWhole) return false;
      looking ??= lookAtAll().finally(() => {
        looking = undefined;
      });
      return looking;
    },
    lookedForMs: () => lookedForMs,
    close(): void {
      isClosed = true;
      current?.store.close();
      current = undefined;
    },
  });
}
