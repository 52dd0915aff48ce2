import type { ExplainedValue } from '../../core/index.ts';

/** A key as it takes effect for one command: an argument of it stands over file and environment. */
export type EffectiveValue = Omit<ExplainedValue, 'source'> & {
  source: ExplainedValue['source'] | 'command';
};

/** A key with its effective value and who gave it, for a person. */
export interface EffectiveLine {
  key: string;
  value: string;
  /** `default`, `file`, the variable or the argument. */
  from: string;
  /** Whether somebody has said so. */
  isGiven: boolean;
}

/** The keys that have a value, and the names of those that have none. */
export function effectiveLines(explained: readonly EffectiveValue[]): {
  lines: EffectiveLine[];
  without: string[];
} {
  const lines = explained.flatMap(({ key, value, source, from }): EffectiveLine[] =>
    value === undefined
      ? []
      : [{ key, value, from: source === 'file' ? source : (from ?? source), isGiven: source !== 'default' }],
  );
  return { lines, without: explained.filter(({ value }) => value === undefined).map(({ key }) => key) };
}

/** Where the configuration comes from, in a sentence. */
export function originOf(file: string | undefined, explained: readonly EffectiveValue[]): string {
  const from = (source: EffectiveValue['source']) =>
    explained.filter((each) => each.source === source).length;
  const keys = (count: number) => `${count} key${count === 1 ? '' : 's'}`;
  const [inFile, byVariable] = [from('file'), from('environment')];
  const parts = [
    file === undefined ? 'no file' : `${file}, ${keys(inFile)}`,
    ...(byVariable > 0 ? [`${keys(byVariable)} by environment`] : []),
  ];
  return `${parts.join('; ')}; everything else is default (--explain shows all of it)`;
}
