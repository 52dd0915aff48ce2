import { setImmediate as turn } from 'node:timers/promises';
import type { WatchClock } from '../../src/monitor/index.ts';
import { childrenCpuMs } from './rounds.ts';

/** What one turn of a loop took; CPU of this process, and of its children that ended meanwhile. */
export interface Step {
  wallMs: number;
  ownCpuMs: number;
  childrenCpuMs: number;
}

/** The costs of several steps together. */
export function sumOf(steps: readonly Step[]): Step {
  const sum = { wallMs: 0, ownCpuMs: 0, childrenCpuMs: 0 };
  for (const step of steps) {
    sum.wallMs += step.wallMs;
    sum.ownCpuMs += step.ownCpuMs;
    sum.childrenCpuMs += step.childrenCpuMs;
  }
  return sum;
}

interface Waiter {
  atMs: number;
  wake(): void;
}

/** CPU time of this process, milliseconds. */
export function ownCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * A clock on which the loops of a watch take their turns one after another, each measured from being woken to waiting
 * again. Work takes its real time on it, waiting takes none, and nobody spins while a child runs.
 */
export class StepClock implements WatchClock {
  /** When the turn that runs was begun, or the last one ended. */
  #nowMs: number;
  #wokenAt: number | undefined;
  readonly #loops: number;
  #waiters: Waiter[] = [];
  #allWait = Promise.withResolvers<void>();

  constructor(startMs: number, loops: number) {
    this.#nowMs = startMs;
    this.#loops = loops;
  }

  now(): number {
    return Math.floor(this.monotonic());
  }

  monotonic(): number {
    return this.#nowMs + (this.#wokenAt === undefined ? 0 : performance.now() - this.#wokenAt);
  }

  wait(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        signal.removeEventListener('abort', wake); // listeners that stay would themselves be a growing cost
        resolve();
      };
      signal.addEventListener('abort', wake, { once: true });
      this.#waiters.push({ atMs: this.monotonic() + Math.max(0, ms), wake });
      if (this.#waiters.length === this.#loops) this.#allWait.resolve();
    });
  }

  /** Wakes the loop that is due first and measures until all wait again. */
  async step(): Promise<Step> {
    await this.#allWait.promise;
    await turn(); // what the step before left to be done is not this one's
    this.#allWait = Promise.withResolvers();
    this.#waiters.sort((a, b) => a.atMs - b.atMs);
    const next = this.#waiters.shift() as Waiter;
    this.#nowMs = Math.max(this.#nowMs, next.atMs);
    const before = { wallMs: performance.now(), ownCpuMs: ownCpuMs(), childrenCpuMs: childrenCpuMs() };
    this.#wokenAt = before.wallMs;
    next.wake();
    await this.#allWait.promise;
    const wallMs = performance.now() - before.wallMs;
    this.#wokenAt = undefined;
    this.#nowMs += wallMs;
    return {
      wallMs,
      ownCpuMs: ownCpuMs() - before.ownCpuMs,
      childrenCpuMs: childrenCpuMs() - before.childrenCpuMs,
    };
  }
}
