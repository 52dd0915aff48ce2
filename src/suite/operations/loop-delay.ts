import { monitorEventLoopDelay } from 'node:perf_hooks';

const resolutionMs = 5;

/** Watches how late this process itself was; what it calls slow may only have been noticed late. */
export interface LoopDelay {
  /** Milliseconds by which 95 % of the probe's own turns were at most late. */
  stop(): number;
}

export function watchLoopDelay(): LoopDelay {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  histogram.enable();
  return {
    stop() {
      histogram.disable();
      return histogram.count === 0 ? 0 : Math.max(0, histogram.percentile(95) / 1e6 - resolutionMs);
    },
  };
}
