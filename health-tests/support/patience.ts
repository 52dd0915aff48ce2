import { type HttpAnswer, type SendOptions, send } from '../../src/clients/index.ts';

const defaultTimeoutMs = 5000;
/** What a service still gets after its last request ran out of time. */
const lostPatienceMs = 1000;

const silent = new Set<string>();

/**
 * Sends with less patience to a service whose last request ran out of time, so that a
 * frozen target is known as such within the cycle instead of using it up. One answer restores it.
 */
export async function sendPatiently(url: string, options: SendOptions = {}): Promise<HttpAnswer> {
  const { origin } = new URL(url);
  const wanted = options.timeoutMs ?? defaultTimeoutMs;
  const timeoutMs = silent.has(origin) ? Math.min(wanted, lostPatienceMs) : wanted;
  const startedAt = performance.now();
  try {
    const answer = await send(url, { ...options, timeoutMs });
    silent.delete(origin);
    return answer;
  } catch (thrown) {
    if (performance.now() - startedAt >= timeoutMs * 0.9) silent.add(origin);
    throw thrown;
  }
}
