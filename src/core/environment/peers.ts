import { createRequire } from 'node:module';
import path from 'node:path';

/** The file of a package that is the user's to install: seen from his folder, else from here. undefined where it is not. */
export function findPeer(name: string, folder: string): string | undefined {
  for (const place of [path.join(folder, 'package.json'), import.meta.url]) {
    try {
      return createRequire(place).resolve(name);
    } catch (thrown) {
      if ((thrown as { code?: string }).code !== 'MODULE_NOT_FOUND') throw thrown;
    }
  }
  return undefined;
}
