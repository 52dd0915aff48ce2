import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The wings of src/, each importing only from those before it. */
const wings = [
  'core',
  'clients',
  'suite',
  'alerts',
  'history',
  'monitor',
  'release',
  'views',
  'setup',
  'drill',
  'api',
];
/**
 * What a suite's process loads, beside the indexes: the checks import Vitest, which the runner can't; the variables are
 * read by the reporter, which loads nothing else of ours, because that would cost every cycle.
 */
const insideSuite = ['src/suite/checks/index.ts', 'src/core/environment/variables.ts'];

interface Source {
  /** Relative to the repository. */
  file: string;
  /** The folder of src/ it belongs to. */
  wing: string;
  text: string;
  /** What it imports of this repository, relative to it. */
  imports: string[];
}

const wingOf = (file: string): string => file.split('/')[1] ?? '';

function sourcesIn(folder: string): Source[] {
  const names = readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => /\.(ts|js)$/.test(name))
    .map((name) => {
      const file = path.posix.join(folder, name.replaceAll('\\', '/'));
      const text = readFileSync(path.join(root, file), 'utf8');
      const specifiers = [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'|^import '(\.[^']+)'/gm)];
      return {
        file,
        wing: wingOf(file),
        text,
        imports: specifiers.map((match) =>
          path.posix.join(path.posix.dirname(file), match[1] ?? match[2] ?? ''),
        ),
      };
    });
}

const sources = sourcesIn('src');
const rank = (wing: string): number => wings.indexOf(wing);
const offenders = (is: (source: Source) => boolean): string[] => sources.filter(is).map(({ file }) => file);

test('a wing imports only from those before it', () => {
  const upward = sources.flatMap(({ file, wing, imports }) =>
    imports
      .filter((other) => other.startsWith('src/') && rank(wingOf(other)) > rank(wing))
      .map((other) => `${file} imports ${other}`),
  );
  expect(upward).toEqual([]);
});

test('src/ holds the ten wings and the api', () => {
  expect([...new Set(sources.map(({ wing }) => wing))].sort()).toEqual(wings.toSorted());
});

test('a wing is entered through its index', () => {
  const outside = ['bench', 'fixtures', 'health-tests', 'scripts', 'tools'].flatMap(sourcesIn);
  const past = [...sources, ...outside].flatMap(({ file, wing, imports }) =>
    imports
      .filter((other) => other.startsWith('src/') && !(file.startsWith('src/') && wingOf(other) === wing))
      .filter((other) => !/^src\/[a-z]+\/index\.ts$/.test(other) && !insideSuite.includes(other))
      .map((other) => `${file} imports ${other}`),
  );
  expect(past).toEqual([]);
});

test('no circle of imports exists', () => {
  const importsOf = new Map(sources.map(({ file, imports }) => [file, imports]));
  const circles: string[] = [];
  const isDone = new Set<string>();
  const visit = (file: string, path: string[]): void => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' > '));
    if (path.includes(file) || isDone.has(file)) return;
    for (const other of importsOf.get(file) ?? []) visit(other, [...path, file]);
    isDone.add(file);
  };
  for (const { file } of sources) visit(file, []);
  expect(circles).toEqual([]);
});

test('the library never imports the checks, the reference target or the scripts: they are passed in', () => {
  expect(
    sources.flatMap(({ file, imports }) =>
      imports.filter((other) => !other.startsWith('src/')).map((other) => `${file} imports ${other}`),
    ),
  ).toEqual([]);
});

/** Programs of their own that the library starts: a process has an environment and an exit code. */
const programs = ['src/suite/run/standby-child.ts'];

test('only the configuration and what it reads variables by know the environment', () => {
  const readers = ['src/core/config/', 'src/core/environment/'];
  expect(
    offenders(
      ({ text, file }) =>
        !readers.some((folder) => file.startsWith(folder)) && /process\.env|import\.meta\.env/.test(text),
    ),
  ).toEqual(programs);
});

test('the library neither ends the process nor sets its exit code, and prints nothing', () => {
  expect(offenders(({ text }) => /process\.(exit\b|exitCode|reallyExit|abort)/.test(text))).toEqual(programs);
  expect(offenders(({ text }) => /console\.|process\.std(out|err)\.write/.test(text))).toEqual([]);
});

test('everything is exported by name, and nothing is an enum', () => {
  const all = [...sources, ...sourcesIn('health-tests'), ...sourcesIn('scripts')];
  const of = (pattern: RegExp) => all.filter(({ text }) => pattern.test(text)).map(({ file }) => file);
  expect(of(/^export \* /m)).toEqual([]);
  expect(of(/^(export )?(const )?enum /m)).toEqual([]);
});

test('a name that is exported means one thing', () => {
  const declared = /^export (?:async )?(?:function\*?|const|let|class|interface|type) (\w+)/gm;
  const places = new Map<string, string[]>();
  for (const { file, text } of [...sources, ...sourcesIn('scripts')]) {
    if (file.includes('/page/browser/')) continue; // the browser's side of the page is a program of its own
    // Overloads declare a name once more in the same file.
    const names = new Set([...text.matchAll(declared)].map((match) => match[1] ?? ''));
    for (const name of names) places.set(name, [...(places.get(name) ?? []), file]);
  }
  expect([...places].filter(([, files]) => files.length > 1)).toEqual([]);
});

/** Words of our own for what the field has a term for: notified, silence, policy, value. */
const ownWords =
  /^(told|untold|beside|figures?|asker|belief|disbelief|keepsakes?|lanes?|surviv\w*|dictionary|layouts?)$/;

test('what is declared is named by the terms of the field', () => {
  const declared = /\b(?:const|let|function\*?|class|interface|type) (\w+)/g;
  const isOwn = (name: string) => name.split(/(?=[A-Z])/).some((word) => ownWords.test(word.toLowerCase()));
  const found = [...sources, ...sourcesIn('scripts'), ...sourcesIn('trial')].flatMap(({ file, text }) =>
    [...text.matchAll(declared)].flatMap(([, name = '']) => (isOwn(name) ? [`${file}: ${name}`] : [])),
  );
  expect(found).toEqual([]);
});

test('only what Vitest loads by default is exported by default', () => {
  expect(offenders(({ text }) => /^export default /m.test(text))).toEqual(['src/suite/run/reporter.ts']);
});

test('the checks come from fixtures and support, never from the target’s own code', () => {
  const checks = sourcesIn('health-tests').filter(
    ({ file }) => file.endsWith('.test.ts') || file.includes('/support/'),
  );
  const wrong = checks.flatMap(({ file, imports }) =>
    imports.filter((other) => other.startsWith('fixtures/')).map((other) => `${file} imports ${other}`),
  );
  expect(wrong).toEqual([]);
});

/** What is written for V8 or past the loader of modules, instead of for its reader. */
const engineTricks =
  /setFlagsFromString|getBuiltinModule|\bglobal(This)?\.gc\b|--(max-|expose[-_]gc|jitless|no-opt|stack[-_]size)/;

test('src/ and scripts/ leave V8 as Node sets it, and import what is built in', () => {
  const all = [...sources, ...sourcesIn('scripts')];
  expect(all.filter(({ text }) => engineTricks.test(text)).map(({ file }) => file)).toEqual([]);
});

/** Entries that a package without `exports` documents. */
const documented = ['protobufjs/light.js', 'uplot/dist/uPlot.min.css'];

/** What is wrong with a name by which a file imports from a package, or undefined. */
function innerFile(file: string, name: string): string | undefined {
  if (isBuiltin(name) || documented.includes(name)) return undefined;
  const from = createRequire(path.join(root, file));
  const [, home = ''] = /^(@[^/]+\/[^/]+|[^/]+)/.exec(name) ?? [];
  const manifest = from.resolve
    .paths(name)
    ?.map((place) => path.join(place, home, 'package.json'))
    .find((place) => existsSync(place));
  if (manifest === undefined) return undefined; // the package itself, which is installed nowhere
  const { exports } = JSON.parse(readFileSync(manifest, 'utf8')) as { exports?: object | string };
  if (exports === undefined) return name === home ? undefined : `${file} imports ${name}`;
  const key = `.${name.slice(home.length)}`;
  const keys = Object.keys(exports).filter((entry) => entry.startsWith('.'));
  const names = keys.length > 0 ? keys : ['.']; // a file, or conditions for the one entry
  const isNamed = names.some((entry) => {
    const [start = '', end] = entry.split('*');
    return end === undefined ? key === entry : key.startsWith(start) && key.endsWith(end);
  });
  return isNamed ? undefined : `${file} imports ${name}`;
}

test('of another package only what its exports name is imported', () => {
  const all = [...sources, ...['scripts', 'tools', 'health-tests', 'fixtures'].flatMap(sourcesIn)];
  const inner = all.flatMap(({ file, text }) => {
    const names = [...text.matchAll(/(?:from|import\(|^import|resolve\() ?'([^.'$][^'$]*)'/gm)];
    return [
      ...names.map(([, name = '']) => innerFile(file, name)),
      ...[...text.matchAll(/node_modules\/[\w@/-]+\.[cm]?js\b/g)].map(([name]) => `${file} names ${name}`),
    ].filter((fault) => fault !== undefined);
  });
  expect(inner).toEqual([]);
});

/** Top-level functions of a formatted source that have more lines; what is inside one is never longer than it. */
function longFunctions(text: string, most: number): string[] {
  const lines = text.split('\n');
  return lines.flatMap((line, at) => {
    if (!/^(export )?(async )?(function|const) .*[({]$/.test(line)) return [];
    const length = lines.slice(at).findIndex((end) => /^[)}\]]/.test(end) && !/[({]$/.test(end)) + 1;
    return length > most ? [`${line} ${length} lines`] : [];
  });
}

test('a command is thin: no function in scripts/ is longer than 60 lines', () => {
  const long = sourcesIn('scripts').filter(({ text }) => longFunctions(text, 60).length > 0);
  expect(long.map(({ file }) => file)).toEqual([]);
});

test('a function that is too long is noticed', () => {
  const body = '  act();\n'.repeat(60);
  expect(
    longFunctions(`export async function act(\n  a: string,\n): Promise<void> {\n${body}}\n`, 60),
  ).toHaveLength(1);
  expect(longFunctions(`const act = () => {\n${body}};\n`, 60)).toHaveLength(1);
  expect(longFunctions(`function act() {\n${body.slice(0, -20)}}\n`, 60)).toEqual([]);
});
