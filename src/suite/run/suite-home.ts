import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

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

/** The home of whoever runs us; `undefined` for a user that nobody knows. */
function ownHome(env: NodeJS.ProcessEnv): string | undefined {
  try {
    return env.HOME || homedir();
  } catch {
    return undefined;
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
export function homeVariables(
  folder: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  if (folder === undefined || isHome(ownHome(env))) return {};
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch {
    return {}; // the suite says what it misses
  }
  return {
    HOME: folder,
  };
}
