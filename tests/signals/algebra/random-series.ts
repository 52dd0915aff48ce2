import type { LabelSet, SamplePoint } from '../../../src/signals/index.ts';

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
