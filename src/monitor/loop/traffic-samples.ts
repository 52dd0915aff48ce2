import type { Exposition, Labels } from '../../clients/index.ts';
import type { TrafficMetrics } from '../../core/index.ts';
import type { ScrapedSample } from '../../history/index.ts';

/** The names of the series that the indicators of a service are made of. */
function namesOf({ operations, errors, duration }: TrafficMetrics): Set<string> {
  const histogram = duration ? [`${duration.metric}_bucket`, `${duration.metric}_count`] : [];
  return new Set([operations.metric, errors.metric, ...histogram]);
}

/** Whether the operations are counted by path, as a label says it. */
export const countsPaths = ({ families }: Exposition, { operations }: TrafficMetrics): boolean =>
  families.some(({ samples }) =>
    samples.some(
      ({ name, labels }) =>
        name === operations.metric && Object.values(labels).some((value) => value.startsWith('/')),
    ),
  );

/** The labels that tell these series apart: those that a selector names, a bucket's bound and `keep`. */
function labelsOf({ operations, errors, duration, own }: TrafficMetrics, keep: readonly string[]): string[] {
  const matchers = [operations, errors, duration].flatMap((one) => one?.matchers ?? []);
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
