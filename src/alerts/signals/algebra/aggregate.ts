import { histogramQuantile } from '../../../clients/index.ts';
import { type LabelSet, labelKey } from '../../../core/index.ts';
import type { Aggregation } from './expression.ts';
import type { Element } from './select.ts';

const reducers: Record<Aggregation, (values: readonly number[]) => number> = {
  sum: (values) => values.reduce((total, value) => total + value),
  // A NaN loses against any number, as in Prometheus.
  min: (values) => values.reduce((best, value) => (best > value || Number.isNaN(best) ? value : best)),
  max: (values) => values.reduce((best, value) => (best < value || Number.isNaN(best) ? value : best)),
  avg: (values) => values.reduce((running, value, i) => running + (value / (i + 1) - running / (i + 1))),
};

/** The labels named, where they are set. */
function pick(labels: LabelSet, by: readonly string[]): LabelSet {
  return Object.fromEntries(
    by.flatMap((name) => (Object.hasOwn(labels, name) && labels[name] ? [[name, labels[name]]] : [])),
  );
}

/** Elements gathered by the labels named, in the order in which each group first appears. */
function groupBy(
  elements: readonly Element[],
  by: readonly string[],
): { labels: LabelSet; elements: Element[] }[] {
  const groups = new Map<string, { labels: LabelSet; elements: Element[] }>();
  for (const element of elements) {
    const labels = pick(element.labels, by);
    const key = labelKey(labels);
    const group = groups.get(key);
    if (group) group.elements.push(element);
    else groups.set(key, { labels, elements: [element] });
  }
  return [...groups.values()];
}

/** One element per group; nothing of nothing, never 0. */
export function aggregate(name: Aggregation, by: readonly string[], elements: readonly Element[]): Element[] {
  return groupBy(elements, by).map(({ labels, elements: members }) => ({
    labels,
    value: reducers[name](members.map(({ value }) => value)),
  }));
}

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
