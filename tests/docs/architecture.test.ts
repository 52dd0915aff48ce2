import { existsSync, globSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { codeBlocks, readDocument, root, tableRows } from './markdown.ts';

const text = readDocument('docs/architecture.md');
const names = (title: string) =>
  tableRows(text, title).map(([name = '']) => /`([^`]+)`/.exec(name)?.[1] ?? name);

/** The packages that what is shipped imports, the page's browser included. */
function imported(): string[] {
  const files = globSync('{src,scripts,health-tests,fixtures/genesis,fixtures/range}/**/*.ts', { cwd: root });
  const found = files.flatMap((file) => {
    const imports = readDocument(file).matchAll(/(?:from|import\() ?'((?:@[\w-]+\/)?[\w-]+)(?=['/])/g);
    return [...imports].map(([, name = '']) => name);
  });
  const given = Object.keys(manifest.peerDependencies);
  return [...new Set(found)].filter((name) => !given.includes(name));
}

test('the dependency table holds every runtime dependency and nothing else, each with a reason', () => {
  expect(names('Dependencies').sort()).toEqual(imported().sort());
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

test('the picture shows every wing of src/', () => {
  const [picture = ''] = codeBlocks(text, 'mermaid');
  const boxes = [...picture.matchAll(/\b(\w+)[[({]+"\1:/g)].map(([, box]) => box);
  expect([...boxes, 'api'].toSorted()).toEqual(modules.toSorted());
});

test('every file that is named exists', () => {
  const named = [...text.matchAll(/`([\w./-]+\/[\w.-]+\.\w+)`/g)].map(([, file = '']) => file);
  expect(named.length).toBeGreaterThan(20);
  // The table of what is ours leaves out src/.
  for (const file of named.filter((one) => !one.startsWith('dist/')))
    expect.soft(existsSync(path.join(root, file)) || existsSync(path.join(source, file)), file).toBe(true);
});

test('the walk from a report to a notification is short, and names one file of src/ a step', () => {
  const section = text.split(/^## /m).find((part) => part.startsWith('From a JUnit report')) ?? '';
  expect(section.trimEnd().split('\n').length).toBeLessThanOrEqual(60);
  const steps = section.split('\n').filter((line) => /^\d+\. /.test(line));
  expect(steps.length).toBeGreaterThan(10);
  for (const step of steps) expect.soft(step.match(/`src\/[\w/-]+\.ts`/g)).toHaveLength(1);
});
