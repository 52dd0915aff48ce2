import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { parseDuration } from '../units/duration.ts';

const shape = /^exec:((?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+):(.*\S.*)$/s;

/** For how long a command's answer counts, and the command: `exec:10m:vault kv get -field=token shop`. */
function partsOf(reference: string): { forMs: number; command: string } | undefined {
  const [, time = '', command = ''] = shape.exec(reference) ?? [];
  const forMs = parseDuration(time);
  return forMs === undefined ? undefined : { forMs, command };
}

/** Whether a text names a command that prints a secret. */
export const isExecReference = (text: string): boolean => partsOf(text) !== undefined;

/** What was printed, and until when it counts, by the clock that nobody can set. */
const kept = new Map<string, { value: string; untilMs: number }>();

/** The variable by which a process is given what another one has read already. */
export const execVariable = (reference: string): string =>
  `EXEC_SECRET_${createHash('sha256').update(reference).digest('hex').slice(0, 16)}`;

const limits = { encoding: 'utf8', timeout: 10_000, maxBuffer: 64 * 1024 } as const;

function keep(reference: string, printed: string): string {
  const value = printed.trim();
  kept.set(reference, { value, untilMs: performance.now() + (partsOf(reference)?.forMs ?? 0) });
  return value;
}

function keptValue(reference: string): string | undefined {
  const known = kept.get(reference);
  return known && performance.now() < known.untilMs ? known.value : process.env[execVariable(reference)];
}

/** The secret that a command prints. @throws Error where it fails; what it says may be part of a secret and isn't shown */
export function execSecret(reference: string): string {
  const known = keptValue(reference);
  if (known !== undefined) return known;
  const { status, signal, stdout } = spawnSync('/bin/sh', ['-c', partsOf(reference)?.command ?? ''], limits);
  if (status !== 0) throw new Error(`the command ended with ${signal ?? `exit code ${status}`}`);
  return keep(reference, stdout);
}

/** The same without holding up what else runs; `isRefused` asks anew, whatever is kept. */
export async function freshExecSecret(reference: string, isRefused: boolean): Promise<string> {
  const known = isRefused ? undefined : keptValue(reference);
  if (known !== undefined) return known;
  try {
    const { stdout } = await promisify(execFile)(
      '/bin/sh',
      ['-c', partsOf(reference)?.command ?? ''],
      limits,
    );
    return keep(reference, stdout);
  } catch (thrown) {
    const { code, signal } = thrown as { code?: unknown; signal?: unknown };
    throw new Error(`the command ended with ${signal ?? `exit code ${code}`}`);
  }
}
