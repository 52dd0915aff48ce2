import { readFileSync } from 'node:fs';
import { messageOf, VigilError } from '../errors.ts';
import { isSecretReference } from './secret-reference.ts';

/** The value behind `env:NAME` or `file:/path`; any other text is the value itself. CONFIG_INVALID when there is none. */
export function givenValue(text: string, where: string, env: NodeJS.ProcessEnv = process.env): string {
  if (!isSecretReference(text)) return text;
  const name = text.slice(text.indexOf(':') + 1);
  let value: string | undefined;
  try {
    value = text.startsWith('env:') ? env[name] : readFileSync(name, 'utf8').trim();
  } catch (thrown) {
    throw new VigilError('CONFIG_INVALID', `${where}: ${text} can’t be read: ${messageOf(thrown)}`, {
      where,
    });
  }
  if (value) return value;
  throw new VigilError('CONFIG_INVALID', `${where}: ${text} holds nothing`, {
    where,
    hint: text.startsWith('env:')
      ? 'set the variable where Vigil is started'
      : 'write the value into the file',
  });
}

/** The names of the variables that a value refers to, however deep. */
export function referredVariables(value: unknown): string[] {
  if (typeof value === 'string') return /^env:[A-Za-z_]\w*$/.test(value) ? [value.slice(4)] : [];
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(referredVariables);
}
