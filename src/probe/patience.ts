import { type HttpAnswer, type SendOptions, send } from '../target/index.ts';

const defaultTimeoutMs = 5000;
/** What a service still gets after it twice in a row gave no answer in time. */
const lostPatienceMs = 1000;
const strikesAllowed = 2;

const strikes = new Map<string, number>();

/**
 * Sends with less patience to a service that has just let two requests run out of time, so that a
 * frozen target is known as such within the cycle instead of using it up. One answer restores it.
 */
export async function sendPatiently(url: string, options: SendOptions = {}): Promise<HttpAnswer> {
  const { origin } = new URL(url);
  const given = strikes.get(origin) ?? 0;
  const wanted = options.timeoutMs ?? defaultTimeoutMs;
  const timeoutMs = given >= strikesAllowed ? Math.min(wanted, lostPatienceMs) : wanted;
  const startedAt = performance.now();
  try {
    const answer = await send(url, { ...options, timeoutMs });
    strikes.set(origin, 0);
    return answer;
  } catch (thrown) {
    if (performance.now() - startedAt >= timeoutMs * 0.9) strikes.set(origin, given + 1);
    throw thrown;
  }
}
