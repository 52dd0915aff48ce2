import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { collected, type Ended } from '../support/collected.ts';

export const bin = fileURLToPath(new URL('../../bin/vigil.js', import.meta.url));

/** Starts `vigil` as a person does, in a folder of its own unless one is named. */
export function startVigil(
  args: string[],
  options: { cwd?: string; node?: string; nodeArgs?: string[]; env?: Record<string, string> } = {},
): { child: ChildProcess; ended: Promise<Ended> } {
  // What the machine's own CI says of itself is no part of a test.
  const ours = /^(NODE_OPTIONS|VIGIL_CONFIG|GITHUB_\w+|GITLAB_\w+|JENKINS_\w+)$/;
  const around = Object.entries(process.env).filter(([name]) => !ours.test(name));
  const env = { ...Object.fromEntries(around), ...options.env };
  const child = spawn(options.node ?? process.execPath, [...(options.nodeArgs ?? []), bin, ...args], {
    cwd: options.cwd ?? emptyFolder(),
    env: { ...env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { child, ended: collected(child).ended };
}

/** Runs `vigil` to its end. */
export const vigil = (args: string[], options: Parameters<typeof startVigil>[1] = {}): Promise<Ended> =>
  startVigil(args, options).ended;

export function emptyFolder(files: Record<string, string> = {}): string {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'vigil-scripts-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  return folder;
}
