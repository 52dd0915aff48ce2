import { readdirSync, readFileSync } from 'node:fs';
import { isOwnerAlive, pidOf } from '../../history/index.ts';
import { endTree } from '../../suite/index.ts';
import type { Journal } from './runs/journal.ts';

/** The variable by which a step's processes are known, whatever became of the process that started them. */
const variable = 'VIGIL_ROLLBACK_STEP';

/** Marks a step's commands, and all that they start. */
export const stepMark = (run: string, step: string): Record<string, string> => ({
  [variable]: `${run}/${step}`,
});

/** Every process that carries a mark, where the system tells (/proc). */
function marked(run: string, step: string): number[] {
  const mark = `${variable}=${run}/${step}`;
  let names: string[];
  try {
    names = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
  return names.map(Number).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(mark);
    } catch {
      return false; // gone, or another user's
    }
  });
}

/**
 * Ends what the commands of unfinished steps left running when their process was killed, before anything is done again:
 * also a command that was started an instant before the kill, whose process id was not written any more.
 */
export function endOrphans(journal: Journal, run: string): void {
  for (const { id, endedMs, process } of journal.steps(run).values()) {
    if (endedMs !== undefined) continue;
    if (process !== undefined && isOwnerAlive(process)) endTree(pidOf(process));
    for (const pid of marked(run, id)) endTree(pid);
  }
}
