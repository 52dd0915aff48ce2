import { z } from 'zod';

interface Shape {
  $ref?: string;
  properties?: Record<string, Shape>;
  additionalProperties?: Shape | boolean;
  items?: Shape;
  anyOf?: Shape[];
  oneOf?: Shape[];
  allOf?: Shape[];
  $defs?: Record<string, Shape>;
}

/** A shape and everything that it may be instead. */
function formsOf(shape: Shape | undefined, root: Shape, depth = 0): Shape[] {
  if (!shape || depth > 20) return [];
  const of = (inner: Shape) => formsOf(inner, root, depth + 1);
  const named = shape.$ref === '#' ? root : root.$defs?.[shape.$ref?.replace('#/$defs/', '') ?? ''];
  const others = [...(shape.anyOf ?? []), ...(shape.oneOf ?? []), ...(shape.allOf ?? [])].flatMap(of);
  return [shape, ...others, ...(named ? of(named) : [])];
}

function belowOf(shape: Shape, key: PropertyKey): Shape | undefined {
  if (typeof key === 'number') return shape.items;
  const { additionalProperties: any } = shape;
  return shape.properties?.[String(key)] ?? (typeof any === 'object' ? any : undefined);
}

/** The keys that a schema knows at a place, in any of the forms that it may have there. */
export function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape;
  let forms = formsOf(root, root);
  for (const key of path) forms = forms.flatMap((shape) => formsOf(belowOf(shape, key), root));
  return [...new Set(forms.flatMap(({ properties }) => Object.keys(properties ?? {})))];
}
