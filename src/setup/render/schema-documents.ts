import { z } from 'zod';
import type { RenderedDocument } from './compare-documents.ts';

/** A JSON Schema for editors and for programs that read what Vigil writes. */
export function schemaDocument(
  path: string,
  title: string,
  schema: z.ZodType,
  io: 'input' | 'output',
): RenderedDocument {
  // What is checked by code, such as a duration's text, can't be said in JSON Schema and is left to Vigil.
  const document = z.toJSONSchema(schema, { io, unrepresentable: 'any', target: 'draft-2020-12' });
  const { $schema, ...rest } = document;
  return { path, text: `${JSON.stringify({ $schema, title, ...rest }, null, 2)}\n` };
}
