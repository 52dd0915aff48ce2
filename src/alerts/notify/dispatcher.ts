import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redactor } from '../../core/index.ts';
import { type Backoff, defaultBackoff } from './backoff.ts';
import type { Channel } from './channel.ts';
import type { NotificationEvent } from './event.ts';
import { pendingIn } from './outbox-store.ts';
import { type ChannelStatistics, Worker } from './worker.ts';

export interface DispatcherOptions {
  /** The one that is open now, with the tables of `createOutboxTables`; used by this process alone. */
  database: () => DatabaseSync;
  channels: readonly Channel[];
  redactor: Redactor;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Milliseconds of a clock that nobody can set; that of the process. */
  monotonic?: () => number;
  /** Uniform in [0, 1). */
  random: () => number;
  /** Told, without secrets, what went wrong that is no channel's fault: the database can't be written. */
  onError?: (message: string) => void;
  backoff?: Backoff;
  /** Whether something may leave on a channel now; always without it. */
  mayDeliver?: (channel: string) => boolean;
  /** Told what a channel has taken; it must not throw. */
  onSent?: (event: NotificationEvent) => void;
  /** Longest time between two looks at the outbox; 1 s. */
  pollMs?: number;
  /** An event that was seen failing for this long is given up; 7 days. */
  maxAgeMs?: number;
  /** How long `stop` waits for what is on its way; 3 s. */
  graceMs?: number;
}

export interface Dispatcher {
  /** Sends everything that may go now, through all channels at once, and returns when it is settled. */
  tick(): Promise<void>;
  /** Sends from now on, each channel at its own pace. */
  start(): void;
  /** Ends within 5 s; what was on its way and unsettled waits in the outbox for the next start. */
  stop(): Promise<void>;
  /** Looks at the outbox at once: something was queued. */
  wake(): void;
  /** Events that wait, over all channels. */
  pending(): number;
  /** By the name of the channel. */
  statistics(): Record<string, ChannelStatistics>;
}

/** Takes events from the outbox to their channels: at least once, in order per alert, whatever one channel or alert does. */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { database, channels, pollMs = 1000, graceMs = 3000 } = options;
  const defaults = {
    backoff: defaultBackoff,
    maxAgeMs: 7 * 86_400_000,
    monotonic: () => performance.now(),
    onError: () => {},
  };
  const workers = channels.map((channel) => new Worker({ ...defaults, ...options, channel }));
  let running = false;
  const timers = new Map<Worker, NodeJS.Timeout>();

  const schedule = (worker: Worker, delayMs: number) => {
    if (!running) return;
    clearTimeout(timers.get(worker));
    timers.set(
      worker,
      setTimeout(() => {
        // One event that hangs must not keep later ones waiting, so the next look doesn't wait for this one.
        schedule(worker, pollMs);
        void worker.tick().then(() => schedule(worker, worker.idleMs(pollMs)));
      }, delayMs),
    );
  };

  return {
    async tick() {
      await Promise.all(workers.map((worker) => worker.tick()));
    },
    start() {
      if (running) return;
      running = true;
      for (const worker of workers) schedule(worker, 0);
    },
    wake() {
      for (const worker of workers) schedule(worker, 0);
    },
    async stop() {
      running = false;
      for (const timer of timers.values()) clearTimeout(timer);
      const ended = Promise.all(workers.map((worker) => worker.stop()));
      const grace = new AbortController();
      await Promise.race([ended, sleep(graceMs, undefined, { signal: grace.signal }).catch(() => {})]);
      grace.abort();
      for (const worker of workers) worker.abandon();
      const closed = Promise.all(channels.map((channel) => channel.close?.().catch(() => {})));
      await Promise.race([closed, sleep(500, undefined, { ref: false })]);
    },
    pending: () => pendingIn(database()),
    statistics: () => Object.fromEntries(workers.map((worker) => [worker.name, worker.statistics()])),
  };
}
