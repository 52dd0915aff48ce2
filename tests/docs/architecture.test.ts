import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { codeBlocks, readDocument, root, tableRows } from './markdown.ts';

const text = readDocument('docs/architecture.md');
const names = (title: string) =>
  tableRows(text, title).map(([name = '']) => /`([^`]+)`/.exec(name)?.[1] ?? name);

test('the dependency table holds every runtime dependency and nothing else, each with a reason', () => {
  expect(names('Dependencies').sort()).toEqual(Object.keys(manifest.dependencies).sort());
  for (const row of tableRows(text, 'Dependencies')) expect.soft(row).toHaveLength(3);
});

const source = path.join(root, 'src');
const modules = readdirSync(source, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

test('every module of src/ has its line, and every line its module', () => {
  const lines = names('Modules').filter((name) => !name.endsWith('/'));
  expect(lines.toSorted()).toEqual(modules.toSorted());
});

/** The modules from which one imports; `outside` for anything beyond src/. */
function importsOf(module: string): Set<string> {
  const files = readdirSync(path.join(source, module), { recursive: true, encoding: 'utf8' });
  const targets = files
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const here = `src/${module}/${file}`;
      const specifiers = [...readDocument(here).matchAll(/from '(\.[^']+)'/g)].map(([, to = '']) => to);
      return specifiers.map((to) => path.posix.join(path.posix.dirname(here), to).split('/'));
    })
    .filter(([top, name]) => top !== 'src' || (name !== module && !name?.endsWith('.ts')));
  return new Set(targets.map(([top, name = '']) => (top === 'src' ? name : `outside: ${top}/${name}`)));
}

test.each(modules)('%s imports only modules that stand before it in the table', (module) => {
  const order = names('Modules');
  const upstream = order.slice(0, order.indexOf(module));
  expect(upstream).toEqual(expect.arrayContaining([...importsOf(module)]));
});

test('every arrow of the picture joins two named boxes', () => {
  const [picture = ''] = codeBlocks(text, 'mermaid');
  const boxes = new Set([...picture.matchAll(/\b(\w+)[[({/]+"/g)].map(([, box]) => box));
  const box = String.raw`(?:[[({/]+"[^"]*"[\])}/]+)?`;
  const arrow = new RegExp(String.raw`^ +(\w+)${box} -->(?:\|[^|]*\|)? (\w+)${box}$`, 'gm');
  const arrows = [...picture.matchAll(arrow)];
  expect(arrows).toHaveLength(picture.trim().split('\n').length - 1);
  for (const [, from, to] of arrows) expect.soft([...boxes]).toEqual(expect.arrayContaining([from, to]));
});
