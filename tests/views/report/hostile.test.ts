import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { marked } from 'marked';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultNaming } from '../../../src/alerts/signals/algebra/signal-naming.ts';
import { printable } from '../../../src/core/text/safe-text.ts';
import { thresholds } from '../../../src/core/thresholds/thresholds.ts';
import { openHistory } from '../../../src/history/open-history.ts';
import type { ReportDocument } from '../../../src/views/report/report-schema.ts';
import { writeReport } from '../../../src/views/report/write-report.ts';
import { cycle, minute, outcomes, start } from '../../history/cycle.ts';
import { quietly } from '../page/support/browser.ts';

const run = promisify(execFile);
const browser = ['--headless', ...quietly, '--hide-scrollbars'];

/** Every way out of a text that HTML, SVG, Markdown or SQL knows. */
const hostile = [
  `<img src=x onerror="document.title='owned'">`,
  '</text></svg><script>document.title="owned"</script>',
  `"><a href=javascript:alert(1)>x</a>'`,
  '| cell | cell |',
  '![p](http://evil.example/p.png) [l](javascript:alert(1)) <http://evil.example>',
  'https://evil.example www.evil.example @everyone',
  '``` ` **b** _i_ # h \\ ~~s~~ &lt; $x$',
  "'; DROP TABLE cycles; --",
  '\u001b[31mred\u001b[0m \u202egnp.exe\u202c \u0000 line\nbreak',
].join(' ');

const cycles = 60;
let folder: string;
let document: ReportDocument;
let [html, markdown] = ['', ''];

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'vigil-hostile-'));
  const endMs = start + cycles * 5 * minute;
  const history = openHistory({ file: path.join(folder, 'vigil.sqlite'), now: () => new Date(endMs) });
  history.beginGrid({ startMs: start, intervalMs: 5 * minute, endMs });
  for (let index = 0; index < cycles; index += 1) {
    const checks = outcomes(index % 10 === 3 ? [1] : []).map((check, at) => ({
      ...check,
      ...(at === 1 && { id: `X ${hostile}`, title: hostile, group: hostile, reason: hostile }),
    }));
    history.recordCycle(
      cycle(start + index * 5 * minute, { id: `${index}`, targetId: hostile, outcomes: checks }),
    );
  }
  const labels = { alertname: hostile, check: hostile, severity: 'critical', priority: 'P1' };
  history.recordTransition({
    timeMs: start + minute,
    alert: hostile,
    labels,
    from: 'inactive',
    to: 'firing',
  });
  history.recordDeployment({ timeMs: start, release: hostile, who: hostile, note: hostile });
  history.saveMaintenance({
    id: 'm',
    reason: hostile,
    fromMs: start,
    toMs: endMs,
    matchers: [],
    who: hostile,
  });
  history.recordDecision({
    id: 'd',
    timeMs: start + minute,
    from: 0,
    to: 25,
    verdict: 'fail',
    isTaken: true,
    askedBy: hostile,
    via: hostile,
    times: 1,
    lastMs: start,
    override: { by: hostile, reason: hostile },
    body: { conditions: [{ title: hostile, outcome: 'fail', detail: hostile }], next: hostile },
  });
  const made = await writeReport(history, {
    name: hostile,
    table: thresholds,
    naming: defaultNaming,
    nowMs: endMs,
    sentinelIntervalMs: 60 * minute,
    lengthMs: cycles * 5 * minute,
    folder,
    formats: ['html', 'md'],
  });
  history.close();
  document = made.document;
  [html, markdown] = made.files.map((file) => readFileSync(file, 'utf8')) as [string, string];
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the report is about the hostile target: its name is in the queries, and they run', () => {
  expect(document.target).toBe(hostile);
  expect(document.watched.cycles.value).toBe(cycles);
  expect(document.checks.checks).toHaveLength(36);
});

test('the pictures of the Markdown are files beside it, and no text of others is in their names', () => {
  const links = [...markdown.matchAll(/^!\[.*\]\((48hour_report\/\w+\.svg)\)$/gm)].map(
    ([, file]) => file ?? '',
  );
  expect(links).toEqual(expect.arrayContaining(['48hour_report/glance.svg', '48hour_report/strips.svg']));
  for (const link of links) {
    const svg = readFileSync(path.join(folder, link), 'utf8');
    expect.soft(svg).toMatch(/^<svg xmlns[^>]*><rect[^>]*fill="#fff"/);
    for (const [tag] of svg.matchAll(/<[^>]*>/g)) expect.soft(tag).not.toMatch(/^<script|\son\w+=/i);
  }
});

describe('in a real browser', { tags: ['chromium'] }, () => {
  test('no text of others is markup: no element, no attribute, no script of it', async () => {
    const url = `file://${path.join(folder, '48hour_report.html')}`;
    const profile = `--user-data-dir=${path.join(folder, 'profile')}`;
    const { stdout: dom } = await run('chromium', [...browser, profile, '--dump-dom', url], {
      maxBuffer: 64 * 2 ** 20,
    });
    expect(dom).toContain('&lt;img src=x onerror=');
    expect(dom).not.toMatch(/<(img|script|a href="(?!#Q))/i);
    // A tag's bracket is never text: in text it is written as an entity.
    for (const [tag] of dom.matchAll(/<[^>]*>/g)) expect(tag).not.toMatch(/\son\w+=|javascript:/i);
    // The title says the name and no more.
    expect(dom).toMatch(/<title>[^<]*: fail<\/title>|<title>[^<]*: inconclusive<\/title>/);
    expect(dom).not.toMatch(/<title>owned/);
    // Nothing ended a section or a picture before its time.
    expect(dom.match(/<h2>/g)).toHaveLength(14);
    expect(dom.match(/<svg/g)?.length).toBe(dom.match(/<\/svg>/g)?.length);
    expect(dom.match(/<figure>/g)?.length).toBe(dom.match(/<svg/g)?.length);
  });

  test('it prints on A4, in several pages', async () => {
    const pdf = path.join(folder, 'report.pdf');
    const url = `file://${path.join(folder, '48hour_report.html')}`;
    const profile = `--user-data-dir=${path.join(folder, 'profile')}`;
    await run('chromium', [...browser, profile, '--no-pdf-header-footer', `--print-to-pdf=${pdf}`, url]);
    const boxes = readFileSync(pdf, 'latin1').match(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g) ?? [];
    expect(boxes.length).toBeGreaterThan(3);
    for (const box of boxes) expect(box).toMatch(/\[0 0 59[45](\.\d+)? 84[12](\.\d+)?\]/);
  });
});

test('nothing is loaded from anywhere, and no script is allowed', () => {
  expect(html).toContain(
    `http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'`,
  );
  expect(html).not.toMatch(/\s(src|href)="(?!#)/);
  expect(html).not.toMatch(/url\((?!#)|@import/);
});

test('control characters and texts that run backwards are gone', () => {
  for (const text of [html, markdown]) expect(printable(text)).toBe(text);
});

test('as Markdown it has no element, link, picture, heading or emphasis of others', () => {
  const ownPicture = /<img src="48hour_report\/\w+\.svg" alt="[^"<>]*">/g;
  const rendered = marked.parse(markdown, { gfm: true, async: false }).replaceAll(ownPicture, '');
  expect(rendered).toContain('&lt;img src=x');
  expect(rendered).not.toMatch(/<(img|script|a|s|del|svg)\b/i);
  // Sections of ours only; emphasis only where we put it.
  expect(rendered.match(/<h[12]>/g)).toHaveLength(15);
  expect(rendered).not.toMatch(/<(em|strong)>(b|i)<\//);
  expect(rendered).not.toMatch(/@everyone/);
  // A bar is a bar, and ends no cell.
  expect(rendered).toMatch(/<td>[^<]*\| cell \| cell \|[^<]*<\/td>/);
  // Every row of a table has as many cells as its head.
  for (const [table] of rendered.matchAll(/<table>[\s\S]*?<\/table>/g)) {
    const columns = table.match(/<th>/g)?.length;
    for (const [row] of table.matchAll(/<tr>\s*<td>[\s\S]*?<\/tr>/g)) {
      expect(row.match(/<td>/g)).toHaveLength(columns ?? 0);
    }
  }
});
