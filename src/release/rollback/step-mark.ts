import { readdirSync, readFileSync } from 'node:fs';

/** The variable by which a step's processes are known, whatever became of the process that started them. */
const variable = 'VIGIL_ROLLBACK_STEP';

/** Marks a step's commands, and all that they start. */
export const stepMark = (run: string, step: string): Record<string, string> => ({
  [variable]: `${run}/${step}`,
});

/** Every process that carries a mark, where the system tells (/proc). */
export function markedProcesses(run: string, step: string): number[] {
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
