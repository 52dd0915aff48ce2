import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { catalogue } from '../health-tests/catalogue.ts';
import { loadConfig, writeAtomically } from '../src/core/index.ts';
import {
  type ComparedDocument,
  compareDocuments,
  monitoringFiles,
  type RenderedDocument,
  renderedDocuments,
  renderedStack,
  settingsOf,
} from '../src/setup/index.ts';
import { exitCodes } from './exit-codes.ts';
import { packageRoot } from './package-root.ts';
import { json } from './values.ts';

interface RenderOptions {
  check?: boolean;
  config?: string;
  out?: string;
  root?: string;
  json?: boolean;
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
      : [...renderedDocuments(catalogue), ...(await renderedStack(config))],
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
  if (args.json) process.stdout.write(json({ version: 1, files }));
  else process.stdout.write(files.map(({ path: file, state }) => `${state.padEnd(8)} ${file}\n`).join(''));
}
