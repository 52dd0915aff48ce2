import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { quotedRegex, shellText } from '../../core/index.ts';
import { sourcesBelow } from '../identity/suite-files.ts';
import { separator, withoutTurn } from './check-names.ts';
import { codeOwnerOf } from './code-owners.ts';
import { failedPlace } from './whole-failure.ts';

/** Where a check stands, who owns it, and the command that runs it alone. */
export interface CheckPlace {
  /** Relative to the folder of the suite. */
  file: string;
  line: number | undefined;
  owner: string | undefined;
  /** As it is pasted where Vigil runs; `undefined` where the runner is not known. */
  command: string | undefined;
}

/** What of a suite says where its checks are and how they are run. */
export interface SuitePlace {
  root: string;
  /** The command of a suite that isn't Vitest's. */
  command: readonly string[] | undefined;
  /** Where Vigil runs; the folder of the suite without it. */
  from?: string | undefined;
}

/** Stands between the titles of one test in Vitest's reports. */
const titleSeparator = ' > ';

/** More of a source is not searched. */
const longestSource = 2 * 1024 ** 2;

function linesOf(file: string): string[] {
  try {
    return statSync(file).size > longestSource ? [] : readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}

/** The line, from 1, in which a text begins a title: `test('C07 P95 SLO'`, or a function that is called so. */
function lineOf(lines: readonly string[], name: string): number | undefined {
  const quoted = ["'", '"', '`'].map((mark) => `${mark}${name}`);
  const at = lines.findIndex((line) => quoted.some((text) => line.includes(text)));
  if (at >= 0) return at + 1;
  const defined = lines.findIndex(
    (line) =>
      /^\s*(?:async )?(?:def|func|function|fn) /.test(line) && line.includes(`${name.replace(/\[.*/, '')}(`),
  );
  return defined < 0 ? undefined : defined + 1;
}

/** What Vitest's `-t` finds a test by: a pattern for the titles around it and its own, which it joins by spaces. */
const vitestPattern = (name: string) => quotedRegex(name.replaceAll(titleSeparator, ' '));

/** What a command runs: a file, or of it what has this name and stands in this line. */
interface Wanted {
  file: string;
  /** `undefined` for the whole file. */
  name: string | undefined;
  line: number | undefined;
}

/** An option with a name, where only what is called so is to run. */
const option = (flag: string, name: string | undefined): string[] => (name === undefined ? [] : [flag, name]);

/** How each runner runs one check of a file, or all of it. */
const runners: { runs: RegExp; command(wanted: Wanted): string[] }[] = [
  {
    runs: /\bpytest\b/,
    command: ({ file, name }) => ['pytest', file, ...option('-k', name?.replace(/\[.*/, ''))],
  },
  {
    runs: /\bplaywright\b/,
    command: ({ file, name, line }) =>
      line === undefined
        ? ['npx', 'playwright', 'test', file, ...option('-g', name)]
        : ['npx', 'playwright', 'test', `${file}:${line}`],
  },
  { runs: /\bjest\b/, command: ({ file, name }) => ['npx', 'jest', file, ...option('-t', name)] },
  { runs: /\bmocha\b/, command: ({ file, name }) => ['npx', 'mocha', file, ...option('-g', name)] },
];

/** What leads to the folder of the suite from where Vigil runs; nothing where it is the same. */
function wayTo({ root, from = root }: SuitePlace): string {
  const way = path.relative(from, root);
  return way === '' ? '' : `cd ${shellText([way.startsWith('..') ? root : way])} && `;
}

function commandOf({ command }: SuitePlace, wanted: Wanted): string | undefined {
  const { file, name } = wanted;
  if (!command)
    return shellText(['npx', 'vitest', 'run', ...option('-t', name && vitestPattern(name)), file]);
  const runner = runners.find(({ runs }) => runs.test(command.join(' ')));
  return runner && shellText(runner.command(wanted));
}

/** What Mocha calls all that stands in no group of its own. */
const mochaRoots = new Set(['Mocha Tests', 'Root Suite']);

/** Whether a name is that of a file, by which runners call the failure of all that is in it: pytest as a module. */
function isNameOf(name: string, file: string): boolean {
  const module = file.replace(/\.\w+$/, '').replaceAll('/', '.');
  return [file, module].some((one) => one === name || one.endsWith(`/${name}`)) || mochaRoots.has(name);
}

/** The sources of a suite, to look for a check that does not name its own. */
function sourcesOf(root: string): string[] {
  try {
    return sourcesBelow(root, readdirSync(root, { withFileTypes: true }));
  } catch {
    return [];
  }
}

/** What a file of tests is called, whatever the runner. */
const testFile = /(^|[/._-])(tests?|specs?|checks?)[/._-]/i;

/** The source in which a title begins with a name: of tests before any other, which may only mention it. */
function sourceOf(name: string, root: string): string | undefined {
  const isTest = (source: string) => testFile.test(path.relative(root, source));
  const sources = sourcesOf(root).toSorted((a, b) => Number(isTest(b)) - Number(isTest(a)));
  return sources.find((source) => lineOf(linesOf(source), `${name} `) !== undefined);
}

/**
 * Where a check stands: by the file that its id begins with, else by the source that has its id as the begin of a title.
 * `undefined` where it is not found, as for a probe.
 */
export function locateCheck(id: string, suite: SuitePlace): CheckPlace | undefined {
  const { root } = suite;
  const parts = failedPlace(withoutTurn(id)).split(separator);
  const name = parts.at(-1) ?? id;
  const named = parts.find((part) => /\.\w+$/.test(part) && existsSync(path.join(root, part)));
  const found =
    named === undefined && parts.length === 1 ? sourceOf(name, root) : named && path.join(root, named);
  if (found === undefined) return undefined;
  const file = path.relative(root, found).split(path.sep).join('/');
  const isWhole = isNameOf(name, file);
  const line = isWhole ? undefined : lineOf(linesOf(found), name.split(titleSeparator).at(-1) ?? name);
  const command = commandOf(suite, { file, name: isWhole ? undefined : name, line });
  return { file, line, owner: codeOwnerOf(found), command: command && `${wayTo(suite)}${command}` };
}

/** The same in one line: the command, and in brackets file, line and owner. */
export function placeText({ file, line, owner, command }: CheckPlace): string {
  const where = [line === undefined ? file : `${file}:${line}`, owner].filter(Boolean).join(', ');
  return command === undefined ? where : `${command} (${where})`;
}
