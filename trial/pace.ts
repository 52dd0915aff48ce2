import type { Fault, Release } from './releases/release.ts';

const times = (value: number | undefined, pace: number) => (value === undefined ? undefined : value * pace);

function slowerFault({ when, does }: Fault, pace: number): Fault {
  return {
    when: when && {
      ...when,
      afterSeconds: times(when.afterSeconds, pace),
      untilSeconds: times(when.untilSeconds, pace),
      abovePerSecond: times(when.abovePerSecond, 1 / pace),
    },
    does: {
      ...does,
      delayMs: times(does.delayMs, pace),
      blocksMs: times(does.blocksMs, pace),
      cachedMs: times(does.cachedMs, pace),
    },
  };
}

/** A release in a world whose every second lasts so many: on a machine that is busy with something else. */
export function slower(release: Release, pace: number): Release {
  if (pace === 1) return release;
  const { process: wrong } = release;
  return {
    ...release,
    faults: release.faults?.map((fault) => slowerFault(fault, pace)),
    before: release.before?.map((fault) => slowerFault(fault, pace)),
    process: wrong && {
      ...wrong,
      crashesAfterSeconds: times(wrong.crashesAfterSeconds, pace),
      leaksMiBPerSecond: times(wrong.leaksMiBPerSecond, 1 / pace),
    },
    around: release.around?.map((around) => ({
      ...around,
      atSeconds: around.atSeconds * pace,
      forSeconds: times(around.forSeconds, pace),
    })),
  };
}
