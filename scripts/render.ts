import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { catalogue } from '../health-tests/catalogue.ts';
import { alertRules } from '../src/alerts/index.ts';
import {
  configSchema,
  loadConfig,
  thresholds,
  type VigilConfig,
  validateConfig,
  writeAtomically,
} from '../src/core/index.ts';
import {
  type ComparedDocument,
  checksDocument,
  compareDocuments,
  monitoringFiles,
  type RenderedDocument,
  rulesDocument,
  schemaDocument,
  settingsOf,
  thresholdsDocument,
} from '../src/setup/index.ts';
import { cycleSchema } from '../src/views/index.ts';
import { exitCodes } from './exit-codes.ts';
import { packageRoot } from './package-root.ts';

interface RenderOptions {
  check?: boolean;
  config?: string;
  out?: string;
  root?: string;
  json?: boolean;
}

const ruleSources = ['src/alerts/rules/rules.ts', 'src/core/thresholds/thresholds.ts'];
const sources = ['health-tests/catalogue.ts', 'src/core/thresholds/thresholds.ts'];

/** Everything that is made from the catalogue, the thresholds and the schemas. */
export function renderedDocuments(): RenderedDocument[] {
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

function compared(documents: readonly RenderedDocument[], root: string): ComparedDocument[] {
  return compareDocuments(documents, (file) => {
    const there = path.join(root, file);
    return existsSync(there) ? readFileSync(there, 'utf8') : undefined;
  });
}

/** `vigil render`: writes docs/ tables and monitoring/, or with `--check` says which are stale. */
export async function runRender(args: RenderOptions): Promise<void> {
  const { config, folder } = await loadConfig(process.cwd(), args.config);
  // Where the package is installed no document of ours is to be made, only what belongs to the user's deployment.
  const isHere = args.root !== undefined || existsSync(path.join(packageRoot, 'src/api/index.ts'));
  const out = args.out ?? (isHere ? undefined : path.join(folder, 'monitoring'));
  const root = out ?? args.root ?? packageRoot;
  const documents = compared(
    out
      ? await monitoringFiles(settingsOf(config))
      : [...renderedDocuments(), ...(await renderedStack(config))],
    root,
  );
  const behind = documents.filter(({ state }) => state !== 'current');
  if (args.check) {
    for (const { path: file, state } of behind) {
      process.stderr.write(`${file} is ${state}; run: ${isHere ? 'npm run' : 'npx vigil'} render\n`);
    }
    process.exitCode = behind.length > 0 ? exitCodes.fail : exitCodes.pass;
  } else {
    for (const { path: file, text } of behind) writeAtomically(path.join(root, file), text);
  }
  const said = (state: ComparedDocument['state']) => (state === 'current' || args.check ? state : 'written');
  const files = documents.map(({ path: file, state }) => ({ path: file, state: said(state) }));
  if (args.json) process.stdout.write(`${JSON.stringify({ version: 1, files }, null, 2)}\n`);
  else process.stdout.write(files.map(({ path: file, state }) => `${state.padEnd(8)} ${file}\n`).join(''));
}
