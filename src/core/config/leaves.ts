import type { z } from 'zod';
import { configSchema } from './schema.ts';

/** How the text of a variable becomes a value: as it is, as a number, as true or false, or as JSON. */
export type LeafKind = 'text' | 'number' | 'boolean' | 'json';

/** A key of the configuration that holds a value and no further keys. */
export interface Leaf {
  path: readonly string[];
  kind: LeafKind;
  /** Whether its numbers are milliseconds. */
  isDuration: boolean;
  /** `VIGIL_TARGET_URL` for `target.url`. */
  variable: string;
}

interface Definition {
  type: string;
  shape?: Record<string, z.ZodType>;
  innerType?: z.ZodType;
  in?: z.ZodType;
  options?: readonly z.ZodType[];
}

const definitionOf = (schema: z.ZodType): Definition => schema._zod.def as unknown as Definition;

/** What stands behind optional, default and pipe. */
function bare(schema: z.ZodType): Definition {
  const definition = definitionOf(schema);
  const inner = definition.innerType ?? (definition.type === 'pipe' ? definition.in : undefined);
  return inner ? bare(inner) : definition;
}

function kindOf({ type, options = [] }: Definition): LeafKind {
  if (type === 'number' || type === 'boolean') return type;
  if (type === 'string' || type === 'enum') return 'text';
  // A duration may be text or a number; text says both.
  return type === 'union' && options.some((option) => bare(option).type === 'string') ? 'text' : 'json';
}

/** Every union of text and a number is one; `parseDuration` takes the text. */
const isDuration = ({ type, options = [] }: Definition): boolean =>
  type === 'union' &&
  ['string', 'number'].every((one) => options.some((option) => bare(option).type === one));

/** `metricsPrefix` under `target` is `VIGIL_TARGET_METRICS_PREFIX`. */
function variableOf(path: readonly string[]): string {
  return `VIGIL_${path.map((name) => name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase()).join('_')}`;
}

function walk(schema: z.ZodType, path: readonly string[]): Leaf[] {
  const definition = bare(schema);
  if (definition.type === 'object' && definition.shape) {
    return Object.entries(definition.shape).flatMap(([name, inner]) => walk(inner, [...path, name]));
  }
  return [{ path, kind: kindOf(definition), isDuration: isDuration(definition), variable: variableOf(path) }];
}

/** Every key that a variable can set, in the order of the schema; lists and tables are one key each. */
export const leaves: readonly Leaf[] = walk(configSchema, []);
