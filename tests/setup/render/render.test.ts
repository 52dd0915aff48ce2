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
import { vigilHere } from '../../support/vigil-here.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'vigil-render-'));
  for (const part of ['docs', 'monitoring', 'schemas'])
    cpSync(path.join(root, part), path.join(folder, part), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Rendered {
  code: number | null | undefined;
  stdout: string;
  stderr: string;
}

/** `vigil render` on a copy of the documents. */
const render = (...args: string[]): Promise<Rendered> =>
  vigilHere(['render', ...args, '--root', folder], folder);

/** What `npm run render` does beside it. */
const renderRepository = async (...args: string[]): Promise<Rendered> => {
  const command = [path.join(root, 'tools/repository-documents.ts'), ...args, '--root', folder];
  const ended = await execa(process.execPath, command, {
    cwd: folder,
    reject: false,
    stripFinalNewline: false,
  });
  return { code: ended.exitCode, stdout: ended.stdout, stderr: ended.stderr };
};

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
  { by: 'npm run render', render: renderRepository, files: ['docs/checks.md', 'docs/thresholds.md'] },
])('$by', ({ render, files }) => {
  test('passes while the documents are current, and writes nothing', async () => {
    const { code, stderr } = await render('--check');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const file of files) expect(readFileSync(path.join(folder, file), 'utf8')).toBe(readDocument(file));
  });

  test.each(files)('fails and names %s when it was altered', async (file) => {
    const altered = `${readDocument(file)}\n`;
    writeFileSync(path.join(folder, file), altered);
    const { code, stderr } = await render('--check');
    expect({ code, stderr }).toEqual({ code: 1, stderr: `${file} is stale; run: npm run render\n` });
    expect(readFileSync(path.join(folder, file), 'utf8')).toBe(altered);
  });

  test.each(files)('fails and names %s when it is missing, and writes it', async (file) => {
    rmSync(path.join(folder, file));
    const { code, stderr } = await render('--check');
    expect({ code, stderr }).toEqual({ code: 1, stderr: `${file} is missing; run: npm run render\n` });
    expect((await render()).code).toBe(0);
    expect(readFileSync(path.join(folder, file), 'utf8')).toBe(readDocument(file));
  });
});

test('vigil render --check says the same to machines', async () => {
  writeFileSync(path.join(folder, 'monitoring/alerts.yml'), 'groups: []\n');
  const { code, stdout } = await render('--check', '--json');
  expect(code).toBe(1);
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
  const { code, stdout } = await render();
  expect(code).toBe(0);
  expect(stdout.trimEnd().split('\n').toSorted()).toEqual(
    [
      'written  monitoring/alerts.yml',
      ...currentFiles('monitoring/alerts.yml').map((file) => `current  ${file}`),
    ].toSorted(),
  );
  expect((await render('--check')).code).toBe(0);
});

test.each([
  [
    '15s',
    /rates over 3s, 18s need two scrapes, and one comes every 15s.*monitoring\.scrapeInterval to 1s500ms/,
  ],
  ['1500ms', /^$/],
])('a scrape every %s of a window of 3 s', async (scrapeInterval, said) => {
  const file = path.join(folder, 'vigil.config.json');
  writeFileSync(file, JSON.stringify({ monitoring: { timeScale: 0.01, scrapeInterval } }));
  const { code, stderr } = await render('--config', file);
  expect(code).toBe(0);
  expect(stderr).toMatch(said);
});
