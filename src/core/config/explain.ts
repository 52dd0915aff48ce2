import { shownUrl } from '../text/shown-url.ts';
import { durationLiteral } from '../units/duration.ts';
import { leaves } from './leaves.ts';
import type { LoadedConfig } from './load.ts';
import { at, shown } from './validate.ts';

/** One key of the configuration as it takes effect. */
export interface ExplainedValue {
  /** Such as `target.url`. */
  key: string;
  /** As text for a person, without what looks like a secret; `undefined` when nothing is set. */
  value: string | undefined;
  source: 'default' | 'file' | 'environment';
  /** The file or the variable that says so. */
  from?: string;
  /** The variable that would set it. */
  variable: string;
}

/** What another key has given has no value of its own: one address stands under several names. */
const aliases = ['services', 'target.orchestration', 'target.planner', 'target.url'];

/** Every key with its effective value and who gave it, in the order of the schema. */
export function explainConfig({ config, file, fileInput, environment }: LoadedConfig): ExplainedValue[] {
  return leaves.map(({ path, variable, isDuration }) => {
    const key = path.join('.');
    const effective = at(config, path);
    const given = environment.given.get(key);
    const inFile = at(fileInput, path) !== undefined;
    const origin = given
      ? ({ source: 'environment', from: given.variable } as const)
      : inFile && file !== undefined
        ? ({ source: 'file', from: file } as const)
        : ({ source: 'default' } as const);
    const text = () => {
      if (key === 'services')
        return config.services.map(({ name, url }) => `${name} ${shownUrl(url)}`).join(', ');
      return isDuration && typeof effective === 'number'
        ? durationLiteral(effective)
        : shown(effective, path);
    };
    const isAlias = origin.source === 'default' && aliases.includes(key);
    const value = effective === undefined || isAlias ? undefined : text();
    return { key, value, variable, ...origin };
  });
}
