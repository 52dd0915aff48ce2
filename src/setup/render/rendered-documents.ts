import { z } from 'zod';
import { alertRules } from '../../alerts/index.ts';
import {
  type CheckDefinition,
  configSchema,
  thresholds,
  type VigilConfig,
  validateConfig,
} from '../../core/index.ts';
import { cycleSchema } from '../../views/index.ts';
import { checksDocument } from './checks-document.ts';
import type { RenderedDocument } from './compare-documents.ts';
import { monitoringFiles } from './monitoring/monitoring-files.ts';
import { settingsOf } from './monitoring/settings.ts';
import { rulesDocument } from './rules-document.ts';
import { thresholdsDocument } from './thresholds-document.ts';

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

/** Everything that is made from the catalogue, the thresholds and the schemas. */
export function renderedDocuments(catalogue: readonly CheckDefinition[]): RenderedDocument[] {
  return [
    { path: 'docs/checks.md', text: checksDocument(catalogue, thresholds, sources) },
    schemaDocument('schemas/config.schema.json', 'vigil.config', configSchema, 'input'),
    schemaDocument('schemas/cycle.schema.json', 'vigil monitor --json', cycleSchema, 'output'),
    { path: 'docs/rules.md', text: rulesDocument(alertRules(thresholds), ruleSources) },
    { path: 'docs/thresholds.md', text: thresholdsDocument(thresholds, catalogue, sources) },
  ];
}

/** The files under monitoring/ as a configuration means them; as the defaults do without one. */
export async function renderedStack(
  config: VigilConfig = validateConfig({}, 'defaults'),
): Promise<RenderedDocument[]> {
  const files = await monitoringFiles(settingsOf(config));
  return files.map(({ path: file, text }) => ({ path: `monitoring/${file}`, text }));
}
