import { isOwnerAlive, pidOf } from '../../history/index.ts';
import { endTree } from '../../suite/index.ts';
import type { Journal } from './runs/journal.ts';
import { markedProcesses } from './step-mark.ts';

/**
 * Ends what the commands of unfinished steps left running when their process was killed, before anything is done again:
 * also a command that was started an instant before the kill, whose process id was not written any more.
 */
export function endOrphans(journal: Journal, run: string): void {
  for (const { id, endedMs, process } of journal.steps(run).values()) {
    if (endedMs !== undefined) continue;
    if (process !== undefined && isOwnerAlive(process)) endTree(pidOf(process));
    for (const pid of markedProcesses(run, id)) endTree(pid);
  }
}
