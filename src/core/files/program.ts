import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** The file that would be started for a command's first word in `cwd` with this PATH; `undefined` where there is none. */
export function programFile(name: string, cwd: string, searchPath: string): string | undefined {
  const places = name.includes('/')
    ? [path.resolve(cwd, name)]
    : searchPath
        .split(path.delimiter)
        .filter(Boolean)
        .map((folder) => path.resolve(cwd, folder, name));
  return places.find(isProgram);
}
