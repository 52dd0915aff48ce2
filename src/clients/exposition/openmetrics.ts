import { formatLabels, sampleValueText } from './format.ts';
import type { Labels } from './types.ts';

/** A series with its values over time. */
export interface TimedSeries {
  labels: Readonly<Labels>;
  points: readonly { timeMs: number; value: number; stale?: true }[];
}

/** The last line of an OpenMetrics text; without it the text counts as cut off. */
export const endOfOpenMetrics = '# EOF\n';

/**
 * Series of one metric as OpenMetrics text with timestamps, a chunk for each series; the types are left unknown. The format
 * has no stale markers: where a series was gone its samples end, and a reader looks back five minutes past them.
 * @throws VigilError EXPOSITION_INVALID on a label name that the format doesn't allow
 */
export function* openMetricsLines(name: string, series: readonly TimedSeries[]): Generator<string> {
  for (const { labels, points } of series) {
    const head = `${name}${formatLabels(labels)}`;
    yield points
      .filter(({ stale }) => !stale)
      .map(({ timeMs, value }) => `${head} ${sampleValueText(value)} ${timeMs / 1000}\n`)
      .join('');
  }
}
