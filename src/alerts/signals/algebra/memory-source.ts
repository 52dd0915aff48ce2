import { type LabelSet, labelKey, type Matcher, matches } from '../../../core/index.ts';
import { lowerBound, type SamplePoint, type SampleSource, type Series } from './source.ts';

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

  series(name: string, matchers: readonly Matcher[], fromMs: number, toMs: number) {
    return [...(this.metrics.get(name)?.values() ?? [])]
      .filter(({ labels }) => matches(labels, matchers))
      .map(({ labels, points }) => ({
        labels,
        points: points.slice(lowerBound(points, fromMs), lowerBound(points, toMs + 1)),
      }))
      .filter(({ points }) => points.length > 0);
  }
}

/**
 * The same samples, each metric read once for the whole of `fromMs` … `toMs`: for thousands of evaluations over
 * one stretch of time. What lies outside of it is asked of the source itself.
 */
export function preloaded(source: SampleSource, fromMs: number, toMs: number): SampleSource {
  const metrics = new Map<string, Series[]>();
  // The matchers of an expression are one array for all its evaluations.
  const selections = new WeakMap<readonly Matcher[], Map<string, Series[]>>();

  const selected = (name: string, matchers: readonly Matcher[]): Series[] => {
    const ofMatchers = selections.get(matchers) ?? new Map<string, Series[]>();
    selections.set(matchers, ofMatchers);
    const known = ofMatchers.get(name);
    if (known) return known;
    const all = metrics.get(name) ?? source.series(name, [], fromMs, toMs);
    metrics.set(name, all);
    const found = all.filter(({ labels }) => matches(labels, matchers));
    ofMatchers.set(name, found);
    return found;
  };

  return {
    series(name, matchers, beginMs, endMs) {
      if (beginMs < fromMs || endMs > toMs) return source.series(name, matchers, beginMs, endMs);
      return selected(name, matchers).flatMap(({ labels, points }) => {
        const part = points.slice(lowerBound(points, beginMs), lowerBound(points, endMs + 1));
        return part.length > 0 ? [{ labels, points: part }] : [];
      });
    },
  };
}
