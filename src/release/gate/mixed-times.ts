import type { IdentityStretch } from '../../history/index.ts';
import { mixedReleases, mixedReleasesText } from '../../suite/index.ts';

/** A time in which instances of one service ran several releases. */
export interface MixedTime {
  /** The first cycle that saw it. */
  fromMs: number;
  cycles: number;
  /** How many ran which, as last seen: `api: 2 of 3 instances on v2, 1 on v1`. */
  text: string;
  /** The first cycle that saw it no more; `undefined` while it lasts. */
  overMs: number | undefined;
}

/** The times of mixed releases in what the cycles saw, the oldest first; a cycle in which nobody says a release tells nothing. */
export function mixedTimes(stretches: readonly IdentityStretch[], release: string): MixedTime[] {
  const times: MixedTime[] = [];
  for (const { fromMs, cycles, identity } of stretches) {
    const releases = identity?.releases ?? {};
    if (!Object.values(releases).some((ids) => ids !== null && ids.length > 0)) continue;
    const text = mixedReleasesText(mixedReleases(releases, release));
    const open = times.at(-1)?.overMs === undefined ? times.pop() : undefined;
    if (text === '') {
      if (open) times.push({ ...open, overMs: fromMs });
    } else
      times.push({
        fromMs: open?.fromMs ?? fromMs,
        cycles: (open?.cycles ?? 0) + cycles,
        text,
        overMs: undefined,
      });
  }
  return times;
}
