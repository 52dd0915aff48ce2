import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Vitest } from 'vitest/node';

/** What a waiting process has read, by path; what is kept of each tells one state of it from another. */
export interface FilesRead {
  isUnchanged(): boolean;
}

/** Neither time can be set back together with the other: the kernel keeps the second one itself. */
function stampOf(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats ? `${stats.mtimeMs} ${stats.ctimeMs} ${stats.size} ${stats.ino}` : 'none';
}

const changedMs = (file: string): number => statSync(file, { throwIfNoEntry: false })?.ctimeMs ?? 0;

/** Files that another may be imported in the place of; Vite's bundled configuration comes and goes beside them. */
const isCode = (name: string) => /\.[cm]?[jt]sx?$/.test(name) && !name.includes('.timestamp-');

function codeIn(folder: string): string {
  try {
    return readdirSync(folder).filter(isCode).sort().join('/');
  } catch {
    return 'none'; // gone, or no folder any more
  }
}

/** A folder and those above it. */
function upFrom(folder: string): string[] {
  const above = path.dirname(folder);
  return above === folder ? [folder] : [folder, ...upFrom(above)];
}

/** What package managers write at the end of an installation. */
const installed = ['.package-lock.json', '.modules.yaml', '.yarn-state.yml', '.yarn-integrity'];

/** What Vitest and Vite read to get here: the configuration, what it imports, and every module looked at so far. */
function pathsRead({ vite }: Vitest): string[] {
  const { configFile, configFileDependencies, environments, root, envDir, mode } = {
    ...vite.config,
    environments: Object.values(vite.environments),
  };
  const modules = environments.flatMap(({ moduleGraph, pluginContainer }) => [
    ...moduleGraph.fileToModulesMap.keys(),
    ...pluginContainer.watchFiles,
  ]);
  const ofEnvironment = envDir
    ? ['', '.local', `.${mode}`, `.${mode}.local`].map((end) => path.join(envDir, `.env${end}`))
    : [];
  const files = [...(configFile ? [configFile] : []), ...configFileDependencies, ...modules].filter(
    (file) => path.isAbsolute(file) && !file.includes('\0'),
  );
  const folders = new Set([root, ...files.filter(isOwn).map(path.dirname)].flatMap(upFrom));
  const described = [...folders].flatMap((folder) =>
    ['package.json', 'tsconfig.json'].map((name) => path.join(folder, name)),
  );
  const packages = upFrom(root).flatMap((folder) =>
    installed.map((name) => path.join(folder, 'node_modules', name)),
  );
  return [...new Set([...files, ...ofEnvironment, ...described, ...packages])];
}

const isOwn = (file: string) => !file.includes('/node_modules/');

/**
 * Keeps what a process has read since it was started (milliseconds of the wall clock), so that it can be asked later
 * whether all of it is as it was. What was changed after the start may have been read before or after: it counts as changed.
 */
export function filesRead(vitest: Vitest, startedMs: number): FilesRead {
  const files = pathsRead(vitest);
  const folders = [...new Set(files.filter(isOwn).filter(isCode).map(path.dirname))];
  const stamps = files.map((file) => [file, stampOf(file)] as const);
  const listings = folders.map((folder) => [folder, codeIn(folder)] as const);
  const wasStill = files.every((file) => changedMs(file) <= startedMs);
  return {
    isUnchanged: () =>
      wasStill &&
      stamps.every(([file, stamp]) => stampOf(file) === stamp) &&
      listings.every(([folder, names]) => codeIn(folder) === names),
  };
}
