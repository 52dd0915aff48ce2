import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** The tests of Vigil itself; the root configuration holds nothing but the monitor's checks. */
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['tests/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
