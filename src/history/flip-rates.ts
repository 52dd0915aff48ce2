import { byText } from '../core/index.ts';
import type { Strip } from './read-cycles.ts';

/** How often a check changes its mind. */
export interface FlipRate {
  check: string;
  title: string;
  group: string;
  /** Cycles in which it passed or failed. */
  judged: number;
  /** Changes between pass and fail, from one judged cycle to the next. */
  flips: number;
  /** flips ÷ (judged − 1); `undefined` until it was judged twice. */
  ratio: number | undefined;
  /** When it changed last, milliseconds since 1970. */
  lastFlipMs?: number;
}

/**
 * The flip rate of every check, the most restless first. Only pass and fail are judgements: an unknown or a skip between
 * them is no change, and hides none.
 */
export function flipRates(strips: readonly Strip[]): FlipRate[] {
  return strips
    .map(({ check, title, group, entries }) => {
      const judged = entries.filter(({ outcome }) => outcome === 'pass' || outcome === 'fail');
      const changes = judged.filter(
        (entry, index) => index > 0 && entry.outcome !== judged[index - 1]?.outcome,
      );
      const last = changes.at(-1);
      return {
        check,
        title,
        group,
        judged: judged.length,
        flips: changes.length,
        ratio: judged.length < 2 ? undefined : changes.length / (judged.length - 1),
        ...(last && { lastFlipMs: last.timeMs }),
      };
    })
    .sort((a, b) => (b.ratio ?? -1) - (a.ratio ?? -1) || byText(a.check, b.check));
}
