// Preloaded into a loop: for how long its event loop stood at most, written to DELAY_FILE twice a second in milliseconds, by
// the clock and by what its thread itself used of the processor: on a machine that others keep busy only that tells of the loop.
import { appendFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

const histogram = monitorEventLoopDelay({ resolution: 5 });
histogram.enable();
const usedMs = () => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};
let before = usedMs();
let longest = 0;
setInterval(() => {
  const now = usedMs();
  longest = Math.max(longest, now - before);
  before = now;
}, 1).unref();
setInterval(() => {
  if (!isMainThread) return;
  appendFileSync(
    process.env.DELAY_FILE,
    `${JSON.stringify({ atMs: Date.now(), clockMs: histogram.max / 1e6, usedMs: longest })}\n`,
  );
  histogram.reset();
  longest = 0;
}, 500).unref();
