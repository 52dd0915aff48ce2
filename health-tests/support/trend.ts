import { median, middleOf, normalTwoSided } from '../../src/core/index.ts';

/** Result of the Mann–Kendall trend test. */
export interface MannKendall {
  /** Concordant less discordant pairs. */
  s: number;
  /** Kendall's tau-b, −1 to 1; 0 when every value is the same. */
  tau: number;
  /** Standard normal statistic of s, with the continuity correction. */
  z: number;
  /** Two-sided. */
  pValue: number;
}

export interface Point {
  x: number;
  y: number;
}

/** A Theil–Sen line; `low` and `high` bound the slope with 95 % confidence. */
export interface TheilSen {
  slope: number;
  intercept: number;
  low: number;
  high: number;
}

/** Most points that {@link theilSen} takes: it holds every pair's slope (4,000 points are 64 MB). */
export const THEIL_SEN_MAX_POINTS = 4000;

const Z_95 = 1.959963984540054;

function requireFinite(values: readonly number[], what: string): void {
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new RangeError(`${what}: expected finite numbers, got ${values[bad]} at index ${bad}`);
}

function tieGroups(values: readonly number[]): number[] {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()].filter((count) => count > 1);
}

/** Σ t(t−1)(2t+5) over the groups of equal values, the tie correction of 18·Var(S). */
function tieTerm(values: readonly number[]): number {
  return tieGroups(values).reduce((sum, t) => sum + t * (t - 1) * (2 * t + 5), 0);
}

/**
 * Mann–Kendall test for a monotonic trend in equally meaningful steps, with tie-corrected variance and
 * continuity correction (Kendall 1975; Gilbert 1987, 16.4). Fewer than 3 values give pValue 1.
 * @throws RangeError on a value that isn't finite
 */
export function mannKendall(values: readonly number[]): MannKendall {
  requireFinite(values, 'mannKendall');
  const n = values.length;
  let s = 0;
  for (let i = 0; i < n; i++) {
    const earlier = values[i] as number;
    for (let j = i + 1; j < n; j++) {
      const later = values[j] as number;
      s += later > earlier ? 1 : later < earlier ? -1 : 0;
    }
  }
  const pairs = (n * (n - 1)) / 2;
  const tied = tieGroups(values).reduce((sum, t) => sum + (t * (t - 1)) / 2, 0);
  const tau = pairs === tied ? 0 : s / Math.sqrt(pairs * (pairs - tied));
  const variance = (n * (n - 1) * (2 * n + 5) - tieTerm(values)) / 18;
  const z = n < 3 || variance <= 0 ? 0 : (s - Math.sign(s)) / Math.sqrt(variance);
  return { s, tau, z, pValue: normalTwoSided(z) };
}

/** Slopes of all pairs with different x, ascending. */
function pairSlopes(points: readonly Point[]): Float64Array {
  const slopes = new Float64Array((points.length * (points.length - 1)) / 2);
  let used = 0;
  points.forEach((a, i) => {
    for (let j = i + 1; j < points.length; j++) {
      const b = points[j] as Point;
      if (a.x !== b.x) slopes[used++] = (b.y - a.y) / (b.x - a.x);
    }
  });
  return slopes.subarray(0, used).sort();
}

/**
 * Theil–Sen line: the median slope of all pairs, in units of y per unit of x, its 95 % interval by Sen (1968)
 * with the variance corrected for ties in x and y, and as intercept the median of y − slope·x.
 * @throws RangeError on values that aren't finite, on fewer than two different x and on more than
 * {@link THEIL_SEN_MAX_POINTS} points
 */
export function theilSen(points: readonly Point[]): TheilSen {
  const xs = points.map((point) => point.x);
  const ys = points.map((point) => point.y);
  requireFinite(xs, 'theilSen x');
  requireFinite(ys, 'theilSen y');
  const n = points.length;
  if (n > THEIL_SEN_MAX_POINTS) {
    throw new RangeError(
      `theilSen: expected at most ${THEIL_SEN_MAX_POINTS} points, got ${n}; thin them first`,
    );
  }
  const slopes = pairSlopes(points);
  if (slopes.length === 0) throw new RangeError('theilSen: expected at least two different x');
  const slope = middleOf(slopes);
  const variance = Math.max(0, (n * (n - 1) * (2 * n + 5) - tieTerm(xs) - tieTerm(ys)) / 18);
  const spread = Z_95 * Math.sqrt(variance);
  const lowRank = Math.max(0, Math.round((slopes.length - spread) / 2) - 1);
  const highRank = Math.min(slopes.length - 1, Math.round((slopes.length + spread) / 2));
  return {
    slope,
    intercept: median(points.map((point) => point.y - slope * point.x)),
    low: slopes[lowRank] as number,
    high: slopes[highRank] as number,
  };
}
