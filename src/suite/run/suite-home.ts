import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { userHome } from '../../core/index.ts';

/** Whether a folder can be written, or made where it isn't there yet. */
export function canBeWritten(folder: string): boolean {
  if (!existsSync(folder) && folder !== path.dirname(folder)) return canBeWritten(path.dirname(folder));
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whether programs can keep their data there, as Vitest must. A service without a home has `/`, or one that isn't there. */
function isHome(folder: string | undefined): boolean {
  return (
    folder !== undefined &&
    folder !== '/' &&
    existsSync(folder) &&
    canBeWritten(path.join(folder, '.local/share/vitest'))
  );
}

/** The variables of a suite's home: ours, if it can be written; else the folder that is given for it, which is made. */
export function homeVariables(folder: string | undefined): Record<string, string> {
  if (folder === undefined || isHome(userHome())) return {};
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch {
    return {}; // the suite says what it misses
  }
  return {
    HOME: folder,
  };
}
