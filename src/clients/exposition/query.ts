import type { Exposition, Family, Labels, Sample } from './types.ts';

/** Chooses series by their labels. */
export type LabelFilter = (labels: Labels) => boolean;

/** The family of that name; a counter that OpenMetrics declares as `x` is also found as `x_total`. */
export function family(exposition: Exposition, name: string): Family | undefined {
  const own = exposition.families.find((candidate) => candidate.name === name);
  if (own !== undefined || !name.endsWith('_total')) return own;
  const base = name.slice(0, -'_total'.length);
  return exposition.families.find((candidate) => candidate.name === base && candidate.type === 'counter');
}

function samplesOf(exposition: Exposition, sampleName: string, where: LabelFilter): Sample[] {
  return exposition.families.flatMap((candidate) =>
    // A sample's name begins with its family's, so other families needn't be walked.
    sampleName.startsWith(candidate.name)
      ? candidate.samples.filter((sample) => sample.name === sampleName && where(sample.labels))
      : [],
  );
}

/** Sum of every series of that exact sample name; undefined when there is none, which is not 0. */
export function sumOf(
  exposition: Exposition,
  sampleName: string,
  where: LabelFilter = () => true,
): number | undefined {
  const samples = samplesOf(exposition, sampleName, where);
  return samples.length === 0 ? undefined : samples.reduce((sum, sample) => sum + sample.value, 0);
}

/** How much a counter grew between two scrapes; one that fell was reset and has counted `after` since. */
export function increase(before: number, after: number): number {
  return after < before ? after : after - before;
}
