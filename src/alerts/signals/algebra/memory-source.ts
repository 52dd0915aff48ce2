import { type LabelSet, labelKey, type Matcher, matches } from '../../../core/index.ts';
import { lowerBound, type SamplePoint, type SampleSource } from './source.ts';

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
