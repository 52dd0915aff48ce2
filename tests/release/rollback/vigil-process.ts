import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../../bin/vigil.js', import.meta.url));
const killer = new URL('./killer.mjs', import.meta.url).href;

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** Starts `vigil` as a person does; `kill` names the record of the journal at which it ends by SIGKILL. */
export function startVigil(args: readonly string[], cwd: string, kill?: string) {
  const { NODE_OPTIONS: _, VITEST: __, ...environment } = process.env;
  const env = {
    ...environment,
    ...(kill && { KILL_ROLLBACK_AT: kill }),
    NODE_COMPILE_CACHE: path.join(tmpdir(), 'vigil-tests-compile-cache'),
  };
  const child = spawn(process.execPath, [...(kill ? ['--import', killer] : []), bin, ...args], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { child, ended, said: () => stderr };
}

export const vigil = (args: readonly string[], cwd: string, kill?: string): Promise<Ended> =>
  startVigil(args, cwd, kill).ended;
