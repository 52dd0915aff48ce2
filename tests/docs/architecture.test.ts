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

test('every wing of src/ has its line, and every line its wing', () => {
  const lines = names('Modules').filter((name) => !name.endsWith('/'));
  expect(lines.toSorted()).toEqual(modules.toSorted());
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
