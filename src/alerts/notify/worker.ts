import type { DatabaseSync } from 'node:sqlite';
import { messageOf, oneLine, type Redactor } from '../../core/index.ts';
import { isAhead, longestCriticalWaitMs, longestRetryAfterMs } from './backoff.ts';
import type { Channel, Delivery } from './channel.ts';
import type { NotificationEvent } from './event.ts';
import {
  collapse,
  dueRows,
  heldAlerts,
  nextDueMs,
  type OutboxRow,
  type Settlement,
  settle,
  waitingFor,
} from './outbox-store.ts';
import { type SettlementRules, settlementOf } from './settlement.ts';
import { heartbeatLifeMs } from './supersede.ts';

export interface WorkerOptions extends SettlementRules {
  channel: Channel;
  database: () => DatabaseSync;
  redactor: Redactor;
  now: () => number;
  /** Milliseconds of a clock that nobody can set. */
  monotonic: () => number;
  onError: (message: string) => void;
  /** Whether something may leave on a channel now; always without it. */
  mayDeliver?: (channel: string) => boolean;
  /** Told what a channel has taken; it must not throw. */
  onSent?: (event: NotificationEvent) => void;
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
  /** For how long something has waited that was tried in vain, or since when all was refused; 0 when neither. */
  undeliveredSeconds: number;
  /** What the last try that failed was answered; undefined once one succeeds. */
  reason: string | undefined;
}

/** Takes events to one channel; what happens there stops no other. */
export class Worker {
  readonly name: string;
  readonly #options: WorkerOptions;
  readonly #channel: Channel;
  /** Deliveries at the same time at most. */
  readonly #concurrency: number;
  readonly #counts = { sent: 0, failed: 0, dropped: 0, superseded: 0 };
  /** By idempotency key. */
  readonly #inFlight = new Set<string>();
  /** When each event that failed was last tried, by the clock that nobody can set. */
  readonly #triedMs = new Map<string, number>();
  readonly #passes = new Set<Promise<void>>();
  /** Tries that happened and couldn't be written; nothing goes out before they are, or it would go out for ever. */
  readonly #unsettled: Settlement[] = [];
  /** The first try that failed since one succeeded: from when its event was queued, and the answer to the last. */
  #failing: { sinceMs: number; reason: string } | undefined;
  #readyAtMs = 0;
  #repeatAtMs = 0;
  #isRepeating = false;
  #hasComplained = false;
  #isStopped = false;
  #isAbandoned = false;

  constructor(options: WorkerOptions) {
    this.#options = options;
    this.#channel = options.channel;
    this.#concurrency = options.channel.concurrency ?? 4;
    this.name = options.channel.name;
  }

  /** One look at the outbox: sends what may go, and returns when that is settled. */
  async tick(): Promise<void> {
    const running = this.#pass();
    this.#passes.add(running);
    await running.finally(() => this.#passes.delete(running));
  }

  async #pass(): Promise<void> {
    do {
      if (this.#mayRepeat()) await this.#repeat();
      await Promise.all(Array.from({ length: this.#concurrency }, () => this.#work()));
    } while (this.#mayRepeat());
  }

  async #work(): Promise<void> {
    for (let row = this.#take(); row; row = this.#take()) await this.#deliver(row);
  }

  /** The next event that may go, marked as on its way. */
  #take(): OutboxRow | undefined {
    const { now } = this.#options;
    const { minIntervalMs = 0, spacingMs = 0 } = this.#channel;
    if (this.#options.mayDeliver?.(this.name) === false) return undefined;
    if (this.#isStopped || this.#isRepeating || this.#isRepeatDue() || isAhead(this.#readyAtMs, now()))
      return undefined;
    if (this.#inFlight.size >= this.#concurrency) return undefined;
    return this.#guarded((db) => {
      this.#flush(db);
      for (;;) {
        const rows = dueRows(db, this.name, { nowMs: now(), spacingMs, limit: this.#inFlight.size + 1 });
        const row = rows.find(({ idempotencyKey }) => !this.#inFlight.has(idempotencyKey));
        if (!row) return undefined;
        const skipped = collapse(db, row, now());
        this.#counts.superseded += skipped;
        if (skipped > 0) continue;
        this.#inFlight.add(row.idempotencyKey);
        this.#readyAtMs = now() + minIntervalMs;
        return row;
      }
    });
  }

  async #deliver(row: OutboxRow): Promise<void> {
    const { now } = this.#options;
    const startedMs = now();
    const answered = await this.#attempt(row);
    if (this.#isAbandoned) return;
    const delivery =
      answered.result === 'sent'
        ? { ...answered, detail: answered.detail && this.#clean(answered.detail) }
        : { ...answered, reason: this.#clean(answered.reason) };
    const times = { atMs: now(), durationMs: now() - startedMs, waitedMs: this.#waitedUntilNow(row) };
    const settlement = settlementOf(row, delivery, times, this.#options);
    if (settlement.nextAttemptMs === undefined) this.#triedMs.delete(row.idempotencyKey);
    this.#count(settlement);
    this.#unsettled.push(settlement);
    this.#guarded((db) => this.#flush(db));
    const { event } = row;
    if (delivery.result === 'sent' && event) this.#options.onSent?.(event);
  }

  /** How long an event was seen failing, this try included: only time between two tries of one process counts. */
  #waitedUntilNow({ idempotencyKey, waitedMs }: OutboxRow): number {
    const atMs = this.#options.monotonic();
    const sinceMs = atMs - (this.#triedMs.get(idempotencyKey) ?? atMs);
    this.#triedMs.set(idempotencyKey, atMs);
    return waitedMs + Math.min(sinceMs, longestRetryAfterMs);
  }

  async #attempt({ event, idempotencyKey }: OutboxRow): Promise<Delivery> {
    const { redactor, now } = this.#options;
    if (!event) return { result: 'drop', reason: 'the event in the outbox is damaged' };
    if (event.kind === 'heartbeat' && !(now() - Date.parse(event.at) <= heartbeatLifeMs))
      return { result: 'drop', reason: 'too late for a heartbeat' };
    if (!this.#channel.accepts(event))
      return { result: 'drop', reason: `${this.#channel.type} takes no ${event.kind}` };
    try {
      return await this.#channel.deliver(redactor.redactDeep(event), { nowMs: now(), idempotencyKey });
    } catch (thrown) {
      return { result: 'retry', reason: messageOf(thrown) };
    }
  }

  #noteFate(delivery: Delivery, sinceMs: number): void {
    this.#failing =
      delivery.result === 'sent'
        ? undefined
        : { sinceMs: this.#failing?.sinceMs ?? sinceMs, reason: this.#clean(delivery.reason) };
  }

  #count({ row, delivery, nextAttemptMs, atMs }: Settlement): void {
    this.#noteFate(delivery, row.enqueuedMs);
    if (delivery.result === 'sent') this.#counts.sent += 1;
    else this.#counts[nextAttemptMs === undefined ? 'dropped' : 'failed'] += 1;
    // A receiver that asks for time asks for all of us.
    if (delivery.result === 'retry' && delivery.retryAfterMs !== undefined)
      this.#readyAtMs = Math.max(
        this.#readyAtMs,
        atMs + Math.min(delivery.retryAfterMs, longestCriticalWaitMs),
      );
  }

  #flush(db: DatabaseSync): void {
    for (let next = this.#unsettled[0]; next; next = this.#unsettled[0]) {
      settle(db, next, this.#channel.resend?.resolvedForMs);
      this.#inFlight.delete(next.row.idempotencyKey);
      this.#unsettled.shift();
    }
  }

  #isRepeatDue(): boolean {
    return this.#channel.resend !== undefined && !isAhead(this.#repeatAtMs, this.#options.now());
  }

  #mayRepeat(): boolean {
    if (this.#options.mayDeliver?.(this.name) === false) return false;
    return this.#isRepeatDue() && this.#inFlight.size === 0 && !this.#isRepeating && !this.#isStopped;
  }

  /** Tells a channel that forgets again what fires; nothing else is on its way meanwhile. */
  async #repeat(): Promise<void> {
    const { resend } = this.#channel;
    if (!resend) return;
    const nowMs = this.#options.now();
    this.#repeatAtMs = nowMs + resend.everyMs;
    const events = this.#guarded((db) => heldAlerts(db, this.name, nowMs)) ?? [];
    if (events.length === 0) return;
    this.#isRepeating = true;
    const delivery = await resend
      .deliver(this.#options.redactor.redactDeep(events), nowMs)
      .catch((thrown): Delivery => ({ result: 'retry', reason: messageOf(thrown) }));
    this.#isRepeating = false;
    this.#noteFate(delivery, nowMs);
    if (delivery.result !== 'sent') this.#counts.failed += 1;
  }

  #clean(text: string): string {
    return oneLine(this.#options.redactor.redact(text));
  }

  /** Does what may be impossible for a while; the first time that it is, it is said. */
  #guarded<T>(step: (db: DatabaseSync) => T): T | undefined {
    try {
      const value = step(this.#options.database());
      this.#hasComplained = false;
      return value;
    } catch (thrown) {
      const complaint = this.#clean(`${this.name}: the outbox can't be used: ${messageOf(thrown)}`);
      if (!this.#hasComplained) this.#options.onError(complaint);
      this.#hasComplained = true;
      return undefined;
    }
  }

  /** Time until the next look, at most `pollMs`. */
  idleMs(pollMs: number): number {
    if (this.#inFlight.size > 0 || this.#isRepeating) return pollMs;
    const nextMs = this.#guarded((db) => nextDueMs(db, this.name, this.#channel.spacingMs ?? 0));
    const dueMs = Math.max(nextMs ?? Number.POSITIVE_INFINITY, this.#readyAtMs);
    const atMs = this.#channel.resend ? Math.min(dueMs, this.#repeatAtMs) : dueMs;
    return Math.min(pollMs, Math.max(20, atMs - this.#options.now()));
  }

  /** Takes nothing more; resolves when what is on its way is settled. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.allSettled(this.#passes);
  }

  /** What is still on its way is left for the next start. */
  abandon(): void {
    this.#isStopped = true;
    this.#isAbandoned = true;
  }

  statistics(): ChannelStatistics {
    const { now } = this.#options;
    const { pending = 0, oldestMs, triedMs } = this.#guarded((db) => waitingFor(db, this.name)) ?? {};
    const secondsSince = (...times: (number | undefined)[]) =>
      Math.max(0, ...times.map((timeMs) => (timeMs === undefined ? 0 : now() - timeMs))) / 1000;
    return {
      ...this.#counts,
      pending,
      oldestAgeSeconds: secondsSince(oldestMs),
      undeliveredSeconds: secondsSince(triedMs, this.#failing?.sinceMs),
      reason: this.#failing?.reason,
    };
  }
}
