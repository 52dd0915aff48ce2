import { isOfThisPlace, type ProcessLock, takeProcessLock } from '../../core/index.ts';
import { loopLockFile } from '../../history/index.ts';

/** Takes the watch over a reports folder; refuses with the process that has it while another instance lives. */
export function takeLock(reports: string, now: Date, onWarning?: (text: string) => void): ProcessLock {
  return takeProcessLock(
    loopLockFile(reports),
    now,
    {
      held: (holder) => `another vigil monitor watches here: ${holder}`,
      hint(holder) {
        const end = isOfThisPlace(holder) && holder.pid ? ` (kill ${holder.pid})` : ' where it runs';
        return `end it first${end}, or give this one another folder with --reports`;
      },
    },
    onWarning,
  );
}
