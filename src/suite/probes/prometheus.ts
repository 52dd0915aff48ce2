import { type InstantSample, queryInstant } from '../../clients/index.ts';
import { holds, type Measurement, type ProbeOf, parseLimit, shownUrl } from '../../core/index.ts';
import { UnknownOutcome } from '../run/unknown-outcome.ts';
import { measured, type ProbeSurroundings } from './probe-result.ts';

const labelsOf = ({ metric }: InstantSample): string =>
  Object.entries(metric)
    .filter(([name]) => name !== '__name__')
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');

/** The value that is furthest from meeting the limit: one that breaks it, else the first. */
function worstOf(samples: readonly InstantSample[], must: string): InstantSample | undefined {
  const bound = parseLimit(must)?.bound;
  return samples.find(({ value }) => bound !== undefined && !holds(bound, value)) ?? samples[0];
}

/** Asks a Prometheus: every value, or the number of series, must meet its limit; no value at all is unknown. */
export async function probePrometheus(
  probe: ProbeOf<'prometheus'>,
  around: ProbeSurroundings,
): Promise<Measurement[]> {
  const samples = await around.patiently(shownUrl(probe.url), () => queryInstant(probe.url, probe.query));
  const counted =
    probe.series === undefined ? [] : [measured('series', samples.length, 'count', probe.series)];
  if (probe.must === undefined) return counted;
  const worst = worstOf(samples, probe.must);
  if (!worst) {
    if (counted.length > 0) return counted;
    throw new UnknownOutcome(`the query returned no series: ${probe.query}`);
  }
  const details = {
    sample: samples.length,
    note: labelsOf(worst) || undefined,
  };
  return [...counted, measured('value of the query', worst.value, 'count', probe.must, details)];
}
