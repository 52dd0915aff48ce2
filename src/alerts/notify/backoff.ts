/** How the time to the next try grows. */
export interface Backoff {
  /** Upper limit of the first wait. */
  baseMs: number;
  /** Upper limit of any wait that the receiver didn't ask for. */
  capMs: number;
}

export const defaultBackoff: Backoff = { baseMs: 1000, capMs: 5 * 60_000 };

/** Upper limit of a wait of what is critical: a receiver that was out for a moment is told of it within a minute. */
export const criticalCapMs = 30_000;

/** A receiver may ask for more time than our cap, but not for days. */
export const longestRetryAfterMs = 60 * 60_000;

/** What is critical waits no longer than this, and so doesn't a channel as a whole: something critical may come. */
export const longestCriticalWaitMs = 5 * 60_000;

/**
 * Milliseconds until the next try after `attempts` failed ones: full jitter, uniform between 0 and
 * `min(cap, base × 2^(attempts − 1))`, so that many senders don't come back at once.
 */
export function backoffMs(attempts: number, backoff: Backoff, random: () => number): number {
  const limit = Math.min(backoff.capMs, backoff.baseMs * 2 ** Math.min(attempts - 1, 40));
  return Math.floor(random() * limit);
}

/** Milliseconds that a Retry-After header asks for, as seconds or as a date; at most an hour. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  const asked = /^\d{1,9}(\.\d{1,3})?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return Number.isFinite(asked) ? Math.min(Math.max(asked, 0), longestRetryAfterMs) : undefined;
}

/** Whether a time is still to come. One beyond any wait that we give means that the clock was set back: then it isn't. */
export function isAhead(atMs: number, nowMs: number): boolean {
  return atMs > nowMs && atMs <= nowMs + longestRetryAfterMs;
}
