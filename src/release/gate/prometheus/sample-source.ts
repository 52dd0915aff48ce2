import {
  MemorySource,
  ruleDefinitions,
  type SampleSource,
  type SignalNaming,
} from '../../../alerts/index.ts';
import { querySamples } from '../../../clients/index.ts';

/** How old a sample may be to stand for now. */
const lookBackMs = 5 * 60_000;

/** The longest window that any signal of the gate looks back. */
function longestMs(windowMs: number, naming: SignalNaming): number {
  const burns = ruleDefinitions.flatMap(({ subject }) =>
    subject.by === 'burn' ? [subject.window.longSeconds * 1000] : [],
  );
  return Math.max(windowMs, naming.windowMs, ...burns) + lookBackMs;
}

/**
 * The samples that the gate's signals are made of, as the store holds them: read once, then evaluated here by the same
 * expressions as those of a history.
 */
export async function samplesFrom(
  url: string,
  naming: SignalNaming,
  windowMs: number,
  atMs: number,
): Promise<SampleSource> {
  const { prefix, services } = naming;
  const duration = `${prefix}_operation_duration_seconds`;
  const metrics = [
    `${prefix}_operations_total`,
    `${prefix}_errors_total`,
    `${duration}_bucket`,
    `${duration}_count`,
  ];
  const source = new MemorySource();
  for (const selector of [...metrics, `up{job=~"${services}"}`]) {
    for (const { metric, points } of await querySamples(url, selector, longestMs(windowMs, naming), atMs)) {
      const { __name__: name = selector, ...labels } = metric;
      for (const point of points) source.add(name, labels, point);
    }
  }
  return source;
}
