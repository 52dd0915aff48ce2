import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The modules in the direction of the data: each imports only from those before it. */
const order = [
  'errors',
  'environment',
  'text',
  'units',
  'labels',
  'thresholds',
  'catalogue',
  'config',
  'stats',
  'exposition',
  'otlp',
  'target',
  'run',
  'junit',
  'outcomes',
  'signals',
  'evidence',
  'alerts',
  'history',
  'notify',
  'metrics',
  'probe',
  'probes',
  'checks',
  'harness',
  'cycle',
  'telemetry',
  'rollback',
  'loop',
  'summary',
  'gate',
  'page',
  'render',
  'report',
  'replay',
  'drill',
  'doctor',
  'init',
  'api',
];

interface Source {
  /** Relative to the repository. */
  file: string;
  /** The folder (or file) of src/ it belongs to. */
  module: string;
  text: string;
  /** What it imports of this repository, relative to it. */
  imports: string[];
}

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
        module: (file.split('/')[1] ?? '').replace(/\.ts$/, ''),
        text,
        imports: specifiers.map((match) =>
          path.posix.join(path.posix.dirname(file), match[1] ?? match[2] ?? ''),
        ),
      };
    });
}

const sources = sourcesIn('src');
const rank = (module: string): number => order.indexOf(module);
const moduleOf = (file: string): string => (file.split('/')[1] ?? '').replace(/\.ts$/, '');
const offenders = (is: (source: Source) => boolean): string[] => sources.filter(is).map(({ file }) => file);

test('the data walks one way: a module imports only what is upstream of it', () => {
  const wrong = sources.flatMap(({ file, module, imports }) =>
    imports
      .filter((other) => other.startsWith('src/') && moduleOf(other) !== module)
      .filter(
        (other) => rank(module) >= 0 && (rank(moduleOf(other)) < 0 || rank(moduleOf(other)) > rank(module)),
      )
      .map((other) => `${file} imports ${other}`),
  );
  expect(wrong).toEqual([]);
});

test('every module has its place in the order', () => {
  expect([...new Set(sources.map(({ module }) => module))].sort()).toEqual(order.toSorted());
});

test('a module is entered through its index, the few exceptions by name', () => {
  const wrong = sources.flatMap(({ file, module, imports }) =>
    imports
      .filter((other) => other.startsWith('src/') && moduleOf(other) !== module && other !== 'src/errors.ts')
      .filter((other) => !other.endsWith('/index.ts'))
      .map((other) => `${file} imports ${other}`),
  );
  expect(wrong).toEqual([]);
});

test('the library never imports the checks, the reference target or the scripts: they are passed in', () => {
  expect(
    sources.flatMap(({ file, imports }) =>
      imports.filter((other) => !other.startsWith('src/')).map((other) => `${file} imports ${other}`),
    ),
  ).toEqual([]);
});

/** Programs of their own that the library starts: a process has an environment and an exit code. */
const programs = ['src/run/standby-child.ts'];

test('only the configuration and what it reads variables by know the environment', () => {
  const readers = ['config', 'environment'];
  expect(
    offenders(({ text, module }) => !readers.includes(module) && /process\.env|import\.meta\.env/.test(text)),
  ).toEqual(programs);
});

test('the library neither ends the process nor sets its exit code, and prints nothing', () => {
  expect(offenders(({ text }) => /process\.(exit\b|exitCode|reallyExit|abort)/.test(text))).toEqual(programs);
  expect(offenders(({ text }) => /console\.|process\.std(out|err)\.write/.test(text))).toEqual([]);
});

test('what a loop loads formats and orders without Node’s language data, which takes 8 MB from its first use on', () => {
  // A process of its own that runs Vitest, which uses it; a command that runs beside nothing; the browser.
  const isFree = (file: string) =>
    [...programs, 'src/render/api-document.ts'].includes(file) || file.startsWith('src/page/assets/');
  const users = offenders(({ text }) => /\.toLocale\w+\(|\.localeCompare\(|\bIntl\./.test(text));
  expect(users.filter((file) => !isFree(file))).toEqual([]);
  expect(users).toContain('src/render/api-document.ts');
});

test('everything is exported by name, and nothing is an enum', () => {
  const all = [...sources, ...sourcesIn('health-tests'), ...sourcesIn('scripts')];
  const of = (pattern: RegExp) => all.filter(({ text }) => pattern.test(text)).map(({ file }) => file);
  expect(of(/^export \* /m)).toEqual([]);
  expect(of(/^(export )?(const )?enum /m)).toEqual([]);
});

test('only what Vitest loads by default is exported by default', () => {
  expect(offenders(({ text }) => /^export default /m.test(text))).toEqual(['src/run/reporter.ts']);
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
