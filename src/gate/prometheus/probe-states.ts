import type { StoredSeries } from '../../target/index.ts';

/** What one Vigil showed at one moment. */
export interface ProbeState {
  probe: string;
  /** When its newest cycle ended. */
  endedMs: number;
  /** Whether something kept that run from being believed as a whole. */
  hasProblems: boolean;
  /** Status by check: 0 fail, 1 pass, 2 unknown, 3 skipped. */
  checks: ReadonlyMap<string, number>;
}

/** Series of all probes over the same steps. */
export interface ProbeSeries {
  status: readonly StoredSeries[];
  endedSeconds: readonly StoredSeries[];
  problems: readonly StoredSeries[];
}

/** Which Vigil a series is of: its name where it has one, its address otherwise. */
export const probeOf = (metric: Readonly<Record<string, string>>): string =>
  metric.probe ?? metric.instance ?? '';

/** What each probe showed at each step; a probe whose cycle has no known end proves nothing and is left out. */
export function probeStates({ status, endedSeconds, problems }: ProbeSeries): Map<number, ProbeState[]> {
  const steps = new Map<number, Map<string, ProbeState & { checks: Map<string, number> }>>();
  for (const { metric, points } of endedSeconds) {
    const probe = probeOf(metric);
    for (const { timeMs, value } of points) {
      const step = steps.get(timeMs) ?? new Map();
      steps.set(timeMs, step);
      step.set(probe, { probe, endedMs: value * 1000, hasProblems: true, checks: new Map() });
    }
  }
  for (const { metric, points } of problems) {
    for (const { timeMs, value } of points) {
      const state = steps.get(timeMs)?.get(probeOf(metric));
      if (state) state.hasProblems = !(value === 0);
    }
  }
  for (const { metric, points } of status) {
    for (const { timeMs, value } of points) {
      steps
        .get(timeMs)
        ?.get(probeOf(metric))
        ?.checks.set(metric.check ?? '', value);
    }
  }
  return new Map([...steps].map(([timeMs, probes]) => [timeMs, [...probes.values()]]));
}
