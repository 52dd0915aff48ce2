import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { programs } from './support/programs.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const textOf = (file: string) => readFileSync(path.join(root, file), 'utf8');

const names = programs.join('|');
const starts = new RegExp(
  String.raw`\b(?:spawn|spawnSync|spawnServer|execFile|execFileSync|execa|run|said|startProgram|requireProgram)\(\s*'(${names}|mount)'`,
  'g',
);

/** What a file starts, with all that it imports of tests/. */
function startedBy(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return new Set();
  seen.add(file);
  const text = textOf(file);
  const here = [...text.matchAll(starts)].map(([, name = '']) => (name === 'mount' ? 'root' : name));
  const imported = [...text.matchAll(/^(?:import|\} from) ?.*'(\.[^']+\.ts)';$/gm)]
    .map(([, to = '']) => path.posix.join(path.posix.dirname(file), to))
    .filter((to) => to.startsWith('tests/'));
  return new Set([...here, ...imported.flatMap((to) => [...startedBy(to, seen)])]);
}

test('a test that starts a program names it, so that it is skipped where the program is missing', () => {
  const forgotten = globSync('tests/**/*.test.ts', { cwd: root }).flatMap((file) => {
    const text = textOf(file);
    const tags = [...text.matchAll(/@module-tag (\S+)/g), ...text.matchAll(/tags: \[([^\]]+)\]/g)].join(' ');
    return [...startedBy(file)]
      .filter((name) => !new RegExp(String.raw`(?<![\w-])${name}(?![\w-])`).test(tags))
      .map((name) => `${file} starts ${name}`);
  });
  expect(forgotten).toEqual([]);
});
