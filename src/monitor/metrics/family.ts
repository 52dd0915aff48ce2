import type { Family, MetricType } from '../../clients/index.ts';

export type Entry = readonly [labels: Record<string, string>, value: number | undefined];

/** A family of the entries that have a value; none without any. */
export function familyOf(name: string, type: MetricType, help: string, entries: readonly Entry[]): Family[] {
  const samples = entries.flatMap(([labels, value]) =>
    value === undefined ? [] : [{ name, labels, value }],
  );
  return samples.length === 0 ? [] : [{ name, type, help, samples }];
}

/** A gauge of one series without labels; none without a value. */
export const gaugeFamily = (name: string, help: string, value: number | undefined): Family[] =>
  familyOf(name, 'gauge', help, [[{}, value]]);

/** A counter of one series without labels. */
export const counterFamily = (name: string, help: string, value: number): Family[] =>
  familyOf(name, 'counter', help, [[{}, value]]);
