import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Plugin } from 'vitest/config';

const named = (keyword: 'import' | 'export') =>
  new RegExp(`^${keyword} \\{([^}]*)\\} from '(\\.[^']*)';`, 'gm');

/** Values among what stands between braces: each by its name there and its name here. */
const valuesOf = (list: string) =>
  list
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '' && !item.startsWith('type '))
    .map((item) => item.split(' as '))
    .map(([there = '', here = there]) => ({ there, here }));

/** The file that a name of an index comes from, and what it is called there. */
function origin(file: string, name: string): { file: string; name: string } {
  if (!file.endsWith('/index.ts')) return { file, name };
  for (const [, list = '', from = ''] of readFileSync(file, 'utf8').matchAll(named('export'))) {
    const found = valuesOf(list).find(({ here }) => here === name);
    if (found) return origin(resolve(dirname(file), from), found.there);
  }
  return { file, name };
}

/** Imports from the file itself what an index passes on: a test of one file then loads a few others, not all of them. */
export const pastTheIndex: Plugin = {
  name: 'past-the-index',
  enforce: 'pre',
  transform: (code, id) =>
    id.endsWith('.ts') && !id.includes('/node_modules/')
      ? code.replace(named('import'), (whole, list: string, from: string) =>
          from.endsWith('/index.ts')
            ? valuesOf(list)
                .map(({ there, here }) => ({ here, ...origin(resolve(dirname(id), from), there) }))
                .map(({ here, file, name }) => `import { ${name} as ${here} } from '${file}';`)
                .join(' ')
            : whole,
        )
      : undefined,
};
