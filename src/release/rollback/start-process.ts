import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ConfigSource, handedConfig, oneLine, shortened } from '../../core/index.ts';

const bin = fileURLToPath(new URL('../../../bin/vigil.js', import.meta.url));

/** How many bytes a log has; 0 where there is none. */
export const sizeOf = (log: string): number => statSync(log, { throwIfNoEntry: false })?.size ?? 0;

/** What the log got from a byte on, on one line; `undefined` where it got nothing. */
export function saidSince(log: string, fromByte: number): string | undefined {
  if (!existsSync(log)) return undefined;
  const said = readFileSync(log).subarray(fromByte).toString('utf8');
  return shortened(oneLine(said.trim()), 300) || undefined;
}

/**
 * Starts a rollback as a process that goes on without this one, by the configuration as this one has loaded it: the file may be
 * broken by now. `onEnd` is told once how it ended. Returns its number. @throws Error where the log can't be written
 */
export function startRollback(
  args: readonly string[],
  source: ConfigSource,
  log: string,
  onEnd: (how: string) => void,
): number | undefined {
  mkdirSync(path.dirname(log), { recursive: true });
  const output = openSync(log, 'a');
  const child = spawn(process.execPath, [bin, 'rollback', '--execute', '--as-loaded', ...args], {
    detached: true,
    stdio: ['pipe', output, output],
  });
  closeSync(output);
  child.unref();
  child.once('error', (error) => onEnd(error.message));
  child.once('exit', (code, signal) => onEnd(signal ?? `exit code ${code}`));
  child.stdin?.on('error', () => undefined); // it ended before it had read; its exit says so
  child.stdin?.end(handedConfig(source));
  return child.pid;
}
