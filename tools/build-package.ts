import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = path.join(root, 'dist');

/** Folders whose files are shipped; what the compiler doesn't make of them is copied as it is. */
const shipped = [
  'bin',
  'src',
  'health-tests',
  'probe-suite',
  'fixtures/genesis',
  'fixtures/range',
  'scripts',
];

const entries = Object.values(
  (JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { exports: Record<string, unknown> })
    .exports,
).flatMap((entry) =>
  typeof entry === 'object' && entry !== null && 'types' in entry ? [String(entry.types)] : [],
);

/** Pages, styles, images, plain JavaScript: whatever stands beside the TypeScript and is no text about it. */
function copyAssets(): void {
  for (const file of globSync(
    shipped.map((folder) => `${folder}/**/*`),
    { cwd: root, withFileTypes: true },
  )) {
    const from = path.join(file.parentPath, file.name);
    if (!file.isFile() || /\.(ts|md)$/.test(file.name)) continue;
    const to = path.join(dist, path.relative(root, from));
    mkdirSync(path.dirname(to), { recursive: true });
    copyFileSync(from, to); // keeps the mode, and so the executable bit of bin/
  }
}

/** The declarations that somebody who imports the package can reach; the others only make it larger. */
function reachableDeclarations(): Set<string> {
  const reached = new Set<string>();
  const queue = entries.map((entry) => path.join(root, entry));
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    const text = readFileSync(file, 'utf8');
    for (const [, specifier = ''] of text.matchAll(/(?:from|import\(|import) ?["'](\.[^"']+)["']/g))
      queue.push(path.resolve(path.dirname(file), specifier.replace(/\.[jt]s$/, '.d.ts')));
  }
  return reached;
}

/** A TypeScript path in an import is a file that the package doesn't have. */
function refuseTypeScriptPaths(): void {
  const broken = globSync('**/*.js', { cwd: dist }).flatMap((file) => {
    // What a comment names is for the type checker of this repository.
    const text = readFileSync(path.join(dist, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '');
    const paths = text.matchAll(/(?:from |import\(|import |new URL\()['"`](\.[^'"`]*\.ts)['"`]/g);
    return [...paths].map(([, specifier = '']) => ({ file, specifier }));
  });
  const missing = broken.filter(
    ({ file, specifier }) =>
      !existsSync(path.resolve(dist, path.dirname(file), specifier)) && !file.startsWith('bin/'),
  );
  if (missing.length === 0) return;
  const lines = missing.map(({ file, specifier }) => `  dist/${file} names ${specifier}`);
  throw new Error(
    `these files are not in the package; take the extension of import.meta.url:\n${lines.join('\n')}`,
  );
}

function compile(...options: string[]): void {
  const compiler = path.join(root, 'node_modules/typescript/bin/tsc');
  const args = [compiler, '-p', 'tsconfig.build.json', ...options];
  execFileSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
}

/** V8 holds the text of what it runs, and all of a file at two bytes a letter for one letter beyond Latin-1. */
function writeLettersAsEscapes(): void {
  for (const file of globSync('**/*.js', { cwd: dist })) {
    const text = readFileSync(path.join(dist, file), 'utf8');
    const plain = text.replaceAll(
      /[^\0-\xff]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
    if (plain !== text) writeFileSync(path.join(dist, file), plain);
  }
}

rmSync(dist, { recursive: true, force: true });
compile('--emitDeclarationOnly'); // with the comments, for who imports the package
compile('--declaration', 'false', '--removeComments');
writeLettersAsEscapes();
copyAssets();
const kept = reachableDeclarations();
for (const file of globSync('**/*.d.ts', { cwd: dist }))
  if (!kept.has(path.join(dist, file))) rmSync(path.join(dist, file));
refuseTypeScriptPaths();
