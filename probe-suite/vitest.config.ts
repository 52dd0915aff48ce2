import '../bin/require-node.js';
import path from 'node:path';
import { defineConfig } from 'vitest/config';

/** `.ts` in the repository, `.js` in the package. */
const extension = path.extname(import.meta.url);

/** The suite that the probes of a configuration are: a check for each, a few at a time. */
export default defineConfig({
  test: {
    name: 'probes',
    root: import.meta.dirname,
    include: [`probes.test${extension}`],
    exclude: [],
    fsModuleCache: extension === '.ts', // an installed package is not written to
    pool: 'forks',
    isolate: false,
    maxWorkers: 1,
    maxConcurrency: 5,
    retry: 0,
    allowOnly: false,
    testTimeout: 90_000,
    passWithNoTests: false,
  },
});
