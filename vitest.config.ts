import './bin/require-node.js';
import path from 'node:path';
import { defineConfig } from 'vitest/config';

/** `.ts` in the repository, `.js` in the package. */
const extension = path.extname(import.meta.url);

/**
 * The monitor: nothing but the 36 checks. One worker, files in order, so that a probe that measures
 * is never disturbed by another; no retries, because a check that passes on the second try is a lie.
 */
export default defineConfig({
  test: {
    name: 'health-tests',
    root: import.meta.dirname,
    include: [`health-tests/*.test${extension}`],
    exclude: [],
    globalSetup: [`health-tests/global-setup${extension}`],
    setupFiles: [`health-tests/matchers${extension}`],
    // Below node_modules Vitest leaves files to Node, and could then not say which checks they hold.
    fsModuleCache: extension === '.ts', // an installed package is not written to
    server: { deps: { inline: [/\/health-tests\/[^/]+\.test\.[jt]s$/] } },
    pool: 'forks',
    isolate: false,
    fileParallelism: false,
    maxWorkers: 1,
    retry: 0,
    bail: 0,
    allowOnly: false,
    testTimeout: 20_000,
    hookTimeout: 20_000,
    teardownTimeout: 5_000,
    passWithNoTests: false,
    reporters: ['default', 'junit'],
    outputFile: { junit: 'reports/health_test_results.xml' },
    sequence: { sequencer: (await import('./health-tests/sequencer.ts')).GroupSequencer },
  },
});
