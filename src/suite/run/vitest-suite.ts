import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { VigilError } from '../../core/index.ts';
import { installedVitestFile } from './installed-vitest.ts';
import { canBeWritten } from './suite-home.ts';
import type { SuiteOptions } from './suite-options.ts';

const reporterFile = fileURLToPath(new URL(`./reporter${path.extname(import.meta.url)}`, import.meta.url));

/** Refuses a Vitest whose reporters and test options are others. */
function requireVersion(manifest: string): void {
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  const [major, minor] = version.split('.');
  if (Number(major) >= 4) return;
  throw new VigilError(
    'CONFIG_INVALID',
    `Vitest ${major}.${minor} found; 4 or newer is needed, or use suite.command`,
    { where: path.dirname(manifest) },
  );
}

/** A file of the suite's Vitest. @throws HARNESS where there is none, CONFIG_INVALID where it is too old */
export function vitestFile(root: string, file: string): string {
  try {
    requireVersion(installedVitestFile(root, 'package.json'));
    return installedVitestFile(root, file);
  } catch (cause) {
    if (cause instanceof VigilError) throw cause;
    throw new VigilError('HARNESS', 'Vitest was not found', {
      where: root,
      hint: 'npm install --save-dev vitest, or name another suite with suite.command',
      cause,
    });
  }
}

/** Where Vite puts the configuration that it has bundled: in the nearest `node_modules`, else beside it. */
function bundlesOf(root: string): string[] {
  for (let folder = root; ; folder = path.dirname(folder)) {
    const modules = path.join(folder, 'node_modules');
    if (existsSync(modules)) return [root, path.join(modules, '.vite-temp')];
    if (folder === path.dirname(folder)) return [root];
  }
}

/** Vite bundles the configuration into a file, unless it is told not to: an installation may be read-only. */
const readOnlyArguments = (root: string): string[] =>
  bundlesOf(root).every(canBeWritten) ? [] : ['--configLoader=runner'];

/** What Vitest is told beside `run`: our reporter writes the report and the stream. */
export const vitestArguments = ({ root, suite }: Pick<SuiteOptions, 'root' | 'suite'>): string[] => [
  `--reporter=${reporterFile}`,
  ...readOnlyArguments(root),
  ...suite.args,
];

/** The command line of a Vitest suite. */
export const vitestCommand = (options: Pick<SuiteOptions, 'root' | 'suite'>): string[] => [
  process.execPath,
  vitestFile(options.root, 'vitest.mjs'),
  'run',
  ...vitestArguments(options),
];
