import { setTimeout as sleep } from 'node:timers/promises';

/** Asks until there is an answer or the time is over; `undefined` then. Throws when the signal is aborted. */
export async function waitFor<T>(
  ask: () => Promise<T | undefined>,
  { timeoutMs, everyMs = 200, signal }: { timeoutMs: number; everyMs?: number; signal: AbortSignal },
): Promise<T | undefined> {
  const endsAt = performance.now() + timeoutMs;
  for (;;) {
    signal.throwIfAborted();
    const answer = await ask();
    if (answer !== undefined) return answer;
    const leftMs = endsAt - performance.now();
    if (leftMs <= 0) return undefined;
    await sleep(Math.min(everyMs, leftMs), undefined, { signal });
  }
}

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
