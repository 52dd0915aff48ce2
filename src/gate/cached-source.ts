import { matches } from '../labels/index.ts';
import type { SamplePoint, SampleSource, Series } from '../signals/index.ts';

/** The first index whose point is at `timeMs` or later. */
function lowerBound(points: readonly SamplePoint[], timeMs: number): number {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.timeMs ?? 0) < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A source that reads each metric once for as long as it is asked for less than before: ask for the longest range first. */
export function cachedSource(source: SampleSource): SampleSource {
  const read = new Map<string, { fromMs: number; toMs: number; series: Series[] }>();
  return {
    series(name, matchers, fromMs, toMs) {
      let known = read.get(name);
      if (!known || known.fromMs > fromMs || known.toMs < toMs) {
        const [from, to] = [Math.min(known?.fromMs ?? fromMs, fromMs), Math.max(known?.toMs ?? toMs, toMs)];
        known = { fromMs: from, toMs: to, series: source.series(name, [], from, to) };
        read.set(name, known);
      }
      return known.series
        .filter(({ labels }) => matches(labels, matchers))
        .map(({ labels, points }) => ({
          labels,
          points: points.slice(lowerBound(points, fromMs), lowerBound(points, toMs + 1)),
        }))
        .filter(({ points }) => points.length > 0);
    },
  };
}
