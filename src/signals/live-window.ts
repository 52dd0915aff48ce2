import { histogramQuantile, increase } from '../exposition/index.ts';
import type { LiveSample } from './live-sample.ts';

/** What happened in live traffic between two instants. */
export interface LiveWindow {
  seconds: number;
  operations: number;
  errors: number;
  /** Seconds; NaN when nothing was observed. */
  latencyP95: number;
  /** Where the window begins. */
  since: string;
}

/** Counters of a process at its birth: a window may begin there though nobody scraped it. */
function atStart(sample: LiveSample, startedMs: number): LiveSample {
  return {
    ...sample,
    timeMs: startedMs,
    operations: 0,
    errors: 0,
    buckets: sample.buckets.map(({ le }) => ({ le, count: 0 })),
  };
}

/** The increase over all steps, so that a restart in the middle loses nothing that was seen after it. */
function between(samples: readonly LiveSample[], since: string): LiveWindow | undefined {
  const first = samples[0];
  const last = samples.at(-1);
  if (!first || !last || samples.length < 2 || last.timeMs <= first.timeMs) return undefined;
  let operations = 0;
  let errors = 0;
  const buckets = last.buckets.map(({ le }) => ({ le, count: 0 }));
  for (const [index, after] of samples.slice(1).entries()) {
    const before = samples[index] as LiveSample;
    operations += increase(before.operations, after.operations);
    errors += increase(before.errors, after.errors);
    for (const bucket of buckets) {
      const earlier = before.buckets.find(({ le }) => le === bucket.le)?.count ?? 0;
      const later = after.buckets.find(({ le }) => le === bucket.le)?.count ?? 0;
      bucket.count += increase(earlier, later);
    }
  }
  return {
    seconds: (last.timeMs - first.timeMs) / 1000,
    operations,
    errors,
    latencyP95: histogramQuantile(0.95, buckets),
    since,
  };
}

/** Evidence a little older than the window still stands for it: cycles come on a grid, not on the dot. */
const tolerance = 1.5;

/**
 * The window of at most `windowMs` that ends with the newest sample: from the oldest earlier sample
 * in it, or from the birth of a process younger than the window, or between the first two samples
 * of this run. `undefined` when there is no second point.
 */
export function liveWindow(samples: readonly LiveSample[], windowMs: number): LiveWindow | undefined {
  const now = samples.at(-1);
  if (!now) return undefined;
  const recent = samples.filter((sample) => now.timeMs - sample.timeMs <= windowMs);
  const previous = samples.findLast((sample) => now.timeMs - sample.timeMs > windowMs);
  const bridging = previous && now.timeMs - previous.timeMs <= windowMs * tolerance ? [previous] : [];
  // A birth in the future is a clock that is wrong, not a young process.
  const age = now.timeMs - (now.startedMs ?? Number.NEGATIVE_INFINITY);
  const young = age > 0 && age <= windowMs;
  if (young) {
    const lifetime = recent.filter(
      (sample) => sample.timeMs > (now.startedMs as number) && sample.startedMs === now.startedMs,
    );
    return between([atStart(now, now.startedMs as number), ...lifetime], 'the target’s start');
  }
  // When the cycles are as far apart as the window is long, the previous one is its natural beginning.
  const inWindow = recent.length > 2 || bridging.length === 0 ? recent : [...bridging, ...recent];
  return between(inWindow, inWindow.length > 2 ? 'an earlier cycle' : 'the first scrape of this cycle');
}
