import { variables } from '../environment/variables.ts';
import { VigilError } from '../errors.ts';
import { type Leaf, leaves } from './leaves.ts';
import { referredVariables } from './secret-reference.ts';

/** What the environment says of the configuration. */
export interface FromEnvironment {
  /** By key, such as `target.url`: the variable, and its value as the schema takes it. */
  given: ReadonlyMap<string, { variable: string; value: unknown }>;
}

function valueFrom({ kind, variable }: Leaf, text: string): unknown {
  switch (kind) {
    case 'text':
      return text;
    case 'number':
      return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'json':
      try {
        return JSON.parse(text);
      } catch {
        throw new VigilError('CONFIG_INVALID', `${variable} holds no JSON`, {
          expected: 'a list or an object as JSON: ["/var/log/shop/*.log"]',
        });
      }
  }
}

/** Letters that must change to make one name of the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j += 1) {
      const [above = 0, diagonal = 0, left = 0] = [row[j + 1], row[j], next[j]];
      next.push(Math.min(above + 1, left + 1, diagonal + (letter === b[j] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** A misspelt variable must not mean that something else is watched. */
function refuseUnknown(env: NodeJS.ProcessEnv, fileInput: unknown): void {
  const known = new Set([
    ...leaves.map(({ variable }) => variable),
    ...Object.values(variables),
    ...referredVariables(fileInput),
  ]);
  const unknown = Object.keys(env).find((name) => name.startsWith('VIGIL_') && !known.has(name));
  if (unknown === undefined) return;
  const nearest = leaves
    .map(({ variable }) => ({ variable, letters: distance(variable, unknown) }))
    .sort((a, b) => a.letters - b.letters)[0];
  throw new VigilError('CONFIG_INVALID', `the environment has ${unknown}, which is not a key`, {
    expected: 'a variable that is made of a key: VIGIL_TARGET_URL for target.url',
    hint: nearest && nearest.letters <= 4 ? `is ${nearest.variable} meant?` : undefined,
  });
}

/** Reads every `VIGIL_…` variable that stands for a key. @throws CONFIG_INVALID for one that stands for none */
export function fromEnvironment(fileInput: unknown, env: NodeJS.ProcessEnv = process.env): FromEnvironment {
  refuseUnknown(env, fileInput);
  return keysFromEnvironment(env);
}

/** The same without a look at variables that stand for no key; an empty one is as if it were not set. */
export function keysFromEnvironment(env: NodeJS.ProcessEnv = process.env): FromEnvironment {
  const given = new Map<string, { variable: string; value: unknown }>();
  for (const leaf of leaves) {
    const text = env[leaf.variable];
    if (text === undefined || text === '') continue;
    given.set(leaf.path.join('.'), { variable: leaf.variable, value: valueFrom(leaf, text) });
  }
  return { given };
}

const isTable = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** The configuration of a file with what the environment says over it. */
export function withEnvironment(fileInput: unknown, { given }: FromEnvironment): unknown {
  if (given.size === 0 || !isTable(fileInput)) return fileInput;
  const merged: Record<string, unknown> = { ...fileInput };
  for (const [key, { value }] of given) {
    const path = key.split('.');
    let table = merged;
    for (const name of path.slice(0, -1)) {
      const inner = isTable(table[name]) ? { ...table[name] } : {};
      table[name] = inner;
      table = inner;
    }
    table[path.at(-1) as string] = value;
  }
  return merged;
}
