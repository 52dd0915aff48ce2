import { type Dispatcher, type EngineState, instanceReleaseMetric, testsJob } from '../../alerts/index.ts';
import type { Family } from '../../clients/index.ts';
import { deploymentLabel, subjectLabels } from '../../core/index.ts';
import type { Coverage, ScrapedSample } from '../../history/index.ts';
import { limitsHash, type Releases, suiteHash } from '../../suite/index.ts';
import { cycleMetrics, type Entry, familiesOf, type Metric, withLabel } from '../metrics/cycle-metrics.ts';
import type { Confirmation, SentinelState } from './saved-state.ts';
import { coverageNow, type WatchParts } from './watch-parts.ts';

/** What the watch shows of itself as metrics. */
export interface WatchFacts {
  version: string;
  /** Whom it watches: the address, the deployment's name, and the release ids that its services said last. */
  targetId: string;
  name: string;
  releases: Releases;
  /** A hash of the suite that the last cycle ran. */
  suite: string | undefined;
  /** A hash of the limits in force. */
  thresholds: string;
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
const states = (all: readonly string[], state: string): Entry[] =>
  all.map((one) => [{ state: one }, Number(one === state)]);

/** How many alerts are in each state, by name, severity and of whom they tell; like Prometheus's ALERTS what isn't there has no series. */
function alertCounts({ alerts }: EngineState): Entry[] {
  const counts = new Map<string, [Record<string, string>, number]>();
  for (const { rule, status, labels, mute } of Object.values(alerts)) {
    if (status === 'resolved') continue;
    const state = status === 'firing' && mute ? 'muted' : status;
    const own = { alertname: rule, severity: labels.severity ?? '', state, ...subjectLabels(labels) };
    const key = JSON.stringify(own);
    counts.set(key, [own, (counts.get(key)?.[1] ?? 0) + 1]);
  }
  return [...counts.values()];
}

function notificationMetrics(channels: WatchFacts['channels']): Metric[] {
  const each = Object.entries(channels);
  const results = ['sent', 'failed', 'dropped', 'superseded'] as const;
  return [
    [
      'vigil_notifications_pending',
      'Notifications that wait in the outbox.',
      each.map(([channel, { pending }]) => [{ channel }, pending]),
    ],
    [
      'vigil_notifications_oldest_age_seconds',
      'Age of the oldest notification that waits; 0 when none does.',
      each.map(([channel, { oldestAgeSeconds }]) => [{ channel }, oldestAgeSeconds]),
    ],
    [
      'vigil_notifications_total',
      'Attempts to notify, by result.',
      each.flatMap(([channel, counts]) =>
        results.map((result): Entry => [{ channel, result }, counts[result]]),
      ),
    ],
  ];
}

const startMetric = (startedMs: number): Metric => [
  'vigil_watch_start_timestamp_seconds',
  'When this watch began.',
  startedMs / 1000,
];

/** How well the watch watches: recorded with the samples, so that its past can be judged too. */
const coverageMetrics = ({ ratio, largestGapMs }: Coverage): Metric[] => [
  ['vigil_watch_coverage_ratio', 'Slots observed / slots due, last 48 hours.', ratio],
  ['vigil_watch_largest_gap_seconds', 'Longest time without evidence, last 48 hours.', largestGapMs / 1000],
];

function sentinelMetrics(sentinel: SentinelState): Metric[] {
  const sent = sentinel.state === 'received' || sentinel.state === 'missing' ? sentinel : undefined;
  const received = sentinel.state === 'received' ? sentinel : undefined;
  return [
    [
      'vigil_sentinel_state',
      'Whether the check that must fail was seen arriving.',
      states(['off', 'never', 'received', 'missing'], sentinel.state),
    ],
    [
      'vigil_sentinel_timestamp_seconds',
      'When the last sentinel was sent, whether it arrived or not.',
      sent && sent.atMs / 1000,
    ],
    [
      'vigil_sentinel_receipt_timestamp_seconds',
      'When the sentinel that arrived last was sent.',
      received && received.atMs / 1000,
    ],
    [
      'vigil_sentinel_travel_seconds',
      'How long the sentinel that arrived last travelled.',
      received && received.tookMs / 1000,
    ],
  ];
}

/** Which release each instance said in the last cycle; an address behind which nobody knows how many there are says none. */
const instanceMetric = ({ last }: WatchParts['state']): Metric => [
  instanceReleaseMetric,
  'Which release each instance said in the last cycle.',
  (last?.saidReleases ?? []).map((one): Entry => [{ ...one }, 1]),
];

/** The loop's own state, in base units, for the text format. */
export function watchMetrics(facts: WatchFacts): Family[] {
  const { coverage, confirmation } = facts;
  return familiesOf([
    ['vigil_build_info', 'The Vigil that watches.', [[{ version: facts.version, node: process.version }, 1]]],
    [
      'vigil_watch_info',
      'Whom this watch watches, and a hash of the thresholds it judges by.',
      [[{ target: facts.targetId, name: facts.name, thresholds: facts.thresholds }, 1]],
    ],
    [
      'vigil_suite_info',
      'A hash of the suite that the last cycle ran; the same for every shard of one suite.',
      facts.suite === undefined ? [] : [[{ suite: facts.suite }, 1]],
    ],
    [
      'vigil_release_info',
      'Which release ids each service said in the last cycle.',
      Object.entries(facts.releases).flatMap(([service, ids]) =>
        [...new Set(ids)].map((release): Entry => [{ service, release }, 1]),
      ),
    ],
    [
      'vigil_release_instances',
      'How many instances of each service said a release in the last cycle, as far as they are known.',
      Object.entries(facts.releases).flatMap(([service, ids]) =>
        [...Map.groupBy(ids ?? [], (id) => id)].map(
          ([release, same]): Entry => [{ service, release }, same.length],
        ),
      ),
    ],
    startMetric(facts.startedMs),
    [
      'vigil_watch_last_tick_timestamp_seconds',
      'Time of the last pass of the loop.',
      facts.lastTickMs / 1000,
    ],
    [
      'vigil_watch_interval_seconds',
      'Time from one slot of the schedule to the next.',
      facts.intervalMs / 1000,
    ],
    ['vigil_watch_slots_due', 'Slots of the schedule that are over, last 48 hours.', coverage.due],
    ['vigil_watch_slots_observed', 'Slots with a cycle, last 48 hours.', coverage.observed],
    ['vigil_watch_slots_missed', 'Slots without a cycle, last 48 hours.', coverage.missed],
    ...coverageMetrics(coverage),
    ...sentinelMetrics(facts.sentinel),
    [
      'vigil_confirmation_state',
      'Whether a first failure is being looked at again.',
      states(['none', 'confirming', 'confirmed'], confirmation.state),
    ],
    [
      'vigil_alerts',
      'Alerts by name, severity and state, and by service and instance where they tell of one.',
      alertCounts(facts.alerts),
    ],
    ...notificationMetrics(facts.channels),
  ]);
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
    name: options.config.name,
    releases: state.last?.identity?.releases ?? {},
    suite: state.last?.identity && suiteHash(state.last.identity.criteria),
    thresholds: limitsHash(parts.table),
    startedMs: parts.startedMs,
    lastTickMs: state.lastTickMs,
    intervalMs,
    sentinel: state.sentinel,
    confirmation: state.confirmation,
    coverage: coverageNow(parts),
    alerts: parts.evaluator.state(),
    channels: options.dispatcher.statistics(),
  });
  const asked = options.ownRequests?.families() ?? [];
  const instances = familiesOf([instanceMetric(state)]);
  const watch = withLabel([...own, ...instances, ...asked], 'probe', options.config.probe);
  const all = [...cycleFamilies(parts), ...watch];
  return withLabel(all, 'deployment', deploymentLabel(options.config));
}

/** Families as samples, as if they had been scraped from the watch's port. */
export function ownSamples(families: readonly Family[], job = testsJob({})): ScrapedSample[] {
  const up = { series: { name: 'up', labels: { job } }, value: 1 };
  const all = families.flatMap(({ samples }) => samples);
  return [
    up,
    ...all.map(({ name, labels, value }) => ({
      series: { name, labels: { ...labels, job } },
      value,
    })),
  ];
}

/** Records what the watch says of itself beside what it scrapes. */
export function recordOwnSamples(parts: WatchParts, atMs: number): void {
  const own = familiesOf([
    startMetric(parts.startedMs),
    instanceMetric(parts.state),
    ...coverageMetrics(coverageNow(parts)),
  ]);
  const asked = parts.options.ownRequests?.families() ?? [];
  const { probe } = parts.options.config;
  const families = [...cycleFamilies(parts), ...withLabel([...own, ...asked], 'probe', probe)];
  const job = testsJob(parts.naming);
  parts.options.history.recordSamples(atMs, ownSamples(families, job), job);
}
