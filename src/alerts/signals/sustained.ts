import { type Bound, holds } from '../../core/index.ts';

export interface Point {
  timeMs: number;
  value: number;
}

export type Sustained =
  | { state: 'clear' }
  /** Over the limit, but not yet by evidence for the whole time. */
  | { state: 'pending'; sinceMs: number; leftMs: number }
  | { state: 'breached'; sinceMs: number };

/**
 * Whether a bound that must not hold has held, by evidence, for its whole `forSeconds` up to the
 * newest point. A gap longer than `maxGapMs` breaks the evidence: nobody saw what happened in it.
 */
export function sustained(points: readonly Point[], bound: Bound, maxGapMs: number): Sustained {
  const now = points.at(-1);
  if (!now || !holds(bound, now.value)) return { state: 'clear' };
  let sinceMs = now.timeMs;
  for (const point of points.toReversed()) {
    if (point.timeMs > now.timeMs) continue; // dated in the future: a clock was set back
    if (sinceMs - point.timeMs > maxGapMs || !holds(bound, point.value)) break;
    sinceMs = point.timeMs;
  }
  const heldMs = now.timeMs - sinceMs;
  const leftMs = (bound.forSeconds ?? 0) * 1000 - heldMs;
  return leftMs > 0 ? { state: 'pending', sinceMs, leftMs } : { state: 'breached', sinceMs };
}
