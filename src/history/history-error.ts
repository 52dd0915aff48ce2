import { statfsSync } from 'node:fs';
import path from 'node:path';
import { messageOf, VigilError } from '../core/index.ts';

/** Why the evidence history can't do what was asked; `full`, `busy`, `read-only` and `io` may pass by themselves. */
export type HistoryFailure =
  | 'full'
  | 'read-only'
  | 'busy'
  | 'corrupt'
  | 'newer'
  | 'older'
  | 'foreign'
  | 'missing'
  | 'refused'
  | 'io';

/** Evidence that is there and can't be used; any other failure is the wrong folder or the wrong Vigil. */
const unusable: readonly HistoryFailure[] = ['corrupt', 'busy', 'io', 'refused'];

/** The evidence history failed and nothing of the attempt was kept; a watch says so and goes on. */
export class HistoryError extends VigilError {
  readonly failure: HistoryFailure;

  constructor(failure: HistoryFailure, message: string, where: string, hint?: string, cause?: unknown) {
    super('HARNESS', message, { where, ...(hint && { hint }), ...(cause !== undefined && { cause }) });
    this.name = 'HistoryError';
    this.failure = failure;
  }

  /** The wrong folder or the wrong Vigil was named, which is the caller's to mend. */
  get isUsage(): boolean {
    return !unusable.includes(this.failure);
  }
}

const openAgain = 'open it again: it is set aside and a new one begun';

const busy = [
  'busy',
  'the evidence history is locked by another process',
  'is a backup or an editor holding it open?',
] as const;

/** Primary result codes of SQLite, https://www.sqlite.org/rescode.html */
const failures: Record<number, readonly [failure: HistoryFailure, message: string, hint: string]> = {
  5: busy,
  6: busy,
  8: ['read-only', 'the evidence history can’t be written', 'give this user the right to write the folder'],
  10: ['io', 'the disk failed under the evidence history', 'look at the disk and its mount'],
  11: ['corrupt', 'the evidence history is damaged', openAgain],
  14: ['read-only', 'the evidence history can’t be opened', 'give this user the right to write the folder'],
  26: ['corrupt', 'the evidence history is not a database', openAgain],
};

/** What holds for every sound history does not hold for this one, though SQLite can read it. */
export function damaged(file: string, what: string): HistoryError {
  return new HistoryError('corrupt', `the evidence history is damaged: ${what}`, file, openAgain);
}

/** The disk takes nothing more, in one sentence with its folder and what to do. */
export function diskIsFull(file: string): HistoryError {
  const folder = path.dirname(file);
  return new HistoryError(
    'full',
    `the disk that holds ${folder} is full, nothing can be recorded: free space there, or name another folder with --reports`,
    '',
  );
}

const fullCode = 13;
/** SQLite says these of a full disk as well, where it can't make or grow the files beside the database. */
const perhapsFullCodes = [10, 14];
/** These files grow by 32 KiB. */
const leastRoomBytes = 64 * 1024;

function hasNoRoom(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize < leastRoomBytes;
  } catch {
    return false; // a folder that can't be looked at has another fault
  }
}

/** Says what SQLite threw in our words; anything else passes through. */
export function historyError(thrown: unknown, file: string): unknown {
  const code = (thrown as { code?: string } | undefined)?.code;
  if (thrown instanceof HistoryError || code !== 'ERR_SQLITE_ERROR') return thrown;
  // The low byte is the primary code; the rest only refines it.
  const primary = (thrown as unknown as { errcode: number }).errcode & 0xff;
  if (primary === fullCode) return diskIsFull(file);
  if (perhapsFullCodes.includes(primary) && hasNoRoom(path.dirname(file))) return diskIsFull(file);
  const known = failures[primary];
  const [failure, message, hint] = known ?? ['refused', 'the evidence history refused what it was given'];
  return new HistoryError(failure, `${message}: ${messageOf(thrown)}`, file, hint, thrown);
}
