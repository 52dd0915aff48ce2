import { folders } from './folders.ts';

const folder = process.env.MUTATED ?? '';
if (!Object.hasOwn(folders, folder)) throw new Error(`MUTATED is one of ${Object.keys(folders).join(', ')}`);

/** Mutates the folder of src that MUTATED names, in a copy below dist/. */
export default {
  mutate: folders[folder].mutate.map((name) => `src/${folder}/${name}.ts`),
  testRunner: 'vitest',
  vitest: { configFile: 'tools/mutation/vitest.config.ts', related: false },
  plugins: ['@stryker-mutator/vitest-runner', './tools/mutation/prose.ts'],
  ignorers: ['prose'],
  coverageAnalysis: 'perTest',
  concurrency: 2,
  timeoutFactor: 3,
  timeoutMS: 10_000,
  // Stryker reads a tsconfig with an API that TypeScript 7 has no more; a file that is not there it leaves alone.
  tsconfigFile: 'none.json',
  tempDirName: 'dist/mutation',
  ignorePatterns: ['dist', 'reports'],
  reporters: ['clear-text', 'progress-append-only'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { high: 95, low: 85, break: 85 },
};
