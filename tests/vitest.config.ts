import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './longest-first.ts';
import { EndOfRun } from './support/end-of-run.ts';
import { tags } from './support/needs.ts';

const folders = [
  'alerts/engine',
  'alerts/rules',
  'alerts/signals',
  'clients',
  'core/catalogue',
  'core/labels',
  'core/statistics',
  'core/text',
  'core/thresholds',
  'core/units',
  'health-tests',
  'monitor/metrics',
  'suite/junit',
  'suite/outcomes',
  'views/replay',
  'views/report',
  'views/summary',
];
/** What changes nothing of its process may share one with others; two files in these folders run whole suites. */
const sharing = `tests/{${folders.join()}}/**/!(small-target|bare-suites).test.ts`;

/** The tests of Vigil itself; the root configuration holds nothing but the monitor's checks. */
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // More than the two cores of a usual CI machine: half of the time is spent waiting for programs.
    maxWorkers: 4,
    setupFiles: ['tests/property-seed.ts'],
    sequence: { sequencer: LongestFirst },
    tags,
    reporters: ['default', new EndOfRun()],
    // What the tests start is compiled once.
    env: { NODE_COMPILE_CACHE: path.join(tmpdir(), 'vigil-tests-compile-cache') },
    projects: [
      {
        extends: true,
        test: { name: 'alone', include: ['tests/**/*.test.ts'], exclude: [sharing] },
      },
      { extends: true, test: { name: 'together', include: [sharing], isolate: false } },
    ],
  },
});
