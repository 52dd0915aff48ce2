import { setTimeout as sleep } from 'node:timers/promises';
import type { NetworkConfig } from '../../core/index.ts';

/** A request that was sent again, and why. */
export interface Retry {
  what: string;
  code: string;
}

function codesOf(thrown: unknown): string[] {
  if (!(thrown instanceof Error)) return [];
  const { code } = thrown as { code?: unknown };
  return [...(typeof code === 'string' ? [code] : []), ...codesOf(thrown.cause)];
}

/**
 * Does something that may meet a fault of the network, and does it again when exactly that fault is declared. Every
 * retry is told, so that what passed at the second attempt is seen to have done so.
 */
export async function withRetries<T>(
  policy: NetworkConfig | undefined,
  what: string,
  action: () => Promise<T>,
  onRetry: (retry: Retry) => void,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await action();
    } catch (thrown) {
      const code = codesOf(thrown).find((each) =>
        (policy?.retryOn as readonly string[] | undefined)?.includes(each),
      );
      if (code === undefined || !policy || attempt >= policy.attempts) throw thrown;
      onRetry({ what, code });
      await sleep(policy.wait);
    }
  }
}
