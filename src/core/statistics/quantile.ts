/**
 * The quantile at `share` (0 to 1) of values in any order: R's type 7, linear between order statistics (Hyndman and Fan,
 * 1996), as numpy has it. Throws a RangeError without a value, and for a share outside 0 to 1.
 */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError('a quantile needs at least one value');
  if (!(share >= 0 && share <= 1)) throw new RangeError(`a quantile is asked for 0 to 1, not ${share}`);
  return quantileOfSorted(
    values.toSorted((a, b) => a - b),
    share,
  );
}

function quantileOfSorted(sorted: ArrayLike<number>, share: number): number {
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] as number;
  const above = sorted[Math.ceil(at)] as number;
  // Equal neighbours are themselves, infinities too.
  return below === above ? below : below + (at - Math.floor(at)) * (above - below);
}

/** The middle value; the mean of the two in the middle of an even number. Throws a RangeError without a value. */
export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The same of values that are in ascending order. */
export const middleOf = (sorted: ArrayLike<number>): number => quantileOfSorted(sorted, 0.5);
