import { type Backoff, backoffMs } from './backoff.ts';
import type { Delivery } from './channel.ts';
import type { OutboxRow, Settlement } from './outbox-store.ts';

/** Tries of an event whose receiver answers in a way that nobody understands. */
export const limitedAttempts = 10;

export interface SettlementRules {
  backoff: Backoff;
  /** An event that failed for this long is given up. */
  maxAgeMs: number;
  random: () => number;
}

/** What a try means for its event: settled, put off, or given up with the reason. */
export function settlementOf(
  row: OutboxRow,
  delivery: Delivery,
  times: { atMs: number; durationMs: number },
  rules: SettlementRules,
): Settlement {
  const settled = { row, ...times, nextAttemptMs: undefined };
  if (delivery.result !== 'retry') return { ...settled, delivery };
  const attempts = row.attempts + 1;
  const givenUp = (why: string): Settlement => ({
    ...settled,
    delivery: { result: 'drop', reason: `${why}: ${delivery.reason}` },
  });
  if (delivery.limited && attempts >= limitedAttempts) return givenUp(`given up after ${attempts} tries`);
  if (times.atMs - row.enqueuedMs > rules.maxAgeMs) return givenUp('given up, too old');
  // At least 1 ms, so that one look at the outbox ends even when no jitter comes and time stands still.
  const waitMs = Math.max(1, backoffMs(attempts, rules.backoff, rules.random), delivery.retryAfterMs ?? 0);
  return { ...settled, delivery, nextAttemptMs: times.atMs + waitMs };
}
