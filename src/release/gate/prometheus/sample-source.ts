import {
  instanceReleaseMetric,
  MemorySource,
  processStartMetric,
  queriesOf,
  type SampleSource,
  selectorText,
  seriesOf,
} from '../../../alerts/index.ts';
import { queryRange, querySamples } from '../../../clients/index.ts';
import type { Period } from '../plan.ts';
import type { GateSetup } from '../setup.ts';
import { longestMs } from '../signal-evidence.ts';
import { narrowed, withinDeployment } from './own-series.ts';

/**
 * The samples that the gate's signals are made of, as the store holds them: read once, then evaluated here by the same
 * expressions as those of a history. What traffic by queries comes to is asked at every sample interval.
 */
export async function samplesFrom(
  url: string,
  {
    name: deployment,
    naming,
    sampleIntervalMs: stepMs,
  }: Pick<GateSetup, 'name' | 'naming' | 'sampleIntervalMs'>,
  window: Period,
): Promise<SampleSource> {
  const backMs = longestMs(window, naming);
  const source = new MemorySource();
  const metrics = seriesOf(naming).map(selectorText);
  const jobs = `{job=~"${naming.services}"}`;
  const instances = [`up${jobs}`, `${processStartMetric}${jobs}`, instanceReleaseMetric];
  for (const wanted of [...metrics, ...instances]) {
    const selector = narrowed(wanted, withinDeployment(deployment));
    for (const { metric, points } of await querySamples(url, selector, backMs, window.toMs)) {
      const { __name__: name = selector, ...labels } = metric;
      for (const point of points) source.add(name, labels, point);
    }
  }
  const steps = { fromMs: window.toMs - Math.floor(backMs / stepMs) * stepMs, toMs: window.toMs, stepMs };
  for (const { metric, service, query } of queriesOf(naming)) {
    for (const { points } of await queryRange(url, query, steps)) {
      const known = points.filter(({ value }) => Number.isFinite(value));
      for (const point of known) source.add(metric, { service }, point);
    }
  }
  return source;
}
