import { globSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { folders } from '../../tools/mutation/folders.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

test.each(Object.entries(folders))('what is mutated for %s is there, and so are its tests', (_, mutated) => {
  const named = [
    ...mutated.mutate.map((file) => path.join('src', mutated.folder, `${file}.ts`)),
    ...mutated.tests.map((file) => path.join('tests', mutated.folder, `${file}.test.ts`)),
  ];
  expect(named.filter((pattern) => globSync(pattern, { cwd: root }).length === 0)).toEqual([]);
});
