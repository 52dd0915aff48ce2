import { jobs } from '../../alerts/index.ts';
import type { Family } from '../../clients/index.ts';
import type { ScrapedSample } from '../../history/index.ts';
import { cycleMetrics, withProbe } from '../metrics/cycle-metrics.ts';
import { coverageMetrics, watchMetrics } from './watch-metrics.ts';
import { coverageNow, type WatchParts } from './watch-parts.ts';

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
