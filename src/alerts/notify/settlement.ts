import { type Backoff, backoffMs, longestCriticalWaitMs } from './backoff.ts';
import type { Delivery } from './channel.ts';
import type { OutboxRow, Settlement } from './outbox-store.ts';

export interface SettlementRules {
  backoff: Backoff;
  /** An event that failed for this long is given up. */
  maxAgeMs: number;
  random: () => number;
}

/** The time that the receiver asked for, as far as the event may wait for it. */
function askedMs({ event }: OutboxRow, { retryAfterMs = 0 }: { retryAfterMs?: number | undefined }): number {
  const isCritical = event?.kind === 'alert' && event.severity === 'critical';
  return isCritical ? Math.min(retryAfterMs, longestCriticalWaitMs) : retryAfterMs;
}

/** What a try means for its event: settled, put off, or given up with the reason. */
export function settlementOf(
  row: OutboxRow,
  delivery: Delivery,
  times: { atMs: number; durationMs: number; waitedMs: number },
  rules: SettlementRules,
): Settlement {
  const settled = { row, ...times, nextAttemptMs: undefined };
  if (delivery.result !== 'retry') return { ...settled, delivery };
  const attempts = row.attempts + 1;
  if (times.waitedMs > rules.maxAgeMs)
    return { ...settled, delivery: { result: 'drop', reason: `given up, too old: ${delivery.reason}` } };
  // At least 1 ms, so that one look at the outbox ends even when no jitter comes and time stands still.
  const waitMs = Math.max(1, backoffMs(attempts, rules.backoff, rules.random), askedMs(row, delivery));
  return { ...settled, delivery, nextAttemptMs: times.atMs + waitMs };
}
