import { catalogue } from '../../health-tests/catalogue.ts';
import { validateConfig } from '../../src/core/config/validate.ts';
import type { RecordedCycle, RecordedOutcome } from '../../src/history/recorded-cycle.ts';
import { criteriaOf } from '../../src/suite/identity/criteria.ts';
import type { CycleIdentity } from '../../src/suite/identity/read-releases.ts';

export const start = Date.UTC(2026, 0, 1);
export const minute = 60_000;

/** 36 checks, two figures each, as a cycle on a real target leaves them. */
export function outcomes(failing: readonly number[] = [], figure = 0.0421): RecordedOutcome[] {
  return Array.from({ length: 36 }, (_, index) => ({
    id: `X${String(index).padStart(2, '0')}`,
    title: `check number ${index}`,
    group: `group ${index % 5}`,
    outcome: failing.includes(index) ? 'fail' : index >= 32 ? 'skipped' : 'pass',
    executed: index < 32,
    durationMs: 20 + index,
    ...(failing.includes(index) && { reason: `check ${index} measured ${figure} s; must be < 200 ms` }),
    measurements: [
      {
        name: `latency ${index}`,
        value: figure + index,
        unit: 'seconds',
        bound: { operator: '<', value: 200 },
        sample: 100,
      },
      { name: `answered ${index}`, value: 100, unit: 'count' },
    ],
  }));
}

/** Whose evidence the cycles of a watch by the 36 checks are that changes no threshold; no service says a release id. */
export const identity: CycleIdentity = {
  name: 'Genesis',
  releases: { service: null },
  criteria: criteriaOf(validateConfig({}, 'a test'), { root: '', catalogue }),
};

/** A cycle in which everything went well, but for what is named. */
export function cycle(timeMs: number, more: Partial<RecordedCycle> = {}): RecordedCycle {
  return {
    id: `cycle ${timeMs}`,
    slotMs: timeMs,
    startedMs: timeMs,
    durationMs: 7123,
    targetId: 'http://target',
    identity,
    verdict: 'pass',
    problems: [],
    outcomes: outcomes(),
    signals: { errorRatio: 0.0005, latencyP95: 0.05, throughput: 8, passRate: 1, coverage: 32 / 36 },
    ...more,
  };
}
