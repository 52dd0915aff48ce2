import './bin/require-node.js';
import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { healthTests } from './src/api/define.ts';

/** `.ts` in the repository, `.js` in the package. */
const extension = path.extname(import.meta.url);

const onDemand = new URL(`health-tests/support/on-demand${extension}`, import.meta.url);
const { reportOnDemand } = (await import(
  onDemand.href
)) as typeof import('./health-tests/support/on-demand.ts');

/** The monitor: nothing but the 36 checks, under the settings of every suite of checks. */
export default defineConfig(
  healthTests({
    root: import.meta.dirname,
    include: [`health-tests/*.test${extension}`],
    exclude: [],
    globalSetup: [`health-tests/global-setup${extension}`],
    setupFiles: [`src/suite/checks/matchers${extension}`],
    // Below node_modules Vitest leaves files to Node, and could then not say which checks they hold.
    fsModuleCache: extension === '.ts', // an installed package is not written to
    server: { deps: { inline: [/\/health-tests\/[^/]+\.test\.[jt]s$/] } },
    testTimeout: 20_000,
    hookTimeout: 20_000,
    teardownTimeout: 5_000,
    reporters: ['default', 'junit'],
    outputFile: { junit: await reportOnDemand(import.meta.dirname) },
    sequence: { sequencer: (await import('./health-tests/sequencer.ts')).GroupSequencer },
  }),
);
