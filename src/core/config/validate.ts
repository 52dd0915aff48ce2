import type { z } from 'zod';
import { VigilError } from '../errors.ts';
import { didYouMean } from '../text/nearest.ts';
import { oneLine } from '../text/safe-text.ts';
import { knownKeys } from './known-keys.ts';
import { configSchema, normalised, type VigilConfig } from './schema.ts';

/** What stands at a path of a plain value. */
export function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      inner !== null && typeof inner === 'object' ? (inner as Record<PropertyKey, unknown>)[key] : undefined,
    value,
  );
}

const secretName = /token|secret|passw|credential|bearer|api[-_]?key|^env$/i;

function hidden(key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  return secretName.test(key) && value !== undefined ? '[redacted]' : value;
}

/** A value short enough for a message, without what looks like a secret. */
export function shown(value: unknown, path: readonly PropertyKey[]): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'function') return 'a function';
  if (path.some((key) => typeof key === 'string' && secretName.test(key)))
    return `${typeof value === 'object' ? 'an' : 'a'} ${typeof value}, not shown`;
  let text: string;
  try {
    text = JSON.stringify(value, hidden) ?? String(value);
  } catch {
    return 'an object that holds itself';
  }
  const safe = text
    .replace(/\/\/[^\s"]*@/g, '//[redacted]@')
    .replace(/([?&][^=&"]*(?:token|secret|passw|key|sig|auth)[^=&"]*=)[^&"]*/gi, '$1[redacted]');
  return safe.length > 120 ? `${safe.slice(0, 117)}…` : safe;
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Maps, promises and the like look empty to the schema, so everything in them would silently be default. */
function strangers(value: unknown, path: PropertyKey[] = [], around: object[] = []): string[] {
  if (value === null || typeof value !== 'object' || around.includes(value)) return [];
  if (!Array.isArray(value) && !isPlain(value)) {
    const kind = value.constructor?.name ?? 'something else';
    return [`${dotted(path) || 'the configuration'}: expected a plain object; came a ${kind}`];
  }
  return Object.entries(value).flatMap(([key, inner]) =>
    strangers(inner, [...path, Array.isArray(value) ? Number(key) : key], [...around, value]),
  );
}

function dotted(path: readonly PropertyKey[]): string {
  return path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
}

/** More mistakes than anybody mends at once. */
const mostShown = 30;

/** What is wrong within the only form of several that is meant: a text is no limit as an object, nor the other way. */
function meant(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const isOfKind = (issues: readonly z.core.$ZodIssue[]) =>
    issues.every(({ code, path }) => path.length > 0 || code === 'unrecognized_keys');
  const [only, ...others] = issue.errors.filter(isOfKind);
  if (only === undefined || others.length > 0) return [issue];
  return only.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
}

type VariableOf = (path: readonly PropertyKey[]) => string | undefined;

function sentence(
  issue: z.core.$ZodIssue,
  schema: z.ZodType,
  input: unknown,
  variableOf: VariableOf,
): string {
  if (issue.code === 'unrecognized_keys') {
    const place = dotted(issue.path);
    const { keys } = issue;
    const named = keys.slice(0, mostShown).map((key) => `"${oneLine(key).slice(0, 80)}"`);
    const more = keys.length > mostShown ? ` and ${keys.length - mostShown} more` : '';
    const meant = keys.length === 1 ? didYouMean(keys[0] ?? '', knownKeys(schema, issue.path)) : '';
    return `${place ? `${place}: ` : ''}unknown key ${named.join(', ')}${more}${meant}`;
  }
  const expected = issue.message.replace(/^Invalid input: /, '').replace(/, received .*$/, '');
  const variable = variableOf(issue.path);
  const key = dotted(issue.path) || 'the configuration';
  return `${key}${variable ? ` (${variable})` : ''}: ${expected}; came ${shown(at(input, issue.path), issue.path)}`;
}

/** The configuration with its defaults, or a CONFIG_INVALID that names each path, what was expected and what came. */
export function validateConfig(
  input: unknown,
  file: string,
  variableOf: VariableOf = () => undefined,
): VigilConfig {
  const hint = 'every key is described in docs/configuration.md';
  return normalised(validated(configSchema, input, file, hint, variableOf));
}

/** Input by a schema, or a CONFIG_INVALID as of `validateConfig`. */
export function validated<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  file: string,
  hint: string | undefined,
  variableOf: VariableOf = () => undefined,
): z.output<Schema> {
  const result = schema.safeParse(input);
  const strange = strangers(input);
  if (result.success && strange.length === 0) return result.data;
  const issues = (result.error?.issues ?? []).flatMap(meant);
  const lines = [...strange, ...issues.map((issue) => sentence(issue, schema, input, variableOf))];
  const more = lines.length - mostShown;
  const shown = [...lines.slice(0, mostShown), ...(more > 0 ? [`and ${more} more`] : [])];
  throw new VigilError(
    'CONFIG_INVALID',
    `${file}: ${lines.length === 1 ? lines[0] : `${lines.length} mistakes`}`,
    { received: lines.length > 1 ? shown.join('\n           ') : undefined, hint },
  );
}
