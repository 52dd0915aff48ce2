import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { catalogue } from '../health-tests/catalogue.ts';
import { alertRules } from '../src/alerts/index.ts';
import { fileSchema, thresholds, writeAtomically } from '../src/core/index.ts';
import { drillSchema } from '../src/drill/index.ts';
import { gateSchema, rollbackOutputSchema } from '../src/release/index.ts';
import {
  compareDocuments,
  doctorSchema,
  initSchema,
  type RenderedDocument,
  renderSchema,
} from '../src/setup/index.ts';
import {
  alertsSchema,
  checksSchema,
  cycleSchema,
  handoverSchema,
  replaySchema,
  reportSchema,
} from '../src/views/index.ts';
import { checksDocument } from './documents/checks-document.ts';
import { rulesDocument } from './documents/rules-document.ts';
import { thresholdsDocument } from './documents/thresholds-document.ts';

const ruleSources = ['src/alerts/rules/rules.ts', 'src/core/thresholds/thresholds.ts'];
const sources = ['health-tests/catalogue.ts', 'src/core/thresholds/thresholds.ts'];

/** What the commands print with `--json`, by their names; `monitor` and `ingest` print a cycle. */
const commands = {
  alerts: alertsSchema,
  checks: checksSchema,
  doctor: doctorSchema,
  drill: drillSchema,
  gate: gateSchema,
  handover: handoverSchema,
  init: initSchema,
  render: renderSchema,
  replay: replaySchema,
  report: reportSchema,
  rollback: rollbackOutputSchema,
};

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
    schemaDocument('schemas/config.schema.json', 'vigil.config', fileSchema, 'input'),
    schemaDocument('schemas/cycle.schema.json', 'vigil monitor --json', cycleSchema, 'output'),
    ...Object.entries(commands).map(([name, schema]) =>
      schemaDocument(`schemas/${name}.schema.json`, `vigil ${name} --json`, schema, 'output'),
    ),
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
