import { MemorySource, type SampleSource } from '../../../alerts/index.ts';
import { querySamples } from '../../../clients/index.ts';
import type { Period } from '../plan.ts';
import type { GateSetup } from '../setup.ts';
import { longestMs } from '../signal-evidence.ts';

/**
 * The samples that the gate's signals are made of, as the store holds them: read once, then evaluated here by the same
 * expressions as those of a history.
 */
export async function samplesFrom(
  url: string,
  { naming }: Pick<GateSetup, 'naming'>,
  window: Period,
): Promise<SampleSource> {
  const { prefix, services } = naming;
  const duration = `${prefix}_operation_duration_seconds`;
  const metrics = [
    `${prefix}_operations_total`,
    `${prefix}_errors_total`,
    `${duration}_bucket`,
    `${duration}_count`,
  ];
  const backMs = longestMs(window, naming);
  const source = new MemorySource();
  for (const selector of [...metrics, `up{job=~"${services}"}`]) {
    for (const { metric, points } of await querySamples(url, selector, backMs, window.toMs)) {
      const { __name__: name = selector, ...labels } = metric;
      for (const point of points) source.add(name, labels, point);
    }
  }
  return source;
}
