import { parseNumber } from './cursor.ts';
import { family, type LabelFilter } from './query.ts';
import type { Exposition, Sample } from './types.ts';

/** A cumulative bucket: `count` observations were at most `le`. */
export interface Bucket {
  le: number;
  count: number;
}

/** A classic histogram, its buckets by ascending bound; `sum` in the unit of the metric. */
export interface Histogram {
  buckets: Bucket[];
  sum: number;
  count: number;
}

function gather(samples: readonly Sample[], name: string): Histogram {
  const counts = new Map<number, number>();
  let sum: number | undefined;
  let count: number | undefined;
  for (const sample of samples) {
    if (sample.name === `${name}_sum`) sum = (sum ?? 0) + sample.value;
    if (sample.name === `${name}_count`) count = (count ?? 0) + sample.value;
    if (sample.name !== `${name}_bucket`) continue;
    const le = parseNumber(sample.labels.le ?? '') ?? Number.NaN; // missing, or no number
    counts.set(le, (counts.get(le) ?? 0) + sample.value);
  }
  const buckets = [...counts].map(([le, total]) => ({ le, count: total })).sort((a, b) => a.le - b.le);
  return { buckets, sum: sum ?? Number.NaN, count: count ?? Number.NaN };
}

/**
 * The histogram of that name, summed over its label sets as `sum by (le)` would; undefined when no bucket is
 * exposed. `sum` or `count` is NaN when its series is missing.
 */
export function histogramOf(
  exposition: Exposition,
  name: string,
  where: LabelFilter = () => true,
): Histogram | undefined {
  const found = family(exposition, name);
  if (found?.type !== 'histogram') return undefined;
  const histogram = gather(
    found.samples.filter((sample) => where(sample.labels)),
    name,
  );
  return histogram.buckets.length === 0 ? undefined : histogram;
}

/**
 * Buckets by ascending bound, those of one bound as one; counts that fall are lifted to the one before, as scrapes that
 * met a moving target need.
 */
function cumulative(buckets: readonly Bucket[]): Bucket[] {
  const counts = new Map<number, number>();
  for (const { le, count } of buckets) counts.set(le, (counts.get(le) ?? 0) + count);
  let highest = Number.NEGATIVE_INFINITY;
  return [...counts]
    .sort(([a], [b]) => a - b)
    .map(([le, count]) => {
      highest = Math.max(highest, count);
      return { le, count: highest };
    });
}

/**
 * The q-quantile (q in 0–1) from cumulative buckets, in the unit of their bounds, by the rules of Prometheus's
 * `histogram_quantile` (promql/quantile.go, bucketQuantile): linear inside a bucket, the lowest one begins at 0,
 * the highest finite bound when the rank falls into +Inf; NaN when nothing was observed, when fewer than two
 * buckets are there and when the highest isn't +Inf; −∞ and +∞ for a q below 0 and above 1.
 */
export function histogramQuantile(q: number, buckets: readonly Bucket[]): number {
  if (Number.isNaN(q)) return Number.NaN;
  if (q < 0) return Number.NEGATIVE_INFINITY;
  if (q > 1) return Number.POSITIVE_INFINITY;
  const ascending = cumulative(buckets);
  const top = ascending.at(-1);
  const belowTop = ascending.at(-2);
  if (top?.le !== Number.POSITIVE_INFINITY || belowTop === undefined) return Number.NaN;
  if (top.count === 0 || Number.isNaN(top.count)) return Number.NaN;
  const rank = q * top.count;
  const at = ascending.slice(0, -1).findIndex((bucket) => bucket.count >= rank);
  const bucket = ascending[at];
  if (bucket === undefined) return belowTop.le;
  const below = ascending[at - 1];
  if (below === undefined && bucket.le <= 0) return bucket.le;
  const start = below?.le ?? 0;
  const startCount = below?.count ?? 0;
  return start + (bucket.le - start) * ((rank - startCount) / (bucket.count - startCount));
}
