import { normalTwoSided } from './normal.ts';
import { median, middleOf } from './quantile.ts';

/** How two samples compare; "greater" means that the second tends to lie above the first. */
export interface MannWhitney {
  /** Pairs in which the second is greater, ties counted half: 0 to n1·n2. */
  u: number;
  /** U ÷ (n1·n2): the chance that a value of the second is greater than one of the first; 0.5 without a difference. */
  superiority: number;
  /** Standard normal statistic, with tie and continuity correction. */
  z: number;
  /** Two-sided. */
  pValue: number;
}

/** A shift between two samples with its 95 % interval. */
export interface Shift {
  estimate: number;
  low: number;
  high: number;
}

/** Most pairs that {@link hodgesLehmann} takes: it holds the difference of each (1,000,000 are 8 MB). */
const mostPairs = 1_000_000;
const z95 = 1.959963984540054;

function requireSamples(first: readonly number[], second: readonly number[], what: string): void {
  for (const sample of [first, second]) {
    if (sample.length === 0) throw new RangeError(`${what}: expected two samples, one is empty`);
    const bad = sample.find((value) => !Number.isFinite(value));
    if (bad !== undefined) throw new RangeError(`${what}: expected finite numbers, got ${bad}`);
  }
}

/** Mid-ranks of all values together, and Σ(t³ − t) over the groups of equal ones. */
function ranksOf(values: readonly number[]): { ranks: number[]; ties: number } {
  const order = values.map((value, index) => ({ value, index })).sort((a, b) => a.value - b.value);
  const ranks = new Array<number>(values.length);
  let ties = 0;
  for (let begin = 0; begin < order.length; ) {
    let end = begin;
    while (end < order.length && order[end]?.value === order[begin]?.value) end += 1;
    for (let at = begin; at < end; at += 1) ranks[order[at]?.index as number] = (begin + end + 1) / 2;
    const size = end - begin;
    ties += size ** 3 - size;
    begin = end;
  }
  return { ranks, ties };
}

/**
 * Mann–Whitney U test of a second sample against a first, by the normal approximation with the variance corrected for
 * ties and with the continuity correction (Hollander & Wolfe 1999, 4.1), as R's wilcox.test with exact = FALSE.
 * @throws RangeError on an empty sample, or a value that isn't finite
 */
export function mannWhitney(first: readonly number[], second: readonly number[]): MannWhitney {
  requireSamples(first, second, 'mannWhitney');
  const [n1, n2] = [first.length, second.length];
  const n = n1 + n2;
  const { ranks, ties } = ranksOf([...first, ...second]);
  const u = ranks.slice(n1).reduce((sum, rank) => sum + rank, 0) - (n2 * (n2 + 1)) / 2;
  const distance = u - (n1 * n2) / 2;
  const variance = ((n1 * n2) / 12) * (n + 1 - ties / (n * (n - 1)));
  const corrected = distance - Math.sign(distance) * Math.min(0.5, Math.abs(distance));
  const z = variance > 0 ? corrected / Math.sqrt(variance) : 0;
  return { u, superiority: u / (n1 * n2), z, pValue: normalTwoSided(z) };
}

/**
 * By how much the second sample lies above the first: the median of all pairs' differences (Hodges & Lehmann 1963),
 * and its 95 % interval by the normal approximation of U (Hollander & Wolfe 1999, 4.3).
 * @throws RangeError on an empty sample, a value that isn't finite, and on more than a million pairs
 */
export function hodgesLehmann(first: readonly number[], second: readonly number[]): Shift {
  requireSamples(first, second, 'hodgesLehmann');
  const [n1, n2] = [first.length, second.length];
  const pairs = n1 * n2;
  if (pairs > mostPairs) {
    throw new RangeError(`hodgesLehmann: expected at most ${mostPairs} pairs, got ${pairs}; thin them first`);
  }
  const differences = Float64Array.from({ length: pairs }, (_, index) => {
    const [a, b] = [first[index % n1], second[Math.floor(index / n1)]];
    return (b as number) - (a as number);
  }).sort();
  const spread = z95 * Math.sqrt((pairs * (n1 + n2 + 1)) / 12);
  const rank = Math.max(0, Math.floor(pairs / 2 - spread));
  return {
    estimate: middleOf(differences),
    low: differences[rank] as number,
    high: differences[pairs - 1 - rank] as number,
  };
}

/** How the second sample differs from the first. */
export interface ComparedSamples extends Pick<MannWhitney, 'superiority' | 'pValue'> {
  before: number;
  now: number;
  difference: number;
  /** Ends of the 95 % interval of the difference. */
  low: number;
  high: number;
}

/** Compares two samples by their medians, the Mann–Whitney test and the shift of Hodges & Lehmann. @throws RangeError as those do */
export function compareSamples(first: readonly number[], second: readonly number[]): ComparedSamples {
  const { superiority, pValue } = mannWhitney(first, second);
  const { estimate, low, high } = hodgesLehmann(first, second);
  const [before, now] = [median([...first]), median([...second])];
  return { before, now, difference: estimate, low, high, superiority, pValue };
}
