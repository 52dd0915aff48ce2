import type { z } from 'zod';
import { durationLiteral } from '../../src/core/units/duration.ts';

export interface SchemaKey {
  key: string;
  required: boolean;
  /** The default as a person writes it; absent without one. */
  standard?: string;
}

/** As much of Zod's definitions as a walk over a schema needs. */
interface Definition {
  type: string;
  shape?: Record<string, z.ZodType>;
  innerType?: z.ZodType;
  in?: z.ZodType;
  options?: z.ZodType[];
  /** The key by which the options of a discriminated union are told apart. */
  discriminator?: string;
  values?: unknown[];
  element?: z.ZodType;
  valueType?: z.ZodType;
  keyType?: z.ZodType;
  defaultValue?: unknown;
}

const definitionOf = (schema: z.ZodType): Definition => schema._zod.def as unknown as Definition;

/** Defaults of durations are milliseconds, whatever a person may write. */
function written(value: unknown, inner: z.ZodType): string {
  const isDuration = typeof value === 'number' && definitionOf(inner).type === 'pipe';
  if (isDuration) return durationLiteral(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A record by a fixed set of keys stands for all of them; one by any text has only the keys of its entries. */
function recordKeys(prefix: string, { keyType, valueType }: Definition): SchemaKey[] {
  if (!keyType || !valueType) return [];
  if (definitionOf(keyType).type !== 'enum') return schemaKeys(valueType, `${prefix}.<name>`);
  const key = `${prefix}.<signal>`;
  return [{ key, required: false }, ...schemaKeys(valueType, key)];
}

function property(prefix: string, name: string, schema: z.ZodType): SchemaKey[] {
  const key = prefix ? `${prefix}.${name}` : name;
  const { type, innerType, defaultValue } = definitionOf(schema);
  const fromDefault = type === 'default' && innerType ? { standard: written(defaultValue, innerType) } : {};
  const required = !['default', 'prefault', 'optional'].includes(type);
  return [{ key, required, ...fromDefault }, ...schemaKeys(schema, key)];
}

/** Options that one key tells apart keep their own keys: `channels.<slack>.url`, whatever another option says of it. */
function optionKeys(prefix: string, { options = [], discriminator }: Definition): SchemaKey[] {
  return options.flatMap((option) => {
    const kind = discriminator && definitionOf(option).shape?.[discriminator];
    const [value] = (kind && definitionOf(kind).values) || [];
    return schemaKeys(option, value === undefined ? prefix : `${prefix}.<${value}>`);
  });
}

/** Every key that a schema knows, with the path that leads to it. */
export function schemaKeys(schema: z.ZodType, prefix = ''): SchemaKey[] {
  const definition = definitionOf(schema);
  const inside = definition.innerType ?? definition.in ?? definition.element;
  switch (definition.type) {
    case 'object':
      return Object.entries(definition.shape ?? {}).flatMap(([name, value]) => property(prefix, name, value));
    case 'union':
      return optionKeys(prefix, definition);
    case 'record':
      return recordKeys(prefix, definition);
    default:
      return inside ? schemaKeys(inside, prefix) : [];
  }
}
