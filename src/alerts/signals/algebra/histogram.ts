import { histogramQuantile } from '../../../clients/index.ts';
import { groupBy } from './aggregate.ts';
import type { Element } from './select.ts';

/** A bucket's upper bound as its label says it; NaN when it says no number. */
function boundOf(text: string | undefined): number {
  if (text === '+Inf' || text === 'Inf') return Number.POSITIVE_INFINITY;
  return text ? Number(text) : Number.NaN;
}

/** `histogram_quantile(q, sum by (…, le) (…))` of the buckets' rates; a bucket without a bound is left out. */
export function quantiles(q: number, by: readonly string[], rates: readonly Element[]): Element[] {
  const bounded = rates.filter(({ labels }) => !Number.isNaN(boundOf(labels.le)));
  return groupBy(bounded, by).map(({ labels, elements }) => {
    const buckets = groupBy(elements, ['le']).map((bucket) => ({
      le: boundOf(bucket.labels.le),
      count: bucket.elements.reduce((total, { value }) => total + value, 0),
    }));
    return { labels, value: histogramQuantile(q, buckets) };
  });
}
