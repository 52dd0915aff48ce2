import { type Backoff, backoffMs, criticalCapMs, longestCriticalWaitMs } from './backoff.ts';
import type { Delivery } from './channel.ts';
import type { OutboxRow, Settlement } from './outbox-store.ts';

export interface SettlementRules {
  backoff: Backoff;
  /** An event that failed for this long is given up. */
  maxAgeMs: number;
  random: () => number;
}

const isCritical = ({ event }: OutboxRow): boolean =>
  event?.kind === 'alert' && event.severity === 'critical';

/** The time that the receiver asked for, as far as the event may wait for it. */
const askedMs = (row: OutboxRow, { retryAfterMs = 0 }: { retryAfterMs?: number | undefined }): number =>
  isCritical(row) ? Math.min(retryAfterMs, longestCriticalWaitMs) : retryAfterMs;

/** How the wait of an event grows. */
const backoffOf = (row: OutboxRow, { baseMs, capMs }: Backoff): Backoff => ({
  baseMs,
  capMs: isCritical(row) ? Math.min(capMs, criticalCapMs) : capMs,
});

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
  const waitMs = Math.max(
    1,
    backoffMs(attempts, backoffOf(row, rules.backoff), rules.random),
    askedMs(row, delivery),
  );
  return { ...settled, delivery, nextAttemptMs: times.atMs + waitMs };
}
