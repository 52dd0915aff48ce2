import type { Exposition } from '../../../clients/index.ts';
import { type LabelSet, labelKey, type Matcher, matches } from '../../../core/index.ts';
import { lowerBound } from './lower-bound.ts';
import type { SamplePoint, SampleSource } from './source.ts';

interface Stored {
  name: string;
  labels: LabelSet;
  points: SamplePoint[];
}

/** Where a scrape came from; becomes the labels `job` and `instance`, as Prometheus sets them. */
export interface ScrapeTarget {
  job: string;
  instance: string;
}

/** Samples in memory, forgotten after `retentionMs`: for tests, and between the scrapes of a running watch. */
export class MemorySource implements SampleSource {
  private readonly metrics = new Map<string, Map<string, Stored>>();
  /** Series that the last scrape of each target exposed. */
  private readonly exposed = new Map<string, Map<string, Stored>>();
  private readonly retentionMs: number;

  constructor(retentionMs = Number.POSITIVE_INFINITY) {
    this.retentionMs = retentionMs;
  }

  private stored(name: string, labels: LabelSet): Stored {
    const ofMetric = this.metrics.get(name) ?? new Map<string, Stored>();
    this.metrics.set(name, ofMetric);
    const key = labelKey(labels);
    const known = ofMetric.get(key) ?? { name, labels, points: [] };
    ofMetric.set(key, known);
    return known;
  }

  private append(series: Stored, point: SamplePoint): void {
    const newest = series.points.at(-1);
    // Out of order, as after a clock that was set back: Prometheus refuses such a sample too.
    if (newest && point.timeMs <= newest.timeMs) return;
    series.points.push(point);
  }

  /** Records one sample; one that isn't newer than the last of its series is dropped. */
  add(name: string, labels: LabelSet, point: SamplePoint): void {
    this.append(this.stored(name, labels), point);
  }

  /**
   * Records a scrape as Prometheus does: `up`, every sample with the target's labels (its own of that name
   * become `exported_…`), and a stale marker for each series that is no longer exposed. Without an exposition
   * the target is down and all its series go stale.
   */
  scrape(target: ScrapeTarget, exposition: Exposition | undefined, timeMs: number): void {
    const { job, instance } = target;
    const before = this.exposed.get(labelKey({ job, instance })) ?? new Map<string, Stored>();
    const now = new Map<string, Stored>();
    for (const sample of exposition?.families.flatMap(({ samples }) => samples) ?? []) {
      const own = Object.entries(sample.labels).map(([name, value]) => [
        name === 'job' || name === 'instance' ? `exported_${name}` : name,
        value,
      ]);
      const labels: LabelSet = { ...Object.fromEntries(own), job, instance };
      const series = this.stored(sample.name, labels);
      this.append(series, { timeMs, value: sample.value });
      now.set(`${sample.name}${labelKey(labels)}`, series);
    }
    for (const [key, series] of before) {
      if (!now.has(key)) this.append(series, { timeMs, value: Number.NaN, stale: true });
    }
    this.exposed.set(labelKey({ job, instance }), now);
    this.add('up', { job, instance }, { timeMs, value: exposition ? 1 : 0 });
    this.forget(timeMs - this.retentionMs);
  }

  /** Drops what is older than `beforeMs`, and series of which nothing is left. */
  forget(beforeMs: number): void {
    for (const ofMetric of this.metrics.values()) {
      for (const [key, series] of ofMetric) {
        const kept = lowerBound(series.points, beforeMs);
        if (kept > 0) series.points.splice(0, kept);
        if (series.points.length === 0) ofMetric.delete(key);
      }
    }
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
