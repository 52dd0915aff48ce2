import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { validateConfig } from '../../../src/core/config/validate.ts';
import { monitoringFiles } from '../../../src/setup/render/monitoring/monitoring-files.ts';
import { settingsOf } from '../../../src/setup/render/monitoring/settings.ts';
import { repositoryDocuments } from '../../../tools/repository-documents.ts';
import { readDocument, root } from '../../docs/markdown.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'vigil-render-'));
  for (const part of ['docs', 'monitoring', 'schemas'])
    cpSync(path.join(root, part), path.join(folder, part), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (...command: string[]) =>
  execa(process.execPath, [...command, '--root', folder], { cwd: folder, reject: false });

/** `vigil render` on a copy of the documents. */
const render = (...args: string[]) => run(path.join(root, 'bin/vigil.js'), 'render', ...args);

/** What `npm run render` does beside it. */
const renderHere = (...args: string[]) => run(path.join(root, 'tools/repository-documents.ts'), ...args);

const monitoring = (await monitoringFiles(settingsOf(validateConfig({}, 'defaults')))).map(
  ({ path: file, text }) => ({ path: `monitoring/${file}`, text }),
);
const currentFiles = (...others: string[]) =>
  monitoring.map(({ path: file }) => file).filter((file) => !others.includes(file));

test.each([...repositoryDocuments(), ...monitoring])(
  '$path is what the catalogue, the thresholds and the rules say',
  ({ path: file, text }) => {
    expect(readDocument(file), `${file} is stale; run: npm run render`).toBe(text);
  },
);

describe.each([
  {
    by: 'vigil render --check',
    render,
    files: ['monitoring/alerts.yml', 'monitoring/grafana/dashboards/genesis-48h.json'],
  },
  { by: 'npm run render', render: renderHere, files: ['docs/checks.md', 'docs/thresholds.md'] },
])('$by', ({ render, files }) => {
  test('passes while the documents are current, and writes nothing', async () => {
    const { exitCode, stderr } = await render('--check');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    for (const file of files) expect(readFileSync(path.join(folder, file), 'utf8')).toBe(readDocument(file));
  });

  test.each(files)('fails and names %s when it was altered', async (file) => {
    const altered = `${readDocument(file)}\n`;
    writeFileSync(path.join(folder, file), altered);
    const { exitCode, stderr } = await render('--check');
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: `${file} is stale; run: npm run render` });
    expect(readFileSync(path.join(folder, file), 'utf8')).toBe(altered);
  });

  test.each(files)('fails and names %s when it is missing, and writes it', async (file) => {
    rmSync(path.join(folder, file));
    const { exitCode, stderr } = await render('--check');
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: `${file} is missing; run: npm run render` });
    expect((await render()).exitCode).toBe(0);
    expect(readFileSync(path.join(folder, file), 'utf8')).toBe(readDocument(file));
  });
});

test('vigil render --check says the same to machines', async () => {
  writeFileSync(path.join(folder, 'monitoring/alerts.yml'), 'groups: []\n');
  const { exitCode, stdout } = await render('--check', '--json');
  expect(exitCode).toBe(1);
  const files = JSON.parse(stdout).files as { path: string; state: string }[];
  expect(files).toEqual(
    monitoring.map(({ path: file }) => ({
      path: file,
      state: file === 'monitoring/alerts.yml' ? 'stale' : 'current',
    })),
  );
});

test('vigil render writes what is stale or missing and leaves the rest', async () => {
  writeFileSync(path.join(folder, 'monitoring/alerts.yml'), 'groups: []\n');
  const { exitCode, stdout } = await render();
  expect(exitCode).toBe(0);
  expect(stdout.split('\n').toSorted()).toEqual(
    [
      'written  monitoring/alerts.yml',
      ...currentFiles('monitoring/alerts.yml').map((file) => `current  ${file}`),
    ].toSorted(),
  );
  expect((await render('--check')).exitCode).toBe(0);
});
