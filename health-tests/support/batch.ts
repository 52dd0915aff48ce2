import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Operation } from './operation.ts';

export interface Batch {
  operations: Operation[];
  /** Seconds from the first sending to the last answer. */
  seconds: number;
  /** P95 of the probe's own lateness, milliseconds; a starved probe can't call a target slow. */
  probeDelayMs: number;
}

const resolutionMs = 5;

/** Watches this process itself: what it calls slow may only have been noticed late. Gives P95 of its lateness, milliseconds. */
function watchLoopDelay(): () => number {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  histogram.enable();
  return () => {
    histogram.disable();
    return histogram.count === 0 ? 0 : Math.max(0, histogram.percentile(95) / 1e6 - resolutionMs);
  };
}

/** Sends `count` operations, `concurrency` at a time, until done, until `deadlineMs` has passed, or until the target is found silent. */
export async function sendBatch(
  count: number,
  concurrency: number,
  one: () => Promise<Operation>,
  deadlineMs: number,
): Promise<Batch> {
  const probeDelay = watchLoopDelay();
  const startedAt = performance.now();
  const operations: Operation[] = [];
  let sent = 0;
  // When nobody answered any of the first two rounds, more of the same teaches nothing.
  const isSilent = () =>
    operations.length >= 2 * concurrency && operations.every(({ status }) => status === 0);
  const worker = async () => {
    while (sent < count && performance.now() - startedAt < deadlineMs && !isSilent()) {
      sent += 1;
      operations.push(await one());
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return { operations, seconds: (performance.now() - startedAt) / 1000, probeDelayMs: probeDelay() };
}

/**
 * Offers operations at a steady rate for a time, whether or not earlier ones were answered, and
 * counts those that were complete when the time was over. An operation under way then is not counted.
 */
export async function offer(
  perSecond: number,
  seconds: number,
  one: () => Promise<Operation>,
): Promise<{ offered: number; completed: number; failed: number; seconds: number; probeDelayMs: number }> {
  const probeDelay = watchLoopDelay();
  const startedAt = performance.now();
  const offered = Math.round(perSecond * seconds);
  let [completed, failed] = [0, 0];
  for (let index = 0; index < offered; index += 1) {
    const lateBy = startedAt + (index * 1000) / perSecond - performance.now();
    if (lateBy > 0) await sleep(lateBy);
    one().then(({ error }) => {
      if (error === undefined) completed += 1;
      else failed += 1;
    });
  }
  await sleep(Math.max(0, startedAt + seconds * 1000 - performance.now()));
  return {
    offered,
    completed,
    failed,
    seconds: (performance.now() - startedAt) / 1000,
    probeDelayMs: probeDelay(),
  };
}
