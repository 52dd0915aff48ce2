import { messageOf, oneLine, type Redactor } from '../../core/index.ts';
import { isAhead, longestCriticalWaitMs } from './backoff.ts';
import type { Channel, Delivery } from './channel.ts';
import type { OutboxRow, OutboxStore, Settlement } from './outbox-store.ts';
import { type SettlementRules, settlementOf } from './settlement.ts';
import { heartbeatLifeMs } from './supersede.ts';

export interface WorkerOptions extends SettlementRules {
  channel: Channel;
  store: OutboxStore;
  redactor: Redactor;
  now: () => number;
  onError: (message: string) => void;
}

/** What one channel did since the dispatcher was made, and what waits for it; ages in seconds. */
export interface ChannelStatistics {
  sent: number;
  /** Tries that failed and were put off. */
  failed: number;
  /** Events given up: refused for good, or too old. */
  dropped: number;
  /** Events that a later one made needless. */
  superseded: number;
  pending: number;
  /** Age of the oldest event that waits; 0 when none does. */
  oldestAgeSeconds: number;
}

/** Takes events to one channel; what happens there stops no other. */
export function createWorker(options: WorkerOptions) {
  const { channel, store, redactor, now } = options;
  const { name, resend, concurrency = 4, minIntervalMs = 0, spacingMs = 0 } = channel;
  const counts = { sent: 0, failed: 0, dropped: 0, superseded: 0 };
  const inFlight = new Set<number>();
  const passes = new Set<Promise<void>>();
  /** Tries that happened and couldn't be written; nothing goes out before they are, or it would go out for ever. */
  const unsettled: Settlement[] = [];
  let readyAtMs = 0;
  let resendAtMs = 0;
  let resending = false;
  let complained = false;
  let stopped = false;
  let abandoned = false;

  const clean = (text: string): string => oneLine(redactor.redact(text));

  const guarded = <T>(step: () => T): T | undefined => {
    try {
      const value = step();
      complained = false;
      return value;
    } catch (thrown) {
      if (!complained) options.onError(clean(`${name}: the outbox can't be used: ${messageOf(thrown)}`));
      complained = true;
      return undefined;
    }
  };

  const flush = (): void => {
    for (let next = unsettled[0]; next; next = unsettled[0]) {
      store.settle(next, resend?.resolvedForMs);
      inFlight.delete(next.row.id);
      unsettled.shift();
    }
  };

  const resendDue = () => resend !== undefined && !isAhead(resendAtMs, now());

  /** The next event that may go, marked as on its way. */
  const take = (): OutboxRow | undefined => {
    if (stopped || resending || resendDue() || inFlight.size >= concurrency || isAhead(readyAtMs, now()))
      return undefined;
    return guarded(() => {
      flush();
      for (;;) {
        const rows = store.due(name, now(), spacingMs, inFlight.size + 1);
        const row = rows.find(({ id }) => !inFlight.has(id));
        if (!row) return undefined;
        const skipped = store.collapse(name, row.stream, now());
        counts.superseded += skipped;
        if (skipped > 0) continue;
        inFlight.add(row.id);
        readyAtMs = now() + minIntervalMs;
        return row;
      }
    });
  };

  const attempt = async ({ event, idempotencyKey }: OutboxRow): Promise<Delivery> => {
    if (!event) return { result: 'drop', reason: 'the event in the outbox is damaged' };
    if (event.kind === 'heartbeat' && !(now() - Date.parse(event.at) <= heartbeatLifeMs))
      return { result: 'drop', reason: 'too late for a heartbeat' };
    if (!channel.accepts(event)) return { result: 'drop', reason: `${channel.type} takes no ${event.kind}` };
    try {
      return await channel.deliver(redactor.redactDeep(event), { nowMs: now(), idempotencyKey });
    } catch (thrown) {
      return { result: 'retry', reason: messageOf(thrown) };
    }
  };

  const note = (settlement: Settlement): void => {
    const { delivery, nextAttemptMs, atMs } = settlement;
    if (delivery.result === 'sent') counts.sent += 1;
    else {
      counts[nextAttemptMs === undefined ? 'dropped' : 'failed'] += 1;
      // A receiver that asks for time asks for all of us.
      if (delivery.result === 'retry' && delivery.retryAfterMs !== undefined)
        readyAtMs = Math.max(readyAtMs, atMs + Math.min(delivery.retryAfterMs, longestCriticalWaitMs));
    }
  };

  const deliver = async (row: OutboxRow): Promise<void> => {
    const startedMs = now();
    const answered = await attempt(row);
    if (abandoned) return;
    const delivery =
      answered.result === 'sent'
        ? { ...answered, detail: answered.detail && clean(answered.detail) }
        : { ...answered, reason: clean(answered.reason) };
    const times = { atMs: now(), durationMs: now() - startedMs };
    const settlement = settlementOf(row, delivery, times, options);
    note(settlement);
    unsettled.push(settlement);
    guarded(flush);
  };

  const work = async (): Promise<void> => {
    for (let row = take(); row; row = take()) await deliver(row);
  };

  const repeat = async ({ deliver: tell, everyMs }: NonNullable<Channel['resend']>): Promise<void> => {
    const nowMs = now();
    resendAtMs = nowMs + everyMs;
    const events = guarded(() => store.held(name, nowMs)) ?? [];
    if (events.length === 0) return;
    resending = true;
    const delivery = await tell(redactor.redactDeep(events), nowMs).catch(
      (thrown): Delivery => ({ result: 'retry', reason: messageOf(thrown) }),
    );
    resending = false;
    if (delivery.result !== 'sent') counts.failed += 1;
  };

  const pass = async (): Promise<void> => {
    do {
      if (resend && resendDue() && inFlight.size === 0 && !resending && !stopped) await repeat(resend);
      await Promise.all(Array.from({ length: concurrency }, work));
    } while (resendDue() && inFlight.size === 0 && !resending && !stopped);
  };

  return {
    name,
    /** One look at the outbox: sends what may go, and returns when that is settled. */
    async tick(): Promise<void> {
      const running = pass();
      passes.add(running);
      await running.finally(() => passes.delete(running));
    },
    /** Time until the next look, at most `pollMs`. */
    idleMs(pollMs: number): number {
      if (inFlight.size > 0 || resending) return pollMs;
      const nextMs = guarded(() => store.nextMs(name, spacingMs)) ?? Number.POSITIVE_INFINITY;
      const atMs = Math.min(Math.max(nextMs, readyAtMs), resend ? resendAtMs : Number.POSITIVE_INFINITY);
      return Math.min(pollMs, Math.max(20, atMs - now()));
    },
    /** Takes nothing more; resolves when what is on its way is settled. */
    async stop(): Promise<void> {
      stopped = true;
      await Promise.allSettled(passes);
    },
    /** What is still on its way is left for the next start. */
    abandon(): void {
      stopped = true;
      abandoned = true;
    },
    statistics(): ChannelStatistics {
      const waiting = guarded(() => store.pendingOf(name)) ?? { pending: 0, oldestMs: undefined };
      const ageMs = waiting.oldestMs === undefined ? 0 : Math.max(0, now() - waiting.oldestMs);
      return { ...counts, pending: waiting.pending, oldestAgeSeconds: ageMs / 1000 };
    },
  };
}
