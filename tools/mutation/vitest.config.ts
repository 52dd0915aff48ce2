import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { folders } from './folders.ts';
import { pastTheIndex } from './past-the-index.ts';

const folder = process.env.MUTATED ?? '';

/** The tests that must notice the mutants of the folder that MUTATED names. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  plugins: [pastTheIndex],
  test: { include: folders[folder]?.tests.map((name) => `tests/${folder}/${name}.test.ts`) ?? [] },
});
