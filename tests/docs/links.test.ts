import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { anchors, documents, localLinks, readDocument, root } from './markdown.ts';

/** What is wrong with a link from one document, or `undefined`. */
function faultOf(from: string, link: string): string | undefined {
  const [file = '', anchor] = link.split('#');
  const to = file === '' ? from : path.join(path.dirname(from), file);
  if (!existsSync(path.join(root, to))) return `${link}: there is no ${to}`;
  if (anchor !== undefined && !anchors(readDocument(to)).has(anchor)) return `${link}: no such heading`;
  return undefined;
}

test.each(documents)('every link of %s inside the repository leads somewhere', (file) => {
  const faults = localLinks(readDocument(file)).flatMap((link) => faultOf(file, link) ?? []);
  expect(faults).toEqual([]);
});

test('every document is reached from the README in two steps', () => {
  const linked = (file: string) =>
    localLinks(readDocument(file)).map((link) => path.join(path.dirname(file), link.split('#')[0] ?? ''));
  const isDocument = (file: string) => (documents as readonly string[]).includes(file);
  const first = linked('README.md').filter(isDocument);
  const reached = new Set(['README.md', ...first, ...first.flatMap(linked)]);
  expect(documents.filter((file) => !reached.has(file))).toEqual([]);
});

test('a link to a missing file or heading is noticed', () => {
  expect(faultOf('docs/checks.md', 'nowhere.md')).toBe('nowhere.md: there is no docs/nowhere.md');
  expect(faultOf('docs/checks.md', 'thresholds.md#nothing')).toBe('thresholds.md#nothing: no such heading');
  expect(faultOf('docs/checks.md', 'thresholds.md')).toBeUndefined();
});
