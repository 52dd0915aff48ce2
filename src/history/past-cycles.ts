import type { LiveSample, Point } from '../alerts/index.ts';
import { checksOfPassRate } from '../core/index.ts';
import { restoreLive, type Snapshot } from './snapshot.ts';

/** What the recorded cycles show; every question is answered from evidence, never from a default. */
export interface PastCycles {
  cycles: number;
  /** Passed ÷ judged over the cycles of the last `windowMs`, what judges that rate itself aside; `undefined` without one. */
  passRate(nowMs: number, windowMs: number): { ratio: number; cycles: number; judged: number } | undefined;
  /** The live counters of past cycles, oldest first. */
  liveSamples(): LiveSample[];
  /** A recorded signal over time, cycles without a value left out; the pass rate without what judges it. */
  points(signal: 'pass_rate' | 'error_ratio' | 'latency_p95_seconds'): Point[];
}

/** How many checks count in the pass rate that C05 and R02 judge: not their own failing. */
function judgedIn({ checks, failing, unknown, quarantined = [] }: Snapshot): number {
  const own = [...failing, ...unknown].filter(
    (id) => checksOfPassRate.has(id) && !quarantined.includes(id),
  ).length;
  return checks.passed + checks.failed + checks.unknown - own;
}

/** Looks at recorded snapshots, oldest first. */
export function pastCyclesOf(snapshots: readonly Snapshot[]): PastCycles {
  return {
    cycles: snapshots.length,
    passRate(nowMs, windowMs) {
      // A cycle dated in the future (a clock that was set back) belongs to no window that ends now.
      const inWindow = snapshots.filter(({ timestamp }) => {
        const ageMs = nowMs - Date.parse(timestamp);
        return ageMs >= 0 && ageMs <= windowMs;
      });
      const passed = inWindow.reduce((sum, { checks }) => sum + checks.passed, 0);
      const judged = inWindow.reduce((sum, snapshot) => sum + judgedIn(snapshot), 0);
      return judged === 0 ? undefined : { ratio: passed / judged, cycles: inWindow.length, judged };
    },
    liveSamples() {
      return snapshots.flatMap(({ live }) => restoreLive(live) ?? []);
    },
    points(signal) {
      return snapshots.flatMap((snapshot) => {
        const judged = judgedIn(snapshot);
        const rate = judged > 0 ? snapshot.checks.passed / judged : null;
        const value = signal === 'pass_rate' ? rate : snapshot[signal];
        return value === null ? [] : [{ timeMs: Date.parse(snapshot.timestamp), value }];
      });
    },
  };
}
