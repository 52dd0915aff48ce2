import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, globSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeAtomically } from '../src/core/index.ts';
import { bundlePackages } from './bundle-packages.ts';
import { bundleTypes } from './bundle-types.ts';
import { withoutPrepare, withPrepare, withRepository } from './package-manifest.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = path.join(root, 'dist');

/** Folders whose files are shipped; what the compiler doesn't make of them is copied as it is. */
const shipped = [
  'bin',
  'src',
  'health-tests',

  'fixtures/genesis',
  'fixtures/range',
  'scripts',
];

/** Pages, styles, templates, plain JavaScript: whatever stands beside the TypeScript and is no text about it. */
function copyAssets(): void {
  for (const file of globSync(
    shipped.map((folder) => `${folder}/**/*.*`),
    { cwd: root },
  ))
    if (!/\.(ts|md)$/.test(file)) cpSync(path.join(root, file), path.join(dist, file));
}

/** A TypeScript path in an import is a file that the package doesn't have. */
function refuseTypeScriptPaths(): void {
  const missing = globSync('**/*.js', { cwd: dist, exclude: ['bin/**'] }).flatMap((file) => {
    // What a comment names is for the type checker of this repository.
    const text = readFileSync(path.join(dist, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '');
    const paths = text.matchAll(/(?:from |import\(|import |new URL\()['"`](\.[^'"`]*\.ts)['"`]/g);
    return [...paths]
      .filter(([, specifier = '']) => !existsSync(path.resolve(dist, path.dirname(file), specifier)))
      .map(([, specifier]) => `  dist/${file} names ${specifier}\n`);
  });
  if (missing.length > 0)
    throw new Error(
      `these files are not in the package; take the extension of import.meta.url:\n${missing.join('')}`,
    );
}

const manifest = path.join(root, 'package.json');
const rewrite = (change: (text: string) => string) =>
  writeAtomically(manifest, change(readFileSync(manifest, 'utf8')));

/** Where the package comes from is known to who publishes it. */
function nameRepository(): void {
  const address = process.env.PACKAGE_REPOSITORY;
  if (address) rewrite((text) => withRepository(text, address));
}

const { npm_lifecycle_event: event, npm_command: command = '' } = process.env;
if (event === 'postpack') {
  rewrite(withPrepare);
  process.exit();
}
nameRepository();
if (event === 'prepare' && ['pack', 'publish'].includes(command)) rewrite(withoutPrepare);
rmSync(dist, { recursive: true, force: true });
const compiler = path.join(root, 'node_modules/typescript/bin/tsc');
execFileSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
copyAssets();
await bundlePackages(root, dist);
await bundleTypes(dist);
refuseTypeScriptPaths();
