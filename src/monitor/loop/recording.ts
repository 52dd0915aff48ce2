import { statfsSync } from 'node:fs';
import path from 'node:path';
import { diskIsFull, HistoryError } from '../../history/index.ts';
import type { WatchClock } from './clock.ts';

/** That nothing can be written down, since when and why; milliseconds since 1970. */
export interface Unrecorded {
  sinceMs: number;
  failure: HistoryError['failure'];
  /** In a sentence that names the folder. */
  reason: string;
  folder: string;
}

/** Whether the watch can write down what it sees. */
export interface Recording {
  /** Looks at the room that is left: on a full disk the history goes on for a while within the files that it has. */
  look(): void;
  /** Told what a write threw; returns whether it says that nothing can be written. */
  failed(thrown: unknown): boolean;
  /** Told that something was written. */
  succeeded(): void;
  /** `undefined` while the watch records. */
  trouble(): Unrecorded | undefined;
  /** Whether writes have failed since the trouble began, so that the history is of before. */
  isFailing(): boolean;
}

/** What passes by itself within moments, as another process that holds the database, is no trouble before this time. */
const patienceMs = 30_000;
/** Nothing may have failed for this long before the watch counts as recording again. */
const calmMs = 10_000;
/** With less than the first a disk is full; until it has the second, the next cycle may not fit. */
const [fullBytes, roomyBytes] = [64 * 1024, 1024 * 1024];

/** What this user may still write there; endless where that can't be found out. */
function roomOf(folder: string): number {
  try {
    const { bavail, bfree, bsize } = statfsSync(folder);
    // Some blocks are kept for root alone.
    return (process.getuid?.() === 0 ? bfree : bavail) * bsize;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

const lastingFailures: readonly HistoryError['failure'][] = ['full', 'read-only', 'io'];

/** The sentence of a full disk names the folder by itself. */
const reasonOf = ({ message }: HistoryError, folder: string): string =>
  message.includes(folder) ? message : `${message} (${folder})`;

/** Follows whether the evidence history, which is the file, can be written. */
export function followRecording(file: string, clock: Pick<WatchClock, 'now' | 'monotonic'>): Recording {
  const folder = path.dirname(file);
  let trouble: Unrecorded | undefined;
  let isFailing = false;
  let firstMs: number | undefined;
  let lastMs = 0;
  const begin = (thrown: HistoryError) => {
    const sinceMs = trouble?.sinceMs ?? clock.now();
    trouble = { sinceMs, failure: thrown.failure, reason: reasonOf(thrown, folder), folder };
  };
  return {
    look() {
      if (!trouble && roomOf(folder) < fullBytes) begin(diskIsFull(file));
    },
    failed(thrown) {
      if (!(thrown instanceof HistoryError)) return false;
      lastMs = clock.monotonic();
      firstMs ??= lastMs;
      if (!trouble && !lastingFailures.includes(thrown.failure) && lastMs - firstMs < patienceMs)
        return false;
      begin(thrown);
      isFailing = true;
      return true;
    },
    succeeded() {
      if (isFailing && clock.monotonic() - lastMs < calmMs) return;
      isFailing = false;
      firstMs = undefined;
      if (trouble?.failure !== 'full' || roomOf(folder) >= roomyBytes) trouble = undefined;
    },
    trouble: () => trouble,
    isFailing: () => isFailing,
  };
}
