import {
  boundOf,
  durationBucketsOf,
  routeDurationsMetric,
  routeOf,
  routeSlowMetric,
  slowBounds,
} from '../../alerts/index.ts';
import type { Exposition, Labels } from '../../clients/index.ts';
import { matches, type Traffic } from '../../core/index.ts';
import type { ScrapedSample } from '../../history/index.ts';
import { mostRoutes } from './traffic-samples.ts';

/** How many durations of each route were within each bound, in seconds; nothing where a series names no route. */
function withinBounds(
  { families }: Exposition,
  traffic: Extract<Traffic, { kind: 'metrics' }>,
  ownPaths: readonly string[],
): Map<string, Map<number, number>> {
  const buckets = durationBucketsOf({ service: '', where: [], traffic, subtractsOwn: false });
  const routes = new Map<string, Map<number, number>>();
  if (!buckets) return routes;
  for (const { name, labels, value } of families.flatMap(({ samples }) => samples)) {
    if (name !== buckets.metric || !matches(labels, buckets.matchers)) continue;
    if (Object.values(labels).some((text) => ownPaths.includes(text))) continue;
    const route = routeOf(labels);
    if (route === '') return new Map();
    const bound = boundOf(labels) * buckets.seconds;
    const within = routes.get(route) ?? new Map<number, number>();
    routes.set(route, within.set(bound, (within.get(bound) ?? 0) + value));
  }
  return routes;
}

/** How many durations were over each bound that tells slow ones; none at all where the histogram has no `+Inf`. */
function overBounds(within: ReadonlyMap<number, number>): { bound: number; count: number }[] {
  const all = within.get(Infinity) ?? Number.NaN;
  if (!Number.isFinite(all)) return [];
  return slowBounds(within.keys()).map((bound) => ({ bound, count: all - (within.get(bound) ?? 0) }));
}

/** Those of all routes together. */
function sumOf(routes: Iterable<ReadonlyMap<number, number>>): Map<number, number> {
  const sum = new Map<number, number>();
  for (const within of routes)
    for (const [bound, count] of within) sum.set(bound, (sum.get(bound) ?? 0) + count);
  return sum;
}

/**
 * Users' durations by route, where the histogram names routes: how many, and how many over each bound that tells slow ones.
 * Of a route a bound that none was over is left out, so that a fast service costs one series a route; which bounds there
 * are is said by the sums of all routes.
 */
export function routeDurationSamples(
  exposition: Exposition,
  traffic: Extract<Traffic, { kind: 'metrics' }>,
  labels: Record<string, string>,
  clean: (labels: Labels) => Record<string, string>,
  ownPaths: readonly string[] = [],
): ScrapedSample[] {
  const routes = withinBounds(exposition, traffic, ownPaths);
  if (routes.size > mostRoutes) return [];
  const sample = (name: string, own: Record<string, string>, value: number): ScrapedSample => ({
    series: { name, labels: { ...clean(own), ...labels } },
    value,
  });
  const slowSamples = (own: Record<string, string>, over: ReturnType<typeof overBounds>) =>
    over.map(({ bound, count }) => sample(routeSlowMetric, { ...own, over: String(bound) }, count));
  return [
    ...slowSamples({}, overBounds(sumOf(routes.values()))),
    ...[...routes].flatMap(([route, within]) => [
      sample(routeDurationsMetric, { route }, within.get(Infinity) ?? 0),
      ...slowSamples(
        { route },
        overBounds(within).filter(({ count }) => count > 0),
      ),
    ]),
  ];
}
