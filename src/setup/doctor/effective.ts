import { type ExplainedValue, printable, type Style } from '../../core/index.ts';

/** A key as it takes effect for one command: an argument of it stands over file and environment. */
export type EffectiveValue = Omit<ExplainedValue, 'source'> & {
  source: ExplainedValue['source'] | 'command';
};

/** Keys that only Genesis has. */
const ofGenesis = /^(target|monitoring)[.](orchestration|planner)$/;

/** Every key that has a value, with who gave it, for a person; what somebody has said stands out. */
export function effectiveText(
  file: string | undefined,
  explained: readonly EffectiveValue[],
  style: Style,
): string {
  const given = explained.flatMap(({ key, value, source, from }) =>
    value === undefined ? [] : [{ key, value, source, from: source === 'file' ? source : (from ?? source) }],
  );
  const widest = (part: 'key' | 'value', most: number) =>
    Math.min(most, Math.max(...given.map((each) => each[part].length)));
  const [keyWidth, valueWidth] = [widest('key', 40), widest('value', 44)];
  const lines = given.map(({ key, value, source, from }) => {
    const line = `${key.padEnd(keyWidth)}  ${printable(value).padEnd(valueWidth)}  ${from}`;
    return source === 'default' ? style.dim(line) : line;
  });
  const isGenesis = given.some(({ key }) => key === 'target.orchestration');
  const without = explained
    .filter(({ key, value }) => value === undefined && (isGenesis || !ofGenesis.test(key)))
    .map(({ key }) => key);
  return `File: ${file ?? 'none'}\n\n${lines.join('\n')}\n\nWithout a value: ${without.join(', ')}\n`;
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
