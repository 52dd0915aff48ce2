import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { XMLParser } from 'fast-xml-parser';
import { parse as parseByJunit2json } from 'junit2json';
import { keysOf } from '../src/core/index.ts';
import { parseJUnit } from '../src/suite/index.ts';
import { ratioTable, sideBySide, table, taken } from './support/rounds.ts';

const cases = 10_000;
const suites = 100;
const sizes = [1000, 10_000, 100_000];

/** A report as Vitest writes it: every tenth case failed, every twentieth with properties. */
function report(cases: number): string {
  const perSuite = cases / suites;
  const oneCase = (suite: number, number: number) => {
    const name = `check ${suite}-${number} answers within its objective`;
    const open = `<testcase classname="suite-${suite}.test.ts" name="${name}" time="0.${number + 100}">`;
    if (number % 10 === 0)
      return `${open}<failure message="median 317 ms (must be &lt; 200 ms)" type="AssertionError">AssertionError: median 317 ms\n at suite-${suite}.test.ts:${number}:7</failure></testcase>`;
    if (number % 20 === 1)
      return `${open}<properties><property name="vigil" value="median 17 ms (must be &lt; 200 ms)"/></properties></testcase>`;
    return `${open}</testcase>`;
  };
  const oneSuite = (_: unknown, suite: number) =>
    `<testsuite name="suite-${suite}.test.ts" tests="${perSuite}" failures="${perSuite / 10}" errors="0" skipped="0" time="1.5">${Array.from({ length: perSuite }, (_case, number) => oneCase(suite, number)).join('\n')}</testsuite>`;
  return `<?xml version="1.0" encoding="UTF-8" ?>\n<testsuites name="vitest tests" tests="${cases}" failures="${cases / 10}" errors="0" time="150">\n${Array.from({ length: suites }, oneSuite).join('\n')}\n</testsuites>\n`;
}

const parsers = {
  'nothing (the file is read)': () => 0,
  'Vigil (parsed, judged, cross-checked)': (xml: Buffer) => parseJUnit(xml).cases,
  'fast-xml-parser (objects only)': (xml: Buffer) =>
    new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '' }).parse(xml),
  junit2json: (xml: Buffer) => parseByJunit2json(xml.toString('utf8')),
};
type Parser = keyof typeof parsers;

/** Reads a report once in a process of its own: the megabytes that it held at most. */
async function peakOf(parser: Parser, file: string): Promise<number> {
  const { stdout } = await execa(process.execPath, [fileURLToPath(import.meta.url), 'memory', parser, file]);
  return Number(stdout);
}

/** What the child of {@link peakOf} does. */
async function readOnce(parser: Parser, file: string): Promise<number> {
  const xml = readFileSync(file);
  const result = await parsers[parser](xml);
  if (result === undefined) throw new Error(`${parser} read nothing`);
  return process.resourceUsage().maxRSS / 1000;
}

/** Peak memory by size of the report; a table, and what the sizes of ours are to each other. */
async function memoryTable(folder: string): Promise<string> {
  const rows = new Map<Parser, string[]>();
  const ours: number[] = [];
  const heads: string[] = [];
  for (const size of sizes) {
    const file = path.join(folder, `${size}.xml`);
    writeFileSync(file, report(size));
    heads.push(`${size.toLocaleString('en')} cases, ${(statSync(file).size / 1e6).toFixed(1)} MB`, 'ratio');
    let bare = 0;
    let own = 0;
    for (const parser of keysOf(parsers)) {
      const peakMb = await peakOf(parser, file);
      if (bare === 0) bare = peakMb;
      else if (own === 0) {
        own = peakMb;
        ours.push(peakMb - bare);
      }
      const added = peakMb - bare;
      const more = added < 1 ? '< 1' : `+${added.toFixed(0)}`;
      const cell = added === 0 ? `${peakMb.toFixed(0)} MB` : `${more} MB`;
      // Of a megabyte or two it says nothing.
      const ratio = added === 0 || own - bare < 5 ? '–' : (added / (own - bare)).toFixed(2);
      rows.set(parser, [...(rows.get(parser) ?? []), cell, ratio]);
    }
  }
  const shown = [...rows].map(([parser, cells]) => [parser, ...cells]);
  const perCase = ((ours.at(-1) ?? 0) * 1000) / (sizes.at(-1) ?? 1);
  return `Peak of resident memory beside a process that only reads the file; one process for each.
Added by Vigil per case, by the largest: ${perCase.toFixed(2)} kB.

${table(['', ...heads], shown)}`;
}

const [mode, ...given] = process.argv.slice(2);
if (mode === 'memory') {
  const [parser = '', file = ''] = given;
  process.stdout.write(String(await readOnce(parser as Parser, file)));
  process.exit();
}

const xml = Buffer.from(report(cases));
const found = parseJUnit(xml).cases.length;
if (found !== cases) throw new Error(`${found} cases were read, not ${cases}`);

const { 'nothing (the file is read)': _, ...contestants } = parsers;
const rows = await sideBySide(
  Object.fromEntries(
    Object.entries(contestants).map(([name, parse]) => [name, () => taken(() => parse(xml))]),
  ),
  15,
);
const folder = mkdtempSync(path.join(tmpdir(), 'vigil-bench-'));
try {
  process.stdout.write(
    `JUnit of ${cases} cases, ${(xml.length / 1e6).toFixed(1)} MB, 15 rounds, medians\n\n${ratioTable(rows)}\n\n${await memoryTable(folder)}\n`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
