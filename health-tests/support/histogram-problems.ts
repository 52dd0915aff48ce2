import { type Exposition, type Family, family, histogramOf, type Labels } from '../../src/clients/index.ts';

function withoutBound(labels: Labels): Labels {
  const { le: _, ...others } = labels;
  return others;
}

function describe(name: string, labels: Labels): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`;
}

/** What is wrong with the series of one label set. */
function problemsOfSet(found: Family, samples: Family['samples']): string[] {
  const { name } = found;
  const series = describe(name, withoutBound(samples[0]?.labels ?? {}));
  const { buckets = [] } = histogramOf({ families: [{ ...found, samples }] }, name) ?? {};
  const figure = (suffix: string) => samples.find((sample) => sample.name === `${name}${suffix}`)?.value;
  const [count, sum] = [figure('_count'), figure('_sum')];
  const problems: string[] = [];
  if (buckets.some((bucket) => Number.isNaN(bucket.le)))
    problems.push(`${series}: a bucket without a bound le`);
  const last = buckets.findLast((bucket) => bucket.le === Number.POSITIVE_INFINITY);
  if (last === undefined) problems.push(`${series}: no bucket le="+Inf"`);
  buckets.forEach((bucket, i) => {
    const lower = buckets[i - 1];
    // Negated so that a NaN count is a problem too.
    if (!(bucket.count >= (lower?.count ?? 0))) {
      const bound = lower === undefined ? '0' : `${lower.count} at le="${lower.le}"`;
      problems.push(
        `${series}: buckets are not cumulative, ${bucket.count} at le="${bucket.le}" after ${bound}`,
      );
    }
  });
  if (count === undefined) problems.push(`${series}: no ${name}_count`);
  else if (last !== undefined && last.count !== count) {
    problems.push(`${series}: ${name}_count is ${count}, the bucket le="+Inf" has ${last.count}`);
  }
  if (sum === undefined) problems.push(`${series}: no ${name}_sum`);
  else if (Number.isNaN(sum)) problems.push(`${series}: ${name}_sum is NaN`);
  return problems;
}

/** What is wrong with a histogram, per label set, as sentences; empty when it is sound. */
export function histogramProblems(exposition: Exposition, name: string): string[] {
  const found = family(exposition, name);
  if (found === undefined) return [`${name}: absent`];
  if (found.type !== 'histogram') return [`${name}: expected a histogram, is ${found.type}`];
  const judged = found.samples.filter((sample) => !sample.name.endsWith('_created'));
  const sets = Map.groupBy(judged, ({ labels }) =>
    JSON.stringify(Object.entries(withoutBound(labels)).sort()),
  );
  if (sets.size === 0) return [`${name}: no series`];
  return [...sets.values()].flatMap((samples) => problemsOfSet(found, samples));
}
