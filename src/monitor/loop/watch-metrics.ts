import { type Dispatcher, type EngineState, jobs } from '../../alerts/index.ts';
import type { Family } from '../../clients/index.ts';
import type { Coverage, ScrapedSample } from '../../history/index.ts';
import { cycleMetrics, type Entry, familyOf, gaugeFamily, withProbe } from '../metrics/cycle-metrics.ts';
import type { Confirmation, SentinelState } from './saved-state.ts';
import { coverageNow, type WatchParts } from './watch-parts.ts';

/** What the watch shows of itself as metrics. */
export interface WatchFacts {
  version: string;
  /** Whom it watches. */
  targetId: string;
  startedMs: number;
  lastTickMs: number;
  intervalMs: number;
  coverage: Coverage;
  sentinel: SentinelState;
  confirmation: Confirmation;
  alerts: EngineState;
  channels: ReturnType<Dispatcher['statistics']>;
}

/** A state as a set of gauges: 1 for the one that holds, 0 for the others. */
const states = (name: string, help: string, all: readonly string[], state: string): Family[] =>
  familyOf(
    name,
    'gauge',
    help,
    all.map((one) => [{ state: one }, Number(one === state)]),
  );

/** How many alerts are in each state, by name and severity; like Prometheus's ALERTS what isn't there has no series. */
function alertCounts({ alerts }: EngineState): Entry[] {
  const counts = new Map<string, [Record<string, string>, number]>();
  for (const { rule, status, labels, mute } of Object.values(alerts)) {
    if (status === 'resolved') continue;
    const state = status === 'firing' && mute ? 'muted' : status;
    const own = { alertname: rule, severity: labels.severity ?? '', state };
    const key = JSON.stringify(own);
    counts.set(key, [own, (counts.get(key)?.[1] ?? 0) + 1]);
  }
  return [...counts.values()];
}

function notificationFamilies(channels: WatchFacts['channels']): Family[] {
  const each = Object.entries(channels);
  const results = ['sent', 'failed', 'dropped', 'superseded'] as const;
  return [
    ...familyOf(
      'vigil_notifications_pending',
      'gauge',
      'Notifications that wait in the outbox.',
      each.map(([channel, { pending }]) => [{ channel }, pending]),
    ),
    ...familyOf(
      'vigil_notifications_oldest_age_seconds',
      'gauge',
      'Age of the oldest notification that waits; 0 when none does.',
      each.map(([channel, { oldestAgeSeconds }]) => [{ channel }, oldestAgeSeconds]),
    ),
    ...familyOf(
      'vigil_notifications_total',
      'counter',
      'Tries to tell somebody, by what came of them.',
      each.flatMap(([channel, counts]) =>
        results.map((result): Entry => [{ channel, result }, counts[result]]),
      ),
    ),
  ];
}

/** How well the watch watches: recorded with the samples, so that its past can be judged too. */
export function coverageMetrics(coverage: Coverage): Family[] {
  return [
    ...gaugeFamily(
      'vigil_watch_coverage_ratio',
      'Slots observed / slots due, last 48 hours.',
      coverage.ratio,
    ),
    ...gaugeFamily(
      'vigil_watch_largest_gap_seconds',
      'Longest time without evidence, last 48 hours.',
      coverage.largestGapMs / 1000,
    ),
  ];
}

/** The loop's own state, in base units, for the text format. */
export function watchMetrics(facts: WatchFacts): Family[] {
  const { coverage, sentinel, confirmation } = facts;
  return [
    ...familyOf('vigil_build_info', 'gauge', 'The Vigil that watches.', [
      [{ version: facts.version, node: process.version }, 1],
    ]),
    ...familyOf('vigil_watch_info', 'gauge', 'Whom this watch watches.', [[{ target: facts.targetId }, 1]]),
    ...gaugeFamily('vigil_watch_start_timestamp_seconds', 'When this watch began.', facts.startedMs / 1000),
    ...gaugeFamily(
      'vigil_watch_last_tick_timestamp_seconds',
      'When the loop turned last; it stands still when the loop does.',
      facts.lastTickMs / 1000,
    ),
    ...gaugeFamily(
      'vigil_watch_interval_seconds',
      'Time from one slot of the schedule to the next.',
      facts.intervalMs / 1000,
    ),
    ...gaugeFamily(
      'vigil_watch_slots_due',
      'Slots of the schedule that are over, last 48 hours.',
      coverage.due,
    ),
    ...gaugeFamily('vigil_watch_slots_observed', 'Slots with a cycle, last 48 hours.', coverage.observed),
    ...gaugeFamily('vigil_watch_slots_missed', 'Slots without a cycle, last 48 hours.', coverage.missed),
    ...coverageMetrics(coverage),
    ...states(
      'vigil_sentinel_state',
      'Whether the check that must fail was seen arriving.',
      ['off', 'never', 'received', 'missing'],
      sentinel.state,
    ),
    ...gaugeFamily(
      'vigil_sentinel_timestamp_seconds',
      'When the last sentinel was sent, whether it arrived or not.',
      sentinel.state === 'received' || sentinel.state === 'missing' ? sentinel.atMs / 1000 : undefined,
    ),
    ...gaugeFamily(
      'vigil_sentinel_receipt_timestamp_seconds',
      'When the sentinel that arrived last was sent.',
      sentinel.state === 'received' ? sentinel.atMs / 1000 : undefined,
    ),
    ...gaugeFamily(
      'vigil_sentinel_travel_seconds',
      'How long the sentinel that arrived last travelled.',
      sentinel.state === 'received' ? sentinel.tookMs / 1000 : undefined,
    ),
    ...states(
      'vigil_confirmation_state',
      'Whether a first failure is being looked at again.',
      ['none', 'confirming', 'confirmed'],
      confirmation.state,
    ),
    ...familyOf('vigil_alerts', 'gauge', 'Alerts by name, severity and state.', alertCounts(facts.alerts)),
    ...notificationFamilies(facts.channels),
  ];
}

function cycleFamilies({ options, evaluator, state: { last, totals } }: WatchParts): Family[] {
  return last ? cycleMetrics(options.config.metricsPrefix, last, totals, evaluator.triggers()) : [];
}

/** The metrics of the last cycle and of the watch itself, as its port shows them. */
export function watchFamilies(parts: WatchParts, intervalMs: number): Family[] {
  const { options, state } = parts;
  const own = watchMetrics({
    version: options.version,
    targetId: options.harness.targetId,
    startedMs: parts.startedMs,
    lastTickMs: state.lastTickMs,
    intervalMs,
    sentinel: state.sentinel,
    confirmation: state.confirmation,
    coverage: coverageNow(parts),
    alerts: parts.evaluator.state(),
    channels: options.dispatcher.statistics(),
  });
  return [...cycleFamilies(parts), ...withProbe(own, options.config.probe)];
}

/** Families as samples, as if they had been scraped from the watch's port. */
export function ownSamples(families: readonly Family[]): ScrapedSample[] {
  const up = { series: { name: 'up', labels: { job: jobs.tests } }, value: 1 };
  const all = families.flatMap(({ samples }) => samples);
  return [
    up,
    ...all.map(({ name, labels, value }) => ({
      series: { name, labels: { ...labels, job: jobs.tests } },
      value,
    })),
  ];
}

/** Records what the watch says of itself beside what it scrapes. */
export function recordOwnSamples(parts: WatchParts, atMs: number): void {
  const coverage = withProbe(coverageMetrics(coverageNow(parts)), parts.options.config.probe);
  const families = [...cycleFamilies(parts), ...coverage];
  parts.options.history.recordSamples(atMs, ownSamples(families), jobs.tests);
}
