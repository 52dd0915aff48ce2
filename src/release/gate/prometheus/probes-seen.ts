import { queryInstant, queryRange, querySamples, type StoredSeries } from '../../../clients/index.ts';
import type { Period } from '../plan.ts';
import { narrowed, withinDeployment } from './own-series.ts';
import { ofWatchers, probeOf, probeStates } from './probe-states.ts';

/** What each group of series comes to, by its name. */
function grouped<T extends { metric: Record<string, string> }, Found>(
  series: readonly T[],
  nameOf: (metric: Record<string, string>) => string,
  found: (of: readonly T[]) => Found[],
): ReadonlyMap<string, readonly Found[]> {
  const groups = Map.groupBy(series, ({ metric }) => nameOf(metric));
  return new Map([...groups].map(([name, of]) => [name, [...new Set(found(of))]]));
}

const endsOf = (series: readonly StoredSeries[]): number[] =>
  series.flatMap(({ points }) => points.map(({ value }) => value * 1000).filter(Number.isFinite));

/** Reads everything that the Vigils which watch expose of themselves, over a window. */
export async function probesSeen(
  url: string,
  { fromMs, toMs }: Period,
  {
    quorum,
    resolutionMs,
    job,
    name,
  }: { quorum: number; resolutionMs: number; job: string; name?: string | undefined },
) {
  const own = (metric: string): string => narrowed(`${metric}{job="${job}"}`, withinDeployment(name));
  const windowMs = Math.max(1, toMs - fromMs);
  const now = (metric: string) => queryInstant(url, own(metric), toMs);
  const [infos, intervals, sizes, sent, took, received, suites] = await Promise.all([
    // Over the whole window: what was watched before may have been another deployment, by the same Vigil.
    queryInstant(url, `last_over_time(${own('vigil_watch_info')}[${Math.ceil(windowMs)}ms])`, toMs),
    now('vigil_watch_interval_seconds'),
    now('vigil_catalogue_checks'),
    now('vigil_sentinel_timestamp_seconds'),
    now('vigil_sentinel_travel_seconds'),
    now('vigil_sentinel_state'),
    now('vigil_suite_info'),
  ]);
  // Who never said whom it watches tells nothing of anybody.
  const known = new Set(infos.map(({ metric }) => probeOf(metric)));
  const isKnown = ({ metric }: { metric: Record<string, string> }) => known.has(probeOf(metric));
  const greatest = (values: readonly { value: number }[]) => Math.max(0, ...values.map(({ value }) => value));
  const intervalMs = intervals.length > 0 ? greatest(intervals) * 1000 : undefined;
  const ended = await querySamples(url, own('vigil_last_cycle_timestamp_seconds'), windowMs, toMs);
  const stepMs = intervalMs ?? windowMs;
  const steps = { fromMs: toMs - Math.floor(windowMs / stepMs) * stepMs, toMs, stepMs };
  const over = async (metric: string) =>
    ofWatchers(await queryRange(url, own(metric), steps), infos).filter(isKnown);
  const [status, endedSeconds, problems] = await Promise.all([
    over('vigil_check_status'),
    over('vigil_last_cycle_timestamp_seconds'),
    over('vigil_cycle_problems'),
  ]);
  // Also between two slots, where a failure is looked at again: when enough of them last said at once that a check failed.
  const red = `count by (check) (min by (check, probe, instance) (${own('vigil_check_status')} == 0)) >= ${quorum}`;
  const lastRed = `max_over_time(timestamp(${red})[${Math.ceil(windowMs)}ms:${Math.ceil(resolutionMs)}ms])`;
  const failed = await queryInstant(url, lastRed, toMs);
  const sentinels = sent.filter(isKnown).flatMap(({ metric, value }) => {
    const probe = probeOf(metric);
    const isSame = (one: { metric: Record<string, string> }) => probeOf(one.metric) === probe;
    const tookMs = (took.find(isSame)?.value ?? Number.NaN) * 1000;
    const states = received.filter((one) => isSame(one) && one.metric.state === 'received');
    const isMissing =
      !(states.length > 0 && states.every((one) => one.value === 1)) || !Number.isFinite(tookMs);
    return Number.isFinite(value) ? [{ probe, atMs: value * 1000, tookMs, isMissing }] : [];
  });
  return {
    /** Whom they watch, by their own words. */
    targets: [...new Set(infos.map(({ metric }) => metric.target ?? ''))],
    infos,
    intervalMs,
    catalogueChecks: greatest(sizes),
    /** A hash of the suite that each probe runs now. */
    suites: grouped(suites.filter(isKnown), probeOf, (series) =>
      series.map(({ metric }) => metric.suite ?? ''),
    ),
    /** Each probe at each slot of the window, the last one being the end of the window. */
    states: probeStates(status, endedSeconds, problems),
    /** When the cycles of each probe ended. */
    ends: grouped(ended.filter(isKnown), probeOf, endsOf),
    /** Which probes look at a check. */
    probesOf: grouped(
      status,
      ({ check = '' }) => check,
      (series) => series.map(({ metric }) => probeOf(metric)),
    ),
    /** When enough probes last saw each check fail. */
    failedMs: new Map(failed.map(({ metric, value }) => [metric.check ?? '', value * 1000])),
    /** When each probe's newest sentinel that arrived was sent, and how long it travelled. */
    sentinels,
  };
}

/** What a store holds about the Vigils that watch, over a window. */
export type ProbesSeen = Awaited<ReturnType<typeof probesSeen>>;
