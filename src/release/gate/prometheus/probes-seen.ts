import { jobs } from '../../../alerts/index.ts';
import { queryInstant, queryRange, querySamples } from '../../../clients/index.ts';
import type { Period } from '../evidence.ts';
import type { ProbesOfCheck } from './probe-coverage.ts';
import { type ProbeState, probeOf, probeStates } from './probe-states.ts';

/** What a store holds about the Vigils that watch, over a window. */
export interface ProbesSeen {
  /** Whom they watch, by their own words. */
  targets: readonly string[];
  intervalMs: number | undefined;
  catalogueChecks: number;
  /** Each probe at each slot of the window, the last one being the end of the window. */
  states: ReadonlyMap<number, readonly ProbeState[]>;
  /** When the cycles of each probe ended. */
  ends: ReadonlyMap<string, readonly number[]>;
  probesOf: ProbesOfCheck;
  /** When each probe's newest sentinel that arrived was sent, and how long it travelled. */
  sentinels: readonly { probe: string; atMs: number; tookMs: number; isMissing: boolean }[];
}

const own = (metric: string): string => `${metric}{job="${jobs.tests}"}`;

/** Reads everything that the Vigils expose of themselves. */
export async function probesSeen(url: string, { fromMs, toMs }: Period): Promise<ProbesSeen> {
  const windowMs = Math.max(1, toMs - fromMs);
  const now = (metric: string) => queryInstant(url, own(metric), toMs);
  const [infos, intervals, sizes, sent, took, states] = await Promise.all([
    // Over the whole window: what was watched before may have been another deployment, by the same Vigil.
    queryInstant(url, `last_over_time(${own('vigil_watch_info')}[${Math.ceil(windowMs)}ms])`, toMs),
    now('vigil_watch_interval_seconds'),
    now('vigil_catalogue_checks'),
    now('vigil_sentinel_timestamp_seconds'),
    now('vigil_sentinel_travel_seconds'),
    now('vigil_sentinel_state'),
  ]);
  // Who never said whom it watches tells nothing of anybody.
  const known = new Set(infos.map(({ metric }) => probeOf(metric)));
  const isKnown = ({ metric }: { metric: Record<string, string> }) => known.has(probeOf(metric));
  const greatest = (values: readonly { value: number }[]) => Math.max(0, ...values.map(({ value }) => value));
  const intervalMs = intervals.length > 0 ? greatest(intervals) * 1000 : undefined;
  const ended = await querySamples(url, own('vigil_last_cycle_timestamp_seconds'), windowMs, toMs);
  const stepMs = intervalMs ?? windowMs;
  const slots = Math.floor(windowMs / stepMs);
  const steps = { fromMs: toMs - slots * stepMs, toMs, stepMs };
  const over = async (metric: string) => (await queryRange(url, own(metric), steps)).filter(isKnown);
  const [status, endedSeconds, problems] = await Promise.all([
    over('vigil_check_status'),
    over('vigil_last_cycle_timestamp_seconds'),
    over('vigil_cycle_problems'),
  ]);
  const ends = new Map<string, number[]>();
  for (const { metric, points } of ended.filter(isKnown)) {
    const before = ends.get(probeOf(metric)) ?? [];
    const times = points.map(({ value }) => value * 1000).filter(Number.isFinite);
    ends.set(probeOf(metric), [...new Set([...before, ...times])]);
  }
  const probesOf = new Map<string, string[]>();
  for (const { metric } of status) {
    const check = metric.check ?? '';
    probesOf.set(check, [...new Set([...(probesOf.get(check) ?? []), probeOf(metric)])]);
  }
  const arrived = states.filter(({ metric }) => metric.state === 'received');
  const ofProbe = (values: typeof sent, probe: string) =>
    values.filter(({ metric }) => probeOf(metric) === probe).map(({ value }) => value);
  return {
    targets: [...new Set(infos.map(({ metric }) => metric.target ?? ''))],
    intervalMs,
    catalogueChecks: greatest(sizes),
    states: probeStates({ status, endedSeconds, problems }),
    ends,
    probesOf,
    sentinels: sent.filter(isKnown).flatMap(({ metric, value }) => {
      const probe = probeOf(metric);
      const [tookMs = Number.NaN] = ofProbe(took, probe).map((seconds) => seconds * 1000);
      const said = ofProbe(arrived, probe);
      const isMissing = !(said.length > 0 && said.every((one) => one === 1)) || !Number.isFinite(tookMs);
      return Number.isFinite(value) ? [{ probe, atMs: value * 1000, tookMs, isMissing }] : [];
    }),
  };
}
