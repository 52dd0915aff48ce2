import type { SamplePoint } from './source.ts';

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
