import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { collected, type Ended } from '../../support/collected.ts';
import { vigilHere } from '../../support/vigil-here.ts';

const bin = fileURLToPath(new URL('../../../bin/vigil.js', import.meta.url));
const killer = new URL('./killer.mjs', import.meta.url).href;

/**
 * Starts `vigil` as a person does; `kill` names the record of the journal at which it ends by SIGKILL, `around` is the
 * program that starts it.
 */
export function startVigil(
  args: readonly string[],
  cwd: string,
  kill?: string,
  around: readonly string[] = [],
) {
  const { NODE_OPTIONS: _, VITEST: __, ...environment } = process.env;
  const env = {
    ...environment,
    ...(kill && { KILL_ROLLBACK_AT: kill }),
    NODE_COMPILE_CACHE: path.join(tmpdir(), 'vigil-tests-compile-cache'),
  };
  const whole = [...around, process.execPath, ...(kill ? ['--import', killer] : []), bin, ...args];
  const [program = '', ...rest] = whole;
  const child = spawn(program, rest, {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { child, ...collected(child) };
}

/** Runs `vigil` to its end; one that is to be killed in a process of its own. */
export const vigil = (args: readonly string[], cwd: string, kill?: string): Promise<Ended> =>
  kill === undefined ? vigilHere(args, cwd) : startVigil(args, cwd, kill).ended;
