import type { SamplePoint } from '../../../src/alerts/signals/algebra/source.ts';
import type { LabelSet } from '../../../src/core/labels/label-set.ts';

/** A time in which a rule's condition is to be breached, in minutes: from inclusive, to exclusive. */
type Episode = readonly [fromMin: number, toMin: number];

/** A series of a story: its value at each step, `undefined` where it is not there. */
export interface StorySeries {
  name: string;
  labels: LabelSet;
  valueAt: (step: number) => number | undefined;
}

export interface Story {
  lengthMin: number;
  series: StorySeries[];
}

export const stepMs = 15_000;
const perMinute = 60_000 / stepMs;

const breachedIn = (episodes: readonly Episode[]) => (step: number) =>
  episodes.some(([from, to]) => step >= from * perMinute && step < to * perMinute);

/** Shorter than any `for`, then long enough to fire, then back for less than any keep-firing, then over. */
const usual: readonly Episode[] = [
  [10, 10.5],
  [30, 55],
  [56, 57],
  [80, 83],
];

const gauge = (
  name: string,
  labels: LabelSet,
  valueAt: (step: number) => number | undefined,
): StorySeries => ({
  name,
  labels,
  valueAt,
});

/** A counter that grows by what each step adds. */
function counter(name: string, labels: LabelSet, added: (step: number) => number): StorySeries {
  const sums: number[] = [];
  return {
    name,
    labels,
    valueAt(step) {
      while (sums.length <= step) sums.push((sums.at(-1) ?? 0) + added(sums.length));
      return sums[step];
    },
  };
}

const target = { job: 'genesis-orchestration' };
const operations = (added: (step: number) => number = () => 120) =>
  counter('genesis_operations_total', target, added);

function errorsDuring(
  episodes: readonly Episode[],
  ratio: number,
  traffic?: (step: number) => number,
): StorySeries[] {
  const isIn = breachedIn(episodes);
  return [
    operations(traffic),
    counter('genesis_errors_total', { ...target, category: 'internal' }, (step) =>
      isIn(step) ? 120 * ratio : 0,
    ),
    // A caller's mistake is none of the target's errors.
    counter('genesis_errors_total', { ...target, category: 'validation' }, () => 7),
  ];
}

/** A histogram of operations that take this long, 120 in each step unless others are said. */
function durations(
  name: string,
  secondsAt: (step: number) => number,
  added: (step: number) => number = () => 120,
): StorySeries[] {
  const bounds = [0.05, 0.1, 0.2, 0.25, 0.5, 1, Number.POSITIVE_INFINITY];
  return [
    ...bounds.map((le) =>
      counter(
        `${name}_bucket`,
        { ...target, le: le === Number.POSITIVE_INFINITY ? '+Inf' : String(le) },
        (step) => (secondsAt(step) <= le ? added(step) : 0),
      ),
    ),
    counter(`${name}_sum`, target, (step) => added(step) * secondsAt(step)),
    counter(`${name}_count`, target, added),
  ];
}

const either = (episodes: readonly Episode[], bad: number, good: number) => (step: number) =>
  breachedIn(episodes)(step) ? bad : good;

const story = (...series: StorySeries[]): Story => ({ lengthMin: 110, series });
const ofComponent = (name: string) =>
  story(...durations(`genesis_${name}_duration_seconds`, either(usual, 0.4, 0.02)));

function disk(): Story {
  const labels = { job: 'node', fstype: 'ext4', mountpoint: '/' };
  return story(
    gauge('node_filesystem_size_bytes', labels, () => 100),
    gauge('node_filesystem_free_bytes', labels, either(usual, 5, 60)),
    gauge('node_filesystem_avail_bytes', labels, either(usual, 5, 60)),
  );
}

/** A cycle every five minutes but in these times; before the first there is nothing at all. */
function cyclesExcept(episodes: readonly Episode[]): StorySeries {
  let last: number | undefined;
  const seen: (number | undefined)[] = [];
  return gauge('vigil_last_cycle_timestamp_seconds', { job: 'genesis-tests' }, (step) => {
    while (seen.length <= step) {
      const at = seen.length;
      if (at % (5 * perMinute) === 0 && !breachedIn(episodes)(at)) last = (at * stepMs) / 1000;
      seen.push(last);
    }
    return seen[step];
  });
}

/** Traffic of a day, then of a night with an operation every so many steps. */
const nightFrom = (min: number, stepsBetween: number) => (step: number) =>
  step < min * perMinute ? 120 : Number(step % stepsBetween === 0);

const flips = (step: number) =>
  // Three changes within an hour are one too many, two are not.
  [20, 25, 100, 110, 120].filter((minute) => step >= minute * perMinute).length % 2;

/** For each rule a story in which it is quiet, pending for too short a time, and fires. */
export const stories: Readonly<Record<string, Story>> = {
  TestPassRateLow: story(gauge('genesis_test_pass_rate', {}, either(usual, 0.9, 1))),
  HighErrorRate: {
    lengthMin: 130,
    series: [
      ...errorsDuring(
        [
          [10, 10.25],
          [30, 50],
          [57.25, 57.5],
          [80, 81],
        ],
        0.02,
        // Night: of 20 operations within the window one fails, which is 5 %.
        nightFrom(90, 1),
      ),
      counter('genesis_errors_total', { ...target, category: 'timeout' }, (step) =>
        step >= 97 * perMinute && step % 20 === 0 ? 1 : 0,
      ),
    ],
  },
  HighLatencyP95: {
    lengthMin: 130,
    series: [
      operations(nightFrom(90, 1)),
      // At night all of 20 operations within the window are slow.
      ...durations(
        'genesis_operation_duration_seconds',
        either([...usual, [97, 130]], 0.4, 0.02),
        nightFrom(90, 1),
      ),
    ],
  },
  ServiceDown: story(
    // Scraped no more for a while, which of two services says nothing of the other.
    gauge('up', { ...target, service: 'orchestration' }, (step) =>
      breachedIn([[60, 64]])(step) ? undefined : 1,
    ),
    gauge(
      'up',
      { job: 'genesis-planner', service: 'planner' },
      either(
        [
          [10, 10.75],
          [30, 35],
          [36, 50],
        ],
        0,
        1,
      ),
    ),
  ),
  ErrorBudgetFastBurn: {
    lengthMin: 300,
    series: [
      ...errorsDuring(
        [
          [0.5, 0.75],
          [90, 140],
        ],
        0.05,
        // Night: of 80 operations within the long window two fail, and one of 7 within the short one.
        nightFrom(180, 3),
      ),
      counter('genesis_errors_total', { ...target, category: 'timeout' }, (step) =>
        Number(step === 255 * perMinute || step === 280 * perMinute),
      ),
    ],
  },
  TestPassRateDegrading: story(gauge('genesis_test_pass_rate', {}, either(usual, 0.985, 1))),
  HighMemoryUsage: story(
    gauge('node_memory_MemAvailable_bytes', { job: 'node' }, either(usual, 10, 60)),
    gauge('node_memory_MemTotal_bytes', { job: 'node' }, () => 100),
  ),
  HighCPUUsage: story(
    ...['0', '1'].map((cpu) =>
      counter('node_cpu_seconds_total', { job: 'node', cpu, mode: 'idle' }, either(usual, 0.5, 14)),
    ),
  ),
  HighDiskUsage: disk(),
  ErrorBudgetSlowBurn: {
    lengthMin: 300,
    series: errorsDuring(
      [
        [0.5, 0.75],
        [90, 180],
      ],
      0.05,
    ),
  },
  HTDAGDecompositionSlow: ofComponent('htdag_decomposition'),
  HALORoutingSlow: ofComponent('halo_routing'),
  AOPValidationSlow: ofComponent('aop_validation'),
  SystemThroughputDegraded: story(operations(either(usual, 15, 120))),
  TestSuiteNotRunning: story(
    // The first cycle takes until minute 5.
    gauge('vigil_watch_start_timestamp_seconds', { job: 'genesis-tests' }, () => 0),
    cyclesExcept([
      [0, 3],
      [20, 29],
      [40, 75],
    ]),
  ),
  ObservabilityMetricsMissing: story(
    gauge('genesis_operations_total', target, (step) =>
      breachedIn([
        [10, 13],
        [30, 50],
      ])(step)
        ? undefined
        : 1000 + step,
    ),
  ),
  IntermittentTestFailures: {
    lengthMin: 200,
    series: [
      gauge('vigil_check_status', { check: 'H01' }, flips),
      gauge('vigil_check_status', { check: 'H02' }, () => 1),
    ],
  },
};

/** A story's series as points on the grid of evaluations; a series that goes is marked stale, as a scrape would. */
export function pointsOf({ valueAt }: StorySeries, steps: number): SamplePoint[] {
  const points: SamplePoint[] = [];
  let isThere = false;
  for (let step = 0; step < steps; step += 1) {
    const value = valueAt(step);
    if (value !== undefined) points.push({ timeMs: step * stepMs, value });
    else if (isThere) points.push({ timeMs: step * stepMs, value: Number.NaN, stale: true });
    isThere = value !== undefined;
  }
  return points;
}
