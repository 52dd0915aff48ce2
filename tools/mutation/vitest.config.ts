import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { tags } from '../../tests/support/needs.ts';
import { folders } from './folders.ts';
import { pastTheIndex } from './past-the-index.ts';

const mutated = folders[process.env.MUTATED ?? ''];

/** The tests that must notice the mutants of the folder that MUTATED names. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  plugins: [pastTheIndex],
  test: { tags, include: mutated?.tests.map((file) => `tests/${mutated.folder}/${file}.test.ts`) ?? [] },
});
