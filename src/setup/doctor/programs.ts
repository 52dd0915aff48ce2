import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';
import { VigilError } from '../../core/index.ts';

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Where the program of a command is found, as it would be started in `cwd` with this PATH. @throws HARNESS */
export function findProgram(command: readonly string[], cwd: string, searchPath: string): string {
  const [name = ''] = command;
  const places = name.includes('/')
    ? [path.resolve(cwd, name)]
    : searchPath
        .split(path.delimiter)
        .filter(Boolean)
        .map((folder) => path.join(folder, name));
  const found = places.find(isProgram);
  if (found) return found;
  throw new VigilError('HARNESS', `there is no program ${name}`, {
    where: name.includes('/') ? cwd : 'PATH',
    hint: 'install it, or name it with its whole path',
  });
}
