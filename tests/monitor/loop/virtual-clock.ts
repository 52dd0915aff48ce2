import { setImmediate as turn } from 'node:timers/promises';
import type { WatchClock } from '../../../src/monitor/loop/clock.ts';

interface Waiter {
  atMs: number;
  resolve: () => void;
}

/** A clock that jumps to the next waiter as soon as every loop waits; real work in between takes no virtual time. */
export class VirtualClock implements WatchClock {
  #nowMs: number;
  #waiters: Waiter[] = [];

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  readonly now = (): number => this.#nowMs;

  monotonic(): number {
    return this.#nowMs;
  }

  wait(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const waiter = { atMs: this.#nowMs + Math.max(0, ms), resolve };
      this.#waiters.push(waiter);
      signal.addEventListener('abort', resolve as () => void, { once: true });
    });
  }

  /** Drives until `isDone`, with `loops` loops waiting on this clock; after `endMs` they end one by one. */
  async drive(loops: number, endMs: number, isDone: () => boolean): Promise<void> {
    while (!isDone()) {
      await turn();
      if (this.#waiters.length < loops && this.#nowMs < endMs) continue;
      this.#waiters.sort((a, b) => a.atMs - b.atMs);
      const next = this.#waiters.shift();
      if (!next) continue;
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.resolve();
    }
  }
}
