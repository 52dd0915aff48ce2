import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { catalogue } from '../health-tests/catalogue.ts';
import { alertRules } from '../src/alerts/index.ts';
import { configSchema, thresholds, writeAtomically } from '../src/core/index.ts';
import { compareDocuments, type RenderedDocument } from '../src/setup/index.ts';
import { cycleSchema } from '../src/views/index.ts';
import { checksDocument } from './documents/checks-document.ts';
import { rulesDocument } from './documents/rules-document.ts';
import { thresholdsDocument } from './documents/thresholds-document.ts';

const ruleSources = ['src/alerts/rules/rules.ts', 'src/core/thresholds/thresholds.ts'];
const sources = ['health-tests/catalogue.ts', 'src/core/thresholds/thresholds.ts'];

/** A JSON Schema for editors and for programs that read what Vigil writes. */
function schemaDocument(
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

/** What this repository makes of its catalogue, the thresholds and the schemas. */
export function repositoryDocuments(): RenderedDocument[] {
  return [
    { path: 'docs/checks.md', text: checksDocument(catalogue, thresholds, sources) },
    schemaDocument('schemas/config.schema.json', 'vigil.config', configSchema, 'input'),
    schemaDocument('schemas/cycle.schema.json', 'vigil monitor --json', cycleSchema, 'output'),
    { path: 'docs/rules.md', text: rulesDocument(alertRules(thresholds), ruleSources) },
    { path: 'docs/thresholds.md', text: thresholdsDocument(thresholds, catalogue, sources) },
  ];
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      check: { type: 'boolean' },
      root: { type: 'string', default: fileURLToPath(new URL('..', import.meta.url)) },
    },
  });
  const documents = compareDocuments(repositoryDocuments(), values.root);
  for (const { path: file, text, state } of documents.filter(({ state }) => state !== 'current')) {
    if (values.check) {
      process.stderr.write(`${file} is ${state}; run: npm run render\n`);
      process.exitCode = 1;
    } else writeAtomically(path.join(values.root, file), text);
  }
}
