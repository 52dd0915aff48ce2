import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { collected, type Ended } from '../support/collected.ts';
import { vigilEnvironment, vigilHere } from '../support/vigil-here.ts';

export const bin = fileURLToPath(new URL('../../bin/vigil.js', import.meta.url));

/** Starts `vigil` as a person does, in a folder of its own unless one is named. */
export function startVigil(
  args: string[],
  options: { cwd?: string; node?: string; nodeArgs?: string[]; env?: Record<string, string> } = {},
): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(options.node ?? process.execPath, [...(options.nodeArgs ?? []), bin, ...args], {
    cwd: options.cwd ?? emptyFolder(),
    env: vigilEnvironment(options.env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { child, ended: collected(child).ended };
}

/** Runs `vigil` to its end, in a process of its own. */
export const vigilProcess = (
  args: string[],
  options: Parameters<typeof startVigil>[1] = {},
): Promise<Ended> => startVigil(args, options).ended;

/** Runs `vigil` to its end, in this process. */
export const vigil = (
  args: string[],
  { cwd = emptyFolder(), env }: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Ended> => vigilHere(args, cwd, env);

export function emptyFolder(files: Record<string, string> = {}): string {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'vigil-scripts-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
}
