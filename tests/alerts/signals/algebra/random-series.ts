import type { SamplePoint } from '../../../../src/alerts/signals/algebra/source.ts';
import type { LabelSet } from '../../../../src/core/labels/label-set.ts';

export interface NamedSeries {
  name: string;
  labels: LabelSet;
  points: SamplePoint[];
}

/** mulberry32: numbers in 0–1 that are the same for the same seed. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Rhythm {
  random: () => number;
  times: number[];
  /** After these times the process was new. */
  restarts: Set<number>;
  /** At these times the series is known to be gone. */
  stale: Set<number>;
}

/** Scrapes on a grid or beside it, with gaps and restarts. Quarters of a second survive OpenMetrics' decimals exactly. */
function rhythm(seed: number, fromMs: number, toMs: number, withMarkers: boolean): Rhythm {
  const random = randomOf(seed);
  const intervalMs = [5, 10, 15, 30, 60][Math.floor(random() * 5)] as number;
  const isOnGrid = random() < 0.5;
  const times: number[] = [];
  const restarts = new Set<number>();
  const stale = new Set<number>();
  let atMs = fromMs + Math.floor(random() * 40) * 5000;
  while (atMs < toMs) {
    const jitterMs = isOnGrid ? 0 : Math.floor(random() * 12) * 250;
    times.push(atMs + jitterMs);
    if (random() < 0.02) restarts.add(atMs + jitterMs);
    if (withMarkers && random() < 0.05) stale.add(atMs + jitterMs);
    atMs += intervalMs * 1000 * (random() < 0.04 ? 1 + Math.floor(random() * 15) : 1);
  }
  return { random, times, restarts, stale };
}

const point = ({ stale }: Rhythm, timeMs: number, value: number): SamplePoint =>
  stale.has(timeMs) ? { timeMs, value: Number.NaN, stale: true } : { timeMs, value };

function counter(name: string, labels: LabelSet, clock: Rhythm): NamedSeries {
  const speed = clock.random() < 0.15 ? 0 : clock.random() * 50;
  let value = clock.random() < 0.5 ? 0 : Math.floor(clock.random() * 10_000);
  const points = clock.times.map((timeMs) => {
    if (clock.restarts.has(timeMs)) value = 0;
    value += Math.floor(clock.random() * speed * 2);
    return point(clock, timeMs, value);
  });
  return { name, labels, points };
}

function gauge(name: string, labels: LabelSet, clock: Rhythm): NamedSeries {
  let value = clock.random() * 100;
  const points = clock.times.map((timeMs) => {
    if (clock.random() < 0.4) value = (clock.random() - 0.3) * 100;
    return point(clock, timeMs, clock.random() < 0.02 ? Number.NaN : value);
  });
  return { name, labels, points };
}

const bounds = ['0.05', '0.1', '0.25', '0.5', '1', '+Inf'];

function histogram(name: string, labels: LabelSet, clock: Rhythm): NamedSeries[] {
  const buckets = bounds.map((le) => ({
    name: `${name}_bucket`,
    labels: { ...labels, le },
    points: [] as SamplePoint[],
  }));
  const sum: NamedSeries = { name: `${name}_sum`, labels, points: [] };
  const count: NamedSeries = { name: `${name}_count`, labels, points: [] };
  let counts = bounds.map(() => 0);
  let total = 0;
  for (const timeMs of clock.times) {
    if (clock.restarts.has(timeMs)) {
      counts = bounds.map(() => 0);
      total = 0;
    }
    const observed = Math.floor(clock.random() * 20);
    for (let i = 0; i < observed; i += 1) {
      const seconds = clock.random() ** 2 * 1.4;
      total += seconds;
      bounds.forEach((le, at) => {
        if (le === '+Inf' || seconds <= Number(le)) counts[at] = (counts[at] ?? 0) + 1;
      });
    }
    buckets.forEach((bucket, at) => {
      bucket.points.push(point(clock, timeMs, counts[at] ?? 0));
    });
    sum.points.push(point(clock, timeMs, total));
    count.points.push(point(clock, timeMs, counts.at(-1) ?? 0));
  }
  return [...buckets, sum, count];
}

/** Two counters, two gauges and two histograms whose label `seed` is the seed. */
export function randomSeries(seed: number, fromMs: number, toMs: number, withMarkers = false): NamedSeries[] {
  return ['a', 'b'].flatMap((part, at) => {
    const labels = { seed: String(seed), part };
    const clock = () => rhythm(seed * 10 + at, fromMs, toMs, withMarkers);
    return [
      counter('prop_operations_total', labels, clock()),
      gauge('prop_level', labels, clock()),
      ...histogram('prop_duration_seconds', labels, clock()),
    ];
  });
}

/** Series with the names that the signals ask for, their figures on both sides of every limit. */
export function randomDeployment(seed: number, fromMs: number, toMs: number): NamedSeries[] {
  const prefix = 'genesis';
  const clock = (offset: number) => rhythm(seed * 100 + offset, fromMs, toMs, false);
  const at = { job: 'genesis-orchestration', instance: 'a' };
  const disk = { instance: 'a', device: '/dev/a', fstype: 'ext4' };
  const oneOf = (name: string, labels: LabelSet, offset: number, values: readonly number[]) => {
    const beat = clock(offset);
    const pick = () => values[Math.floor(beat.random() * values.length)] ?? 0;
    let value = pick();
    const points = beat.times.map((timeMs) => {
      if (beat.random() < 0.2) value = pick();
      return { timeMs, value };
    });
    return { name, labels, points };
  };
  const startSeconds = fromMs / 1000;
  return [
    counter(`${prefix}_operations_total`, { ...at, status: 'success' }, clock(1)),
    counter(`${prefix}_operations_total`, { ...at, status: 'error' }, clock(2)),
    oneOf(`${prefix}_errors_total`, { ...at, category: 'internal' }, 3, [0, 1, 2, 50]),
    counter(`${prefix}_errors_total`, { ...at, category: 'validation' }, clock(4)),
    ...histogram(`${prefix}_operation_duration_seconds`, at, clock(5)),
    ...histogram(`${prefix}_htdag_decomposition_duration_seconds`, at, clock(6)),
    ...histogram(`${prefix}_halo_routing_duration_seconds`, at, clock(7)),
    ...histogram(`${prefix}_aop_validation_duration_seconds`, at, clock(8)),
    oneOf(`${prefix}_test_pass_rate`, {}, 9, [1, 0.985, 0.97, 0.9]),
    oneOf('vigil_coverage_ratio', {}, 10, [1, 0.9]),
    oneOf('up', at, 11, [1, 1, 0]),
    oneOf('up', { ...at, job: 'genesis-planner' }, 12, [1, 1, 0]),
    oneOf('node_memory_MemAvailable_bytes', { instance: 'a' }, 13, [1, 3, 9]),
    oneOf('node_memory_MemTotal_bytes', { instance: 'a' }, 13, [10]),
    oneOf('node_cpu_seconds_total', { instance: 'a', cpu: '0', mode: 'idle' }, 14, [0, 1, 2, 3]),
    oneOf('node_filesystem_size_bytes', disk, 15, [100]),
    oneOf('node_filesystem_free_bytes', disk, 15, [5, 20, 40]),
    oneOf('node_filesystem_avail_bytes', disk, 15, [4, 15, 30]),
    oneOf('node_filesystem_size_bytes', { ...disk, fstype: 'tmpfs' }, 15, [100]),
    oneOf('vigil_last_cycle_timestamp_seconds', {}, 16, [
      startSeconds,
      startSeconds + 900,
      startSeconds + 1800,
    ]),
    oneOf('vigil_check_status', { check: 'H01' }, 17, [0, 1]),
    oneOf('vigil_check_status', { check: 'H02' }, 18, [0, 1, 2]),
    oneOf('vigil_rollback_required', { trigger: 'pass_rate' }, 19, [0, 1]),
    oneOf('vigil_rollback_required', { trigger: 'error_ratio' }, 20, [0]),
  ];
}
