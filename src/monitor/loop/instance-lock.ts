import { type ProcessLock, takeProcessLock } from '../../core/index.ts';
import { loopLockFile } from '../../history/index.ts';

/** Takes the watch over a reports folder; refuses with the holder's pid while another instance lives. */
export function takeLock(reports: string, now: Date): ProcessLock {
  return takeProcessLock(loopLockFile(reports), now, {
    held: ({ pid, since }) => `another vigil monitor watches here: process ${pid}, since ${since}`,
    hint: ({ pid }) => `end it first (kill ${pid}), or give this one another folder with --reports`,
    starting: 'another vigil monitor is just starting here',
  });
}
