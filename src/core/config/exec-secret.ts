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
const kept = new Map<string, { value: string; renewAtMs: number; untilMs: number }>();

/** The variable by which a process is given what another one has read already. */
export const execVariable = (reference: string): string =>
  `EXEC_SECRET_${createHash('sha256').update(reference).digest('hex').slice(0, 16)}`;

const limits = { encoding: 'utf8', timeout: 10_000, maxBuffer: 64 * 1024 } as const;

/** So long before its end a secret is renewed while it still counts, so that nobody waits for the command. */
const aheadOf = (forMs: number): number => Math.min(forMs / 2, Math.max(forMs / 5, 30_000));

function keep(reference: string, printed: string): string {
  const value = printed.trim();
  const { forMs = 0 } = partsOf(reference) ?? {};
  const untilMs = performance.now() + forMs;
  kept.set(reference, { value, untilMs, renewAtMs: untilMs - aheadOf(forMs) });
  return value;
}

function keptValue(reference: string): string | undefined {
  const known = kept.get(reference);
  return known && performance.now() < known.untilMs ? known.value : process.env[execVariable(reference)];
}

/**
 * The secret that a command prints, or has printed before: a second time nobody waits here for it, see `freshExecSecret`.
 * @throws Error where it fails; what it says may be part of a secret and isn't shown
 */
export function execSecret(reference: string): string {
  const known = keptValue(reference) ?? kept.get(reference)?.value;
  if (known !== undefined) return known;
  const { status, signal, stdout } = spawnSync('/bin/sh', ['-c', partsOf(reference)?.command ?? ''], limits);
  if (status !== 0) throw new Error(`the command ended with ${signal ?? `exit code ${status}`}`);
  return keep(reference, stdout);
}

async function runAnew(reference: string): Promise<string> {
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

/** Commands that run now: whoever needs the same secret waits for the same one. */
const running = new Map<string, Promise<string>>();

function runOnce(reference: string): Promise<string> {
  const run = running.get(reference) ?? runAnew(reference).finally(() => running.delete(reference));
  running.set(reference, run);
  return run;
}

/** The same without holding up what else runs, renewed ahead of its end; `isRefused` asks anew, whatever is kept. */
export async function freshExecSecret(reference: string, isRefused: boolean): Promise<string> {
  const known = isRefused ? undefined : keptValue(reference);
  if (known === undefined) return runOnce(reference);
  const { renewAtMs = Number.POSITIVE_INFINITY } = kept.get(reference) ?? {};
  // One that fails is run again until the time is over; then whoever needs it is told.
  if (performance.now() > renewAtMs) runOnce(reference).catch(() => {});
  return known;
}
