import type { StoredSeries } from '../../../clients/index.ts';

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

/** Of two series that say of the same probe what can't both be: a failure if one says so, else nothing known. */
const fail = 0;
const unknown = 2;
const together = (before: number | undefined, value: number): number =>
  before === undefined || before === value ? value : before === fail || value === fail ? fail : unknown;

/**
 * What each probe showed at each step; a probe whose cycle has no known end proves nothing and is left out. Where a store
 * holds something of a probe twice, as replicas or two Vigils of one name leave it, the worse counts.
 */
export function probeStates({ status, endedSeconds, problems }: ProbeSeries): Map<number, ProbeState[]> {
  const steps = new Map<number, Map<string, ProbeState & { checks: Map<string, number> }>>();
  for (const { metric, points } of endedSeconds) {
    const probe = probeOf(metric);
    for (const { timeMs, value } of points) {
      const endedMs = value * 1000;
      if (!Number.isFinite(endedMs)) continue;
      const step = steps.get(timeMs) ?? new Map();
      steps.set(timeMs, step);
      const before = step.get(probe)?.endedMs ?? Number.POSITIVE_INFINITY;
      step.set(probe, { probe, endedMs: Math.min(endedMs, before), hasProblems: true, checks: new Map() });
    }
  }
  const clean = new Map<ProbeState, boolean>();
  for (const { metric, points } of problems) {
    for (const { timeMs, value } of points) {
      const state = steps.get(timeMs)?.get(probeOf(metric));
      if (state) clean.set(state, value === 0 && (clean.get(state) ?? true));
    }
  }
  for (const [state, isClean] of clean) state.hasProblems = !isClean;
  for (const { metric, points } of status) {
    const check = metric.check ?? '';
    for (const { timeMs, value } of points) {
      const checks = steps.get(timeMs)?.get(probeOf(metric))?.checks;
      checks?.set(check, together(checks.get(check), value));
    }
  }
  return new Map([...steps].map(([timeMs, probes]) => [timeMs, [...probes.values()]]));
}
