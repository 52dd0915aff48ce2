import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { VigilError } from '../../core/index.ts';
import { installedVitestFile } from './installed-vitest.ts';
import { canBeWritten } from './suite-home.ts';
import type { SuiteOptions } from './suite-options.ts';

const reporterFile = fileURLToPath(new URL(`./reporter${path.extname(import.meta.url)}`, import.meta.url));

/** A file of the suite's Vitest; HARNESS where there is none. */
export function vitestFile(root: string, file: string): string {
  try {
    return installedVitestFile(root, file);
  } catch (cause) {
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
