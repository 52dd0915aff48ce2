import { type Expression, lowerBound, type SampleSource, type Series } from '../../../alerts/index.ts';
import { type Matcher, matches } from '../../../core/index.ts';

/** The metrics that an expression reads. */
export function metricsOf(expression: Expression): string[] {
  switch (expression.kind) {
    case 'number':
    case 'time':
      return [];
    case 'gauge':
    case 'range':
      return [expression.selector.metric];
    case 'quantile':
      return [`${expression.histogram.metric}_bucket`];
    case 'aggregate':
    case 'absent':
      return metricsOf(expression.of);
    case 'arithmetic':
      return [...metricsOf(expression.left), ...metricsOf(expression.right)];
  }
}

/**
 * The samples of some metrics over a stretch of time, read once: an expression that is evaluated at hundreds
 * of instants would otherwise ask the database hundreds of times for nearly the same rows.
 */
export function columnSource(
  source: SampleSource,
  metrics: readonly string[],
  fromMs: number,
  toMs: number,
): SampleSource {
  const byMetric = new Map(
    [...new Set(metrics)].map((name) => [name, source.series(name, [], fromMs, toMs)]),
  );
  const selections = new Map<string, Series[]>();
  const selected = (name: string, matchers: readonly Matcher[]): Series[] => {
    const key = `${name} ${JSON.stringify(matchers)}`;
    const known =
      selections.get(key) ?? (byMetric.get(name) ?? []).filter(({ labels }) => matches(labels, matchers));
    selections.set(key, known);
    return known;
  };
  return {
    series(name, matchers, from, to) {
      if (!byMetric.has(name)) throw new RangeError(`${name} was not read`);
      return selected(name, matchers).flatMap(({ labels, points }) => {
        const [first, end] = [lowerBound(points, from), lowerBound(points, to + 1)];
        return first < end ? [{ labels, points: points.slice(first, end) }] : [];
      });
    },
  };
}
