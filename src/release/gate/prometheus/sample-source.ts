import { MemorySource, type SampleSource, selectorText, seriesOf } from '../../../alerts/index.ts';
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
  const backMs = longestMs(window, naming);
  const source = new MemorySource();
  const metrics = seriesOf(naming).map(selectorText);
  for (const selector of [...metrics, `up{job=~"${naming.services}"}`]) {
    for (const { metric, points } of await querySamples(url, selector, backMs, window.toMs)) {
      const { __name__: name = selector, ...labels } = metric;
      for (const point of points) source.add(name, labels, point);
    }
  }
  return source;
}
