import { MemorySource } from '../../../../src/alerts/signals/algebra/memory-source.ts';
import type { Exposition } from '../../../../src/clients/exposition/types.ts';
import { type LabelSet, labelKey } from '../../../../src/core/labels/label-set.ts';

/** Where a scrape came from; becomes the labels `job` and `instance`, as Prometheus sets them. */
interface ScrapeTarget {
  job: string;
  instance: string;
}

/** Samples in memory that are scraped as Prometheus scrapes. */
export class ScrapedSource extends MemorySource {
  /** Series that the last scrape of each target exposed. */
  private readonly exposed = new Map<string, Map<string, { name: string; labels: LabelSet }>>();

  /**
   * Records `up`, every sample with the target's labels (its own of that name become `exported_…`), and a stale marker
   * for each series that is no longer exposed. Without an exposition the target is down and all its series go stale.
   */
  scrape(target: ScrapeTarget, exposition: Exposition | undefined, timeMs: number): void {
    const { job, instance } = target;
    const before = this.exposed.get(labelKey({ job, instance })) ?? new Map();
    const now = new Map<string, { name: string; labels: LabelSet }>();
    for (const sample of exposition?.families.flatMap(({ samples }) => samples) ?? []) {
      const own = Object.entries(sample.labels).map(([name, value]) => [
        name === 'job' || name === 'instance' ? `exported_${name}` : name,
        value,
      ]);
      const labels: LabelSet = { ...Object.fromEntries(own), job, instance };
      this.add(sample.name, labels, { timeMs, value: sample.value });
      now.set(`${sample.name}${labelKey(labels)}`, { name: sample.name, labels });
    }
    for (const [key, { name, labels }] of before)
      if (!now.has(key)) this.add(name, labels, { timeMs, value: Number.NaN, stale: true });
    this.exposed.set(labelKey({ job, instance }), now);
    this.add('up', { job, instance }, { timeMs, value: exposition ? 1 : 0 });
  }
}
