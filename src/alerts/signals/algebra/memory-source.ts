import { type LabelSet, labelKey, type Matcher, matches } from '../../../core/index.ts';
import { lowerBound, type SamplePoint, type SampleSource, type Series } from './source.ts';

/** Of all series those that match, with their points in `fromMs` ≤ time ≤ `toMs`. */
function within(all: Iterable<Series>, matchers: readonly Matcher[], fromMs: number, toMs: number): Series[] {
  return [...all]
    .filter(({ labels }) => matches(labels, matchers))
    .map(({ labels, points }) => ({
      labels,
      points: points.slice(lowerBound(points, fromMs), lowerBound(points, toMs + 1)),
    }))
    .filter(({ points }) => points.length > 0);
}

/** Samples in memory. */
export class MemorySource implements SampleSource {
  private readonly metrics = new Map<string, Map<string, { labels: LabelSet; points: SamplePoint[] }>>();

  /** Records one sample; one that isn't newer than the last of its series is dropped, as Prometheus does. */
  add(name: string, labels: LabelSet, point: SamplePoint): void {
    const ofMetric = this.metrics.get(name) ?? new Map<string, { labels: LabelSet; points: SamplePoint[] }>();
    this.metrics.set(name, ofMetric);
    const key = labelKey(labels);
    const known = ofMetric.get(key) ?? { labels, points: [] };
    ofMetric.set(key, known);
    const newest = known.points.at(-1);
    if (!newest || point.timeMs > newest.timeMs) known.points.push(point);
  }

  series(name: string, matchers: readonly Matcher[], fromMs: number, toMs: number): Series[] {
    return within(this.metrics.get(name)?.values() ?? [], matchers, fromMs, toMs);
  }
}

/**
 * The same samples, each metric read once for the whole of `fromMs` … `toMs`: for thousands of evaluations over
 * one stretch of time. What lies outside of it is asked of the source itself. Those of `together` are read with the first of
 * them.
 */
export function preloaded(
  source: SampleSource,
  fromMs: number,
  toMs: number,
  together: readonly string[] = [],
): SampleSource {
  const metrics = new Map<string, Series[]>();
  return {
    series(name, matchers, beginMs, endMs) {
      if (beginMs < fromMs || endMs > toMs) return source.series(name, matchers, beginMs, endMs);
      if (!metrics.has(name) && together.includes(name))
        for (const [one, all] of source.seriesOfAll?.(together, fromMs, toMs) ?? []) metrics.set(one, all);
      const all = metrics.get(name) ?? source.series(name, [], fromMs, toMs);
      metrics.set(name, all);
      return within(all, matchers, beginMs, endMs);
    },
  };
}
