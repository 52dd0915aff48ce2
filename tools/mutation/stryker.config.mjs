import { folders } from './folders.ts';

const name = process.env.MUTATED ?? '';
if (!Object.hasOwn(folders, name)) throw new Error(`MUTATED is one of ${Object.keys(folders).join(', ')}`);
const { folder, mutate } = folders[name];

/** Mutates the folder of src that MUTATED names, in a copy below dist/. */
export default {
  mutate: mutate.map((file) => `src/${folder}/${file}.ts`),
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
