import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { openHistory } from '../../src/history/open-history.ts';
import { backFill } from '../history/back-fill.ts';
import { cycle, minute } from '../history/cycle.ts';
import { emptyFolder, vigil } from './vigil.ts';

const stack = /\n\s+at /;
const report = (folder: string, ...more: string[]) =>
  vigil(['report', '--reports', folder, ...more], { cwd: folder });
const fileOf = (folder: string, format: string) => path.join(folder, `48hour_report.${format}`);

function withHistory(fill: (history: ReturnType<typeof openHistory>) => void): string {
  const folder = emptyFolder();
  const history = openHistory({ file: path.join(folder, 'vigil.sqlite') });
  fill(history);
  history.close();
  return folder;
}

describe('nothing to report on', () => {
  test('without a history it exits 64 and says how one comes to be', async () => {
    const folder = emptyFolder();
    const { code, stderr } = await report(folder);
    expect(code).toBe(64);
    expect(stderr).toMatch(/no loop [\s\S]*vigil\.sqlite[\s\S]*monitor --loop/);
    expect(stderr).not.toMatch(stack);
    expect(existsSync(fileOf(folder, 'md'))).toBe(false);
  });

  test('single cycles are no watch: 64, as without a history', async () => {
    const folder = withHistory((history) => history.recordCycle(cycle(Date.now(), { slotMs: undefined })));
    const { code, stderr } = await report(folder);
    expect([code, stderr]).toEqual([64, expect.stringContaining('no loop has watched here yet')]);
  });

  test('the database of another program is a wrong folder: 64, and left untouched', async () => {
    const folder = emptyFolder();
    const file = path.join(folder, 'vigil.sqlite');
    const db = new DatabaseSync(file);
    db.exec('CREATE TABLE mail (x)');
    db.close();
    const before = readFileSync(file);
    const { code, stderr } = await report(folder);
    expect(code).toBe(64);
    expect(stderr).toMatch(/database of another program/);
    expect(readFileSync(file)).toEqual(before);
  });

  test.each(['report', 'replay'])(
    '%s: damaged evidence proves nothing: 2, with the reason',
    async (command) => {
      const folder = withHistory((history) => backFill(history, 60, Date.now() - 60 * minute, minute));
      const file = path.join(folder, 'vigil.sqlite');
      const bytes = readFileSync(file);
      // The header stays, so that it opens; the pages are noise.
      bytes.fill(0xa5, 4096, bytes.length - 4096);
      rmSync(`${file}-wal`, { force: true });
      rmSync(`${file}-shm`, { force: true });
      writeFileSync(file, bytes);
      const { code, stderr, stdout } = await vigil([command, '--reports', folder], { cwd: folder });
      expect(stderr).toMatch(/^Inconclusive: .*\nthe evidence history is damaged/);
      expect(stderr).not.toMatch(stack);
      expect([code, stdout]).toEqual([2, '']);
      expect(existsSync(fileOf(folder, 'md'))).toBe(false);
    },
  );

  test('an empty history is inconclusive, and the report says why', async () => {
    const folder = withHistory(() => {});
    const { code, stdout } = await report(folder, '--format', 'md,html,json');
    expect(code).toBe(2);
    expect(stdout).toMatch(/^INCONCLUSIVE {2}No incident; not proven ready for more traffic\.\n.*no cycle/);
    for (const format of ['md', 'html']) {
      const text = readFileSync(fileOf(folder, format), 'utf8');
      expect(text).toMatch(/\? INCONCLUSIVE/);
      expect(text).not.toMatch(/✓|\bPASS\b/);
    }
    const { objectives } = JSON.parse(readFileSync(fileOf(folder, 'json'), 'utf8')) as {
      objectives: { state: string }[];
    };
    expect(new Set(objectives.map(({ state }) => state))).toEqual(new Set(['unknown']));
  });
});

test('a watch that is over is reported from its end, whenever that was', async () => {
  const startMs = Date.UTC(2026, 0, 5);
  const folder = withHistory((history) => {
    backFill(history, 144, startMs, 20 * minute);
    history.endGrid(startMs + 48 * 60 * minute);
  });
  const { code, stdout, stderr } = await report(folder, '--json');
  const document = JSON.parse(stdout) as Record<string, never>;
  expect(document).toMatchObject({
    version: 1,
    fromMs: startMs,
    toMs: startMs + 48 * 60 * minute,
    target: 'http://target',
    watched: { due: { value: 144 }, observed: { value: 144 }, planned: { value: 1 } },
    conclusion: { verdict: 'fail' },
  });
  expect([code, stderr]).toEqual([1, '']);
  expect(existsSync(fileOf(folder, 'md'))).toBe(true);
  const again = await report(folder, '--since', '6h', '--format', 'json');
  expect(again.stdout).toMatch(/Written: 48hour_report\.json\n$/);
  expect(JSON.parse(readFileSync(fileOf(folder, 'json'), 'utf8'))).toMatchObject({
    fromMs: startMs + 42 * 60 * minute,
    watched: { due: { value: 18 } },
  });
});

test('a watch that died is reported until now: its silence belongs to it', async () => {
  const folder = withHistory((history) => backFill(history, 100, Date.now() - 47 * 60 * minute, 5 * minute));
  const { code, stdout } = await report(folder, '--json');
  const { watched, conclusion } = JSON.parse(stdout) as {
    watched: { missed: { value: number }; gaps: { reason: string }[] };
    conclusion: { doubts: string[] };
  };
  expect(watched.missed.value).toBeGreaterThan(450);
  expect(watched.gaps.at(-1)?.reason).toBe('not running');
  expect(conclusion.doubts.join('\n')).toMatch(/only 100 of 56\d due slots were observed/);
  expect(code).toBe(1);
});

test.concurrent.for<[string[], RegExp]>([
  [['--since', 'yesterday'], /invalid --since "yesterday": expected a duration/],
  [['--since', '2999-01-01T00:00:00Z'], /invalid --since "2999-01-01T00:00:00Z": .*in the past/],
  [['--format', 'pdf'], /invalid --format "pdf": expected md, html, json/],
])('%j exits 64 with one clear text', async ([more, says], { expect }) => {
  const folder = emptyFolder();
  mkdirSync(path.join(folder, 'reports'));
  const { code, stderr, stdout } = await vigil(['report', ...more], { cwd: folder });
  expect([code, stdout]).toEqual([64, '']);
  expect(stderr).toMatch(says);
  expect(stderr).not.toMatch(stack);
});
