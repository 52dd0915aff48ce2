import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { catalogue } from '../../../health-tests/catalogue.ts';
import { renderedDocuments, renderedStack } from '../../../src/setup/render/rendered-documents.ts';
import { readDocument, root } from '../../docs/markdown.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'vigil-render-'));
  for (const part of ['docs', 'monitoring', 'schemas'])
    cpSync(path.join(root, part), path.join(folder, part), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** `vigil render` on a copy of the documents. */
function render(...args: string[]) {
  const command = [path.join(root, 'bin/vigil.js'), 'render', '--root', folder, ...args];
  return execa(process.execPath, command, { cwd: folder, reject: false });
}

const rendered = [...renderedDocuments(catalogue), ...(await renderedStack())];
const currentFiles = (...others: string[]) =>
  rendered.map(({ path: file }) => file).filter((file) => !others.includes(file));

test.each(rendered)(
  '$path is what the catalogue, the thresholds and the rules say',
  ({ path: file, text }) => {
    expect(readDocument(file), `${file} is stale; run: npm run render`).toBe(text);
  },
);

describe('vigil render --check', () => {
  test('passes while the documents are current, and writes nothing', async () => {
    const before = readFileSync(path.join(folder, 'docs/checks.md'), 'utf8');
    const { exitCode, stderr } = await render('--check');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(readFileSync(path.join(folder, 'docs/checks.md'), 'utf8')).toBe(before);
  });

  test.each(['docs/checks.md', 'docs/thresholds.md', 'monitoring/alerts.yml'])(
    'fails and names %s when it was altered',
    async (file) => {
      const altered = readDocument(file).replace('200 ms', '250 ms');
      expect(altered).not.toBe(readDocument(file));
      writeFileSync(path.join(folder, file), altered);
      const { exitCode, stderr } = await render('--check');
      expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: `${file} is stale; run: npm run render` });
      expect(readFileSync(path.join(folder, file), 'utf8')).toBe(altered);
    },
  );

  test('fails and names a document that is missing', async () => {
    rmSync(path.join(folder, 'docs/thresholds.md'));
    const { exitCode, stderr } = await render('--check');
    expect(exitCode).toBe(1);
    expect(stderr).toBe('docs/thresholds.md is missing; run: npm run render');
  });

  test('says the same to machines', async () => {
    writeFileSync(path.join(folder, 'docs/checks.md'), '# Checks\n');
    const { exitCode, stdout } = await render('--check', '--json');
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      version: 1,
      files: [
        { path: 'docs/checks.md', state: 'stale' },
        ...currentFiles('docs/checks.md').map((file) => ({ path: file, state: 'current' })),
      ],
    });
  });
});

test('vigil render writes what is stale or missing and leaves the rest', async () => {
  writeFileSync(path.join(folder, 'docs/checks.md'), '# Checks\n');
  const { exitCode, stdout } = await render();
  expect(exitCode).toBe(0);
  const current = currentFiles('docs/checks.md').map((file) => `current  ${file}`);
  expect(stdout).toBe(['written  docs/checks.md', ...current].join('\n'));
  expect((await render('--check')).exitCode).toBe(0);
});
