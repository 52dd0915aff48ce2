import type { RangeFunction } from './expression.ts';
import type { SamplePoint } from './source.ts';

/** Growth with resets undone: a counter that fell began anew at zero. */
export function grown(points: readonly Pick<SamplePoint, 'value'>[]): number {
  const [first, newest] = [points[0]?.value ?? 0, points.at(-1)?.value ?? 0];
  let growth = newest - first;
  let before = first;
  for (const { value } of points.slice(1)) {
    if (value < before) growth += before;
    before = value;
  }
  return growth;
}

/**
 * `increase` and `rate` by Prometheus 2.42's `extrapolatedRate` (promql/functions.go): what was seen between
 * the first and the last sample is stretched to the window's edges where a sample is due nearby (within 1.1
 * of the mean distance), else by half that distance, and never further back than where the counter was zero.
 */
function extrapolated(points: readonly SamplePoint[], startMs: number, endMs: number): number | undefined {
  const [first, newest] = [points[0], points.at(-1)];
  if (!first || !newest || points.length < 2) return undefined;
  const growth = grown(points);
  const sampledSeconds = (newest.timeMs - first.timeMs) / 1000;
  const distance = sampledSeconds / (points.length - 1);
  const threshold = distance * 1.1;
  let toStart = (first.timeMs - startMs) / 1000;
  const toEnd = (endMs - newest.timeMs) / 1000;
  if (growth > 0 && first.value >= 0) toStart = Math.min(toStart, sampledSeconds * (first.value / growth));
  let stretched = sampledSeconds;
  stretched += toStart < threshold ? toStart : distance / 2;
  stretched += toEnd < threshold ? toEnd : distance / 2;
  return (stretched / sampledSeconds) * growth;
}

function changesIn(points: readonly SamplePoint[]): number {
  let count = 0;
  for (const [i, { value }] of points.entries()) {
    const before = points[i - 1];
    const differs = before && value !== before.value && !(Number.isNaN(value) && Number.isNaN(before.value));
    if (differs) count += 1;
  }
  return count;
}

/** A range function on the samples of one series, at least one; `undefined` where PromQL gives no element. */
export function overRange(
  name: RangeFunction,
  points: readonly SamplePoint[],
  windowMs: number,
  atMs: number,
): number | undefined {
  switch (name) {
    case 'increase':
      return extrapolated(points, atMs - windowMs, atMs);
    case 'rate': {
      const growth = extrapolated(points, atMs - windowMs, atMs);
      return growth === undefined ? undefined : growth / (windowMs / 1000);
    }
    case 'changes':
      return changesIn(points);
    case 'last':
      return points.at(-1)?.value;
    case 'average':
      return points.reduce((total, { value }) => total + value, 0) / points.length;
    case 'samples':
      return points.length;
  }
}
