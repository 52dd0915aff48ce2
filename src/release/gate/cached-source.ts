import { lowerBound, type SampleSource, type Series } from '../../alerts/index.ts';
import { matches } from '../../core/index.ts';

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
