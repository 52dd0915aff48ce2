import { type ChildProcess, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { collected, type Ended } from '../support/collected.ts';
import { onceARun } from '../support/once-a-run.ts';

export type Ran = Pick<Ended, 'code' | 'stdout' | 'stderr'>;

export const repository = fileURLToPath(new URL('../..', import.meta.url));

/** Runs a program as somebody at a terminal would, with the Node of this run first in PATH. */
export function run(
  command: string,
  args: readonly string[],
  options: { cwd: string; env?: Record<string, string> },
): Promise<Ran> {
  const { NODE_OPTIONS: _, VITEST: __, ...env } = process.env;
  const ours = `${path.dirname(process.execPath)}${path.delimiter}${process.env.PATH}`;
  const child: ChildProcess = spawn(command, args, {
    cwd: options.cwd,
    env: { ...env, PATH: ours, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return collected(child).ended;
}

/** Runs a program that must succeed. */
export async function must(command: string, args: readonly string[], cwd: string): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, { cwd });
  if (code === 0) return stdout;
  throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${stdout}\n${stderr}`);
}

export const emptyProject = (): string => realpathSync(mkdtempSync(path.join(os.tmpdir(), 'vigil-package-')));

const quietly = ['--no-audit', '--no-fund', '--prefer-offline'];
const tarball = 'vitest-vigil-0.1.0.tgz';
export const tarballIn = (folder: string): string => path.join(folder, tarball);

/** The repository's files in a folder of their own: packing writes into the manifest, which other tests read meanwhile. */
async function copyOfRepository(): Promise<string> {
  const folder = emptyProject();
  const listed = await must('git', ['ls-files', '--cached', '--others', '--exclude-standard'], repository);
  for (const file of listed.trim().split('\n')) {
    const from = path.join(repository, file);
    if (existsSync(from)) cpSync(from, path.join(folder, file));
  }
  symlinkSync(path.join(repository, 'node_modules'), path.join(folder, 'node_modules'));
  return folder;
}

/**
 * A project into which the package, made as `npm publish` would, and Vitest were installed; all test files of a run
 * share it.
 */
export const installedProject = (): Promise<string> =>
  onceARun('package', async (folder) => {
    const copy = await copyOfRepository();
    await must('npm', ['pack', '--silent', '--pack-destination', folder], copy);
    rmSync(copy, { recursive: true, force: true });
    await must('npm', ['init', '-y'], folder);
    await must('npm', ['install', '--save-dev', ...quietly, tarballIn(folder), 'vitest@5'], folder);
  });

/** Gives a folder everything that is installed there, as links. */
export async function linkModules(folder: string): Promise<void> {
  const modules = path.join(await installedProject(), 'node_modules');
  await must('cp', ['--archive', '--link', modules, folder], folder);
}

/** A copy of that project with another Vitest in it. */
export async function installedWith(vitest: string, ...options: string[]): Promise<string> {
  const installed = await installedProject();
  const folder = emptyProject();
  await linkModules(folder);
  // What npm writes into is a copy.
  const known = 'node_modules/.package-lock.json';
  for (const name of [tarball, 'package.json', 'package-lock.json', known]) {
    rmSync(path.join(folder, name), { force: true });
    await must('cp', ['--archive', path.join(installed, name), path.join(folder, name)], folder);
  }
  await must('npm', ['install', '--save-dev', ...quietly, ...options, vitest], folder);
  return folder;
}

/** A project beside the one that everything was installed into; it shares the installed packages. */
export function projectBeside(installed: string, files: Record<string, string>): string {
  const folder = emptyProject();
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  symlinkSync(path.join(installed, 'node_modules'), path.join(folder, 'node_modules'));
  writeFiles(folder, files);
  return folder;
}

export function writeFiles(folder: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
}

/** The installed `vigil`, by the Node of this run or by another. */
export function vigilIn(cwd: string, args: readonly string[], node = process.execPath): Promise<Ran> {
  return run(node, [path.join(cwd, 'node_modules/vitest-vigil/dist/bin/vigil.js'), ...args], { cwd });
}
