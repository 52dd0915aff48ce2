import './bin/require-node.js';
import { defineConfig } from 'vitest/config';

/**
 * The monitor: nothing but the 36 checks. One worker, files in order, so that a probe that measures
 * is never disturbed by another; no retries, because a check that passes on the second try is a lie.
 */
export default defineConfig({
  test: {
    name: 'health-tests',
    include: ['health-tests/*.test.ts'],
    globalSetup: ['health-tests/global-setup.ts'],
    setupFiles: ['health-tests/matchers.ts'],
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
