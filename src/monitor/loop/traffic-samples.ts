import {
  byStatusOf,
  isSuccess,
  processStartMetric,
  routeAnswersMetric,
  routeOf,
} from '../../alerts/index.ts';
import type { Exposition, Labels } from '../../clients/index.ts';
import { matches, type Traffic, type TrafficMetrics } from '../../core/index.ts';
import type { ScrapedSample } from '../../history/index.ts';

/** When the process began; of several processes another sum whenever one begins anew. */
export function startSamples({ families }: Exposition, labels: Record<string, string>): ScrapedSample[] {
  const found = families
    .flatMap(({ samples }) => samples)
    .filter(({ name, value }) => name === processStartMetric && Number.isFinite(value));
  const value = found.reduce((sum, sample) => sum + sample.value, 0);
  return found.length === 0 ? [] : [{ series: { name: processStartMetric, labels }, value }];
}

/** The names of the series that the indicators of a service are made of. */
function namesOf({ operations, errors, rejected, duration }: TrafficMetrics): Set<string> {
  const histogram = duration ? [`${duration.metric}_bucket`, `${duration.metric}_count`] : [];
  return new Set([operations.metric, errors.metric, ...(rejected ? [rejected.metric] : []), ...histogram]);
}

/** The labels that tell these series apart: those that a selector names, a bucket's bound and `keep`. */
function labelsOf(
  { operations, errors, rejected, duration, own }: TrafficMetrics,
  keep: readonly string[],
): string[] {
  const matchers = [operations, errors, rejected, duration].flatMap((one) => one?.matchers ?? []);
  return [...new Set(['le', ...keep, ...[...matchers, ...own].map(({ label }) => label)])];
}

/**
 * The series behind the indicators of a service, added up over every label that no selector names: a process
 * counts by route and method, and all its counters begin anew together.
 */
export function trafficSamples(
  { families }: Exposition,
  traffic: TrafficMetrics,
  labels: Record<string, string>,
  clean: (labels: Labels) => Record<string, string>,
  keep: readonly string[] = [],
  ownPaths: readonly string[] = [],
): ScrapedSample[] {
  const names = namesOf(traffic);
  const kept = labelsOf(traffic, keep);
  const sums = new Map<string, ScrapedSample>();
  for (const sample of families.flatMap(({ samples }) => samples)) {
    if (!names.has(sample.name)) continue;
    // A scrape that is counted by its path is no user's.
    if (Object.values(sample.labels).some((value) => ownPaths.includes(value))) continue;
    const own = Object.fromEntries(
      kept.flatMap((label) => (sample.labels[label] === undefined ? [] : [[label, sample.labels[label]]])),
    );
    const key = JSON.stringify([sample.name, own]);
    const before = sums.get(key)?.value ?? 0;
    const series = { name: sample.name, labels: { ...clean(own), ...labels } };
    sums.set(key, { series, value: before + sample.value });
  }
  return [...sums.values()];
}

/** More routes than this are no routes but paths with ids in them. */
export const mostRoutes = 200;

/** Users' answers by route and status, where the metrics name routes: what fails on one of them is lost in the sum of all. */
export function routeSamples(
  { families }: Exposition,
  traffic: Extract<Traffic, { kind: 'metrics' }>,
  labels: Record<string, string>,
  clean: (labels: Labels) => Record<string, string>,
  ownPaths: readonly string[] = [],
): ScrapedSample[] {
  const counted = byStatusOf({ service: '', where: [], traffic, subtractsOwn: false });
  if (!counted) return [];
  const sums = new Map<string, ScrapedSample>();
  const routes = new Set<string>();
  for (const sample of families.flatMap(({ samples }) => samples)) {
    if (sample.name !== counted.metric || !matches(sample.labels, counted.matchers)) continue;
    if (Object.values(sample.labels).some((value) => ownPaths.includes(value))) continue;
    const route = routeOf(sample.labels);
    if (route === '') return [];
    routes.add(route);
    const said = sample.labels[counted.status] ?? '';
    // Successes are one sum.
    const status = isSuccess(said) ? '2xx' : said;
    const key = `${status} ${route}`;
    const series = { name: routeAnswersMetric, labels: { ...clean({ route, status }), ...labels } };
    sums.set(key, { series, value: (sums.get(key)?.value ?? 0) + sample.value });
  }
  return routes.size > mostRoutes ? [] : [...sums.values()];
}
