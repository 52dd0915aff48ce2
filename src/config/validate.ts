import { VigilError } from '../errors.ts';
import { configSchema, type VigilConfig } from './schema.ts';

interface Issue {
  code: string;
  path: PropertyKey[];
  message: string;
  input?: unknown;
  keys?: string[];
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      inner !== null && typeof inner === 'object' ? (inner as Record<PropertyKey, unknown>)[key] : undefined,
    value,
  );
}

/** A value short enough for a message, without what looks like a secret. */
function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'function') return 'a function';
  const text = JSON.stringify(value) ?? String(value);
  const safe = text.replace(/(\/\/[^:/@"]+):[^@"]+@/g, '$1:[redacted]@');
  return safe.length > 120 ? `${safe.slice(0, 117)}…` : safe;
}

function dotted(path: readonly PropertyKey[]): string {
  return path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
}

function sentence(issue: Issue, input: unknown): string {
  if (issue.code === 'unrecognized_keys') {
    const place = dotted(issue.path);
    return `${place ? `${place}: ` : ''}unknown key ${issue.keys?.map((key) => `"${key}"`).join(', ')}`;
  }
  const expected = issue.message.replace(/^Invalid input: /, '').replace(/, received .*$/, '');
  return `${dotted(issue.path) || 'the configuration'}: ${expected}; came ${shown(at(input, issue.path))}`;
}

/** The configuration with its defaults, or a CONFIG_INVALID that names each path, what was expected and what came. */
export function validateConfig(input: unknown, file: string): VigilConfig {
  const result = configSchema.safeParse(input);
  if (result.success) return result.data;
  const lines = (result.error.issues as unknown as Issue[]).map((issue) => sentence(issue, input));
  throw new VigilError(
    'CONFIG_INVALID',
    `${file}: ${lines.length === 1 ? lines[0] : `${lines.length} mistakes`}`,
    {
      ...(lines.length > 1 && { received: lines.join('\n           ') }),
      hint: 'every key is described in docs/configuration.md',
    },
  );
}
