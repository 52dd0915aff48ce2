import type { LabelSet, Matcher } from '../../../core/index.ts';

/** One sample; `stale` marks the instant from which the series is known to be gone, its value means nothing. */
export interface SamplePoint {
  timeMs: number;
  value: number;
  stale?: true;
}

/** The samples of one label set, by ascending time. */
export interface Series {
  labels: LabelSet;
  points: readonly SamplePoint[];
}

/** Which instance of which service a series is of. */
export const instanceKey = ({ labels }: Pick<Series, 'labels'>): string =>
  `${labels.service} ${labels.instance ?? ''}`;

/** Recorded samples: the series of a metric that match, with their points in `fromMs` ≤ time ≤ `toMs`. */
export interface SampleSource {
  series(name: string, matchers: readonly Matcher[], fromMs: number, toMs: number): Series[];
  /** The same as `series`, read in parts that may be interrupted: there may be thousands. */
  seriesInParts?(
    name: string,
    matchers: readonly Matcher[],
    fromMs: number,
    toMs: number,
  ): Generator<undefined, Series[]>;
  /** All series of several metrics, by metric, where that is less to read than one after another. */
  seriesOfAll?(names: readonly string[], fromMs: number, toMs: number): ReadonlyMap<string, Series[]>;
  /** The same series, each with only its newest point that is no stale marker: where that is less to read. */
  newest?(name: string, matchers: readonly Matcher[], fromMs: number, toMs: number): Series[];
}

/** The first index whose point is at `timeMs` or later. */
export function lowerBound(points: readonly SamplePoint[], timeMs: number): number {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.timeMs ?? 0) < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
