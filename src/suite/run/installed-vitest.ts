import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** A file of the Vitest that belongs to the suite in `root`, whichever package manager put it there. */
export function installedVitestFile(root: string, file: string): string {
  const require = createRequire(pathToFileURL(path.join(root, 'package.json')));
  return path.join(path.dirname(require.resolve('vitest/package.json')), file);
}
