import type { TaskMeta } from 'vitest';
import { formatDuration, type Measurement, messageOf } from '../../core/index.ts';
import { uncleanedMeasurement } from '../outcomes/uncleaned.ts';
import type { TargetClient } from './target-client.ts';

/** What a check cleans up with. */
export interface CleanUpContext {
  target: TargetClient;
  /** Aborted when the time for it is over. */
  signal: AbortSignal;
}

/**
 * Takes back what a check has written; runs after every attempt, however that ended. Whatever it throws, and each text
 * that it returns, is something that is still there.
 */
export type CleanUp = (context: CleanUpContext) => unknown;

/** The time that it has unless the check says another, beside that of the check. */
export const usualLimitMs = 5000;

async function leftBy(cleanUp: CleanUp, target: TargetClient, limitMs: number): Promise<string[]> {
  const signal = AbortSignal.timeout(limitMs);
  const late = new Promise<string[]>((resolve) =>
    signal.addEventListener('abort', () => resolve([`not done within ${formatDuration(limitMs)}`])),
  );
  const done = (async () => {
    const left = await cleanUp({ target, signal });
    return Array.isArray(left) ? left.map(String) : [];
  })().catch((thrown: unknown) => [messageOf(thrown)]);
  return Promise.race([done, late]);
}

/** The measurements of a test as its reporter will read them: without what was counted before. */
function keep(meta: TaskMeta, counted: Measurement): void {
  const measurements = meta.vigil?.measurements ?? [];
  meta.vigil = {
    ...meta.vigil,
    measurements: [...measurements.filter(({ name }) => name !== counted.name), counted],
  };
}

/** Cleans up after an attempt once, whoever asks first; `left` is what earlier attempts could not, too. */
export function openCleanUp(
  cleanUp: CleanUp,
  { meta, target, limitMs, left }: { meta: TaskMeta; target: TargetClient; limitMs: number; left: string[] },
): () => Promise<void> {
  const once = async () => {
    left.push(...(await leftBy(cleanUp, target, limitMs)));
    if (left.length > 0) keep(meta, uncleanedMeasurement(left));
  };
  let running: Promise<void> | undefined;
  return () => {
    running ??= once();
    return running;
  };
}
