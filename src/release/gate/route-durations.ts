import {
  boundOf,
  durationBucketsOf,
  instanceKey,
  lookBackMs,
  routeDurationsMetric,
  routeOf,
  routeSlowMetric,
  type SampleSource,
  type Series,
  type Sli,
  slowBounds,
} from '../../alerts/index.ts';
import { freshPoints } from './answer-kinds.ts';
import type { Period } from './plan.ts';

/** What the histogram of one instance said of a route at one time. */
interface Reading {
  timeMs: number;
  all: number;
  /** How many of them took longer than each bound of the instance. */
  slow: readonly number[];
}

interface RouteReadings {
  key: string;
  route: string;
  bounds: readonly number[];
  readings: readonly Reading[];
}

/** What came to a route between two readings. */
export interface DurationStep {
  key: string;
  timeMs: number;
  all: number;
  /** How many of them took longer than a bound, in seconds. */
  slowerThan: ReadonlyMap<number, number>;
}

/** Durations of users' requests within a time, by route. */
export interface RouteDurations {
  /** By route, each in the order of time. */
  routes: ReadonlyMap<string, readonly DurationStep[]>;
  /** The bounds by which each instance tells slow requests, in seconds. */
  bounds: ReadonlyMap<string, readonly number[]>;
}

const valuesOf = (series: Series): Map<number, number> =>
  new Map(freshPoints(series).map(({ timeMs, value }) => [timeMs, value]));

/** As a watch records them; a bound that none was over has no series. */
function recorded(counts: readonly Series[], slow: readonly Series[]): RouteReadings[] {
  const bySource = Map.groupBy(slow, (series) => `${instanceKey(series)} ${series.labels.route ?? ''}`);
  return counts.map((series) => {
    const key = instanceKey(series);
    const route = series.labels.route ?? '';
    const all = bySource.get(`${key} `) ?? [];
    const bounds = all.map(({ labels }) => Number(labels.over)).sort((a, b) => a - b);
    const own = bySource.get(`${key} ${route}`) ?? [];
    const valuesOver = new Map(own.map((one) => [Number(one.labels.over), valuesOf(one)]));
    const readings = freshPoints(series).map(({ timeMs, value }) => ({
      timeMs,
      all: value,
      slow: bounds.map((bound) => valuesOver.get(bound)?.get(timeMs) ?? 0),
    }));
    return { key, route, bounds, readings };
  });
}

/** As a store has them: the buckets by all of their labels, added up by route. */
function exposed(buckets: readonly Series[], seconds: number): RouteReadings[] {
  const named = buckets.filter(({ labels }) => routeOf(labels) !== '');
  const groups = Map.groupBy(named, (series) => `${instanceKey(series)} ${routeOf(series.labels)}`);
  return [...groups.values()].map((group) => {
    const [{ labels }] = group as [Series];
    const within = new Map<number, Map<number, number>>();
    for (const series of group) {
      const bound = boundOf(series.labels) * seconds;
      const sums = within.get(bound) ?? new Map<number, number>();
      within.set(bound, sums);
      for (const { timeMs, value } of freshPoints(series)) sums.set(timeMs, (sums.get(timeMs) ?? 0) + value);
    }
    const bounds = slowBounds(within.keys());
    const readings = [...(within.get(Infinity) ?? [])]
      .sort(([a], [b]) => a - b)
      .map(([timeMs, all]) => ({
        timeMs,
        all,
        slow: bounds.map((bound) => all - (within.get(bound)?.get(timeMs) ?? all)),
      }));
    return { key: instanceKey({ labels }), route: routeOf(labels), bounds, readings };
  });
}

/** So many scrapes after its first request, or a new start of its process, a route is still warming up. */
const warmUpScrapes = 2;

/** What came to a route from one reading to the next, without the time in which it warmed up. */
function stepsOf({ key, bounds, readings }: RouteReadings, sampleIntervalMs: number): DurationStep[] {
  let warmMs = (readings[0]?.timeMs ?? 0) + warmUpScrapes * sampleIntervalMs;
  return readings.flatMap((reading, index): DurationStep[] => {
    const before = readings[index - 1];
    if (!before) return [];
    const { timeMs, all, slow } = reading;
    if (before.all === 0 || all < before.all) warmMs = timeMs + warmUpScrapes * sampleIntervalMs;
    if (before.timeMs < warmMs || all === before.all) return [];
    const grown = bounds.map((bound, at): [number, number] => [
      bound,
      Math.max(0, (slow[at] ?? 0) - (before.slow[at] ?? 0)),
    ]);
    return [{ key, timeMs, all: all - before.all, slowerThan: new Map(grown) }];
  });
}

function readingsIn(
  source: SampleSource,
  sli: Sli,
  fromMs: number,
  toMs: number,
): RouteReadings[] | undefined {
  const counts = source.series(routeDurationsMetric, sli.where, fromMs, toMs);
  if (counts.length > 0) return recorded(counts, source.series(routeSlowMetric, sli.where, fromMs, toMs));
  const buckets = durationBucketsOf(sli);
  if (!buckets) return undefined;
  const { metric, matchers, seconds } = buckets;
  // A store is asked about its end first: whether its buckets name routes.
  const newest = source.series(metric, matchers, toMs - lookBackMs, toMs);
  if (newest.every(({ labels }) => routeOf(labels) === '')) return undefined;
  return exposed(source.series(metric, matchers, fromMs, toMs), seconds);
}

/** What users' requests took within a time, by route; `undefined` where no histogram names routes. */
export function routeDurationsIn(
  source: SampleSource,
  sli: Sli,
  { fromMs, toMs }: Period,
  sampleIntervalMs: number,
): RouteDurations | undefined {
  const readings = readingsIn(source, sli, fromMs - lookBackMs, toMs);
  if (!readings) return undefined;
  const isWithin = ({ timeMs }: DurationStep) => timeMs > fromMs && timeMs <= toMs;
  const byRoute = Map.groupBy(readings, ({ route }) => route);
  const routes = new Map(
    [...byRoute].map(([route, all]) => [
      route,
      all
        .flatMap((one) => stepsOf(one, sampleIntervalMs).filter(isWithin))
        .sort((a, b) => a.timeMs - b.timeMs),
    ]),
  );
  return { routes, bounds: new Map(readings.map(({ key, bounds }) => [key, bounds])) };
}
