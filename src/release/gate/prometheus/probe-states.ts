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

/** Which Vigil a series is of: its name where it has one, its address otherwise. */
export const probeOf = (metric: Readonly<Record<string, string>>): string =>
  metric.probe ?? metric.instance ?? '';

/**
 * Series as those of the Vigil that says so: the `instance` of a check that tells of one of a service is that one. A Vigil
 * without a name is known by its own, of which it has another whenever it begins elsewhere.
 */
export function ofWatchers(
  series: readonly StoredSeries[],
  watchers: readonly { metric: Readonly<Record<string, string>> }[],
): StoredSeries[] {
  const unnamed = watchers.flatMap(({ metric }) =>
    metric.probe === undefined ? [metric.instance ?? ''] : [],
  );
  return series.flatMap((one) => {
    const { probe, instance = '' } = one.metric;
    if (probe !== undefined || unnamed.includes(instance)) return [one];
    return unnamed.map((own) => ({ ...one, metric: { ...one.metric, instance: own } }));
  });
}

/** Of two series that say of the same probe what can't both be: a failure if one says so, else nothing known. */
const fail = 0;
const unknown = 2;
const together = (before: number | undefined, value: number): number =>
  before === undefined || before === value ? value : before === fail || value === fail ? fail : unknown;

/** The points of several series, each with its probe; what is of one probe at one step has one key. */
const pointsOf = (series: readonly StoredSeries[]) =>
  series.flatMap(({ metric, points }) => {
    const [probe, check] = [probeOf(metric), metric.check ?? ''];
    return points.map((point) => ({ ...point, probe, check, key: `${point.timeMs} ${probe}` }));
  });

/**
 * What each probe showed at each step, from series of all probes over the same steps; a probe whose cycle has no known end
 * proves nothing and is left out. Where a store holds something of a probe twice, as replicas or two Vigils of one name
 * leave it, the worse counts.
 */
export function probeStates(
  status: readonly StoredSeries[],
  endedSeconds: readonly StoredSeries[],
  problems: readonly StoredSeries[],
): ReadonlyMap<number, readonly ProbeState[]> {
  const states = new Map<string, ProbeState & { timeMs: number; checks: Map<string, number> }>();
  for (const { key, probe, timeMs, value } of pointsOf(endedSeconds)) {
    const endedMs = Math.min(value * 1000, states.get(key)?.endedMs ?? Number.POSITIVE_INFINITY);
    if (!Number.isFinite(value)) continue;
    states.set(key, { probe, timeMs, endedMs, hasProblems: true, checks: new Map() });
  }
  for (const [key, points] of Map.groupBy(pointsOf(problems), (point) => point.key)) {
    const state = states.get(key);
    if (state) state.hasProblems = points.some(({ value }) => value !== 0);
  }
  for (const { key, check, value } of pointsOf(status)) {
    const checks = states.get(key)?.checks;
    checks?.set(check, together(checks.get(check), value));
  }
  return Map.groupBy(states.values(), ({ timeMs }) => timeMs);
}
