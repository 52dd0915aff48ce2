import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../../core/index.ts';
import type { StepContext } from './context.ts';

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/**
 * Asks until `ask` throws no more or the time is over; what it throws last is what is `missing` then. Throws itself when
 * the signal is aborted.
 */
export async function waitFor(
  ask: () => Promise<void>,
  timeoutMs: number,
  { signal, progress }: Pick<StepContext, 'signal' | 'progress'>,
): Promise<{ took: string; missing?: string }> {
  const began = performance.now();
  for (;;) {
    signal.throwIfAborted();
    let missing: string;
    try {
      await ask();
      return { took: seconds(performance.now() - began) };
    } catch (thrown) {
      missing = messageOf(thrown);
      progress(missing);
    }
    const leftMs = began + timeoutMs - performance.now();
    if (leftMs <= 0) return { missing, took: seconds(timeoutMs) };
    await sleep(Math.min(200, leftMs), undefined, { signal });
  }
}
