import { existsSync } from 'node:fs';
import path from 'node:path';
import { headAt, loadConfig, writeAtomically } from '../src/core/index.ts';
import {
  type ComparedDocument,
  compareDocuments,
  monitoringFiles,
  type RenderDocument,
  type RuleEvaluator,
  renderWarnings,
  secretsToMake,
  settingsOf,
} from '../src/setup/index.ts';
import { exitCodes } from './exit-codes.ts';
import { packageRoot } from './package-root.ts';
import { json } from './values.ts';

interface RenderOptions {
  check?: boolean;
  config?: string;
  deployment?: string;
  for: RuleEvaluator;
  out?: string;
  root?: string;
  json?: boolean;
}

/** `vigil render`: writes monitoring/, or with `--check` says which of its files are stale. */
export async function runRender(args: RenderOptions): Promise<void> {
  const { config, folder, deployment } = await loadConfig(process.cwd(), args.config, args.deployment);
  // Where the package is installed the files belong to the user's deployment, beside its configuration.
  const isHere = args.root !== undefined || existsSync(path.join(packageRoot, 'src/api/index.ts'));
  const inFolder = isHere && args.out === undefined ? 'monitoring' : '';
  const root = args.out ?? (isHere ? (args.root ?? packageRoot) : path.join(folder, 'monitoring'));
  const settings = settingsOf(config, args.for, deployment);
  for (const warning of renderWarnings(settings)) process.stderr.write(`WARNING: ${warning}\n`);
  const rendered = await monitoringFiles(settings);
  const documents = compareDocuments(
    rendered.map(({ path: file, text }) => ({ path: path.join(inFolder, file), text })),
    root,
  );
  const behind = documents.filter(({ state }) => state !== 'current');
  if (args.check) {
    for (const { path: file, state } of behind) {
      process.stderr.write(`${file} is ${state}; run: ${isHere ? 'npm run' : 'npx vitest-vigil'} render\n`);
    }
    process.exitCode = behind.length > 0 ? exitCodes.fail : exitCodes.pass;
  } else {
    for (const { path: file, text } of behind) writeAtomically(path.join(root, file), text);
  }
  const said = (state: ComparedDocument['state']) => (state === 'current' || args.check ? state : 'written');
  const document: RenderDocument = {
    ...headAt(Date.now()),
    verdict: args.check && behind.length > 0 ? 'fail' : 'pass',
    files: documents.map(({ path: file, state }) => ({ path: file, state: said(state) })),
    secrets: secretsToMake(settings),
  };
  if (args.json) {
    process.stdout.write(json(document));
    return;
  }
  const { files, secrets } = document;
  process.stdout.write(files.map(({ path: file, state }) => `${state.padEnd(8)} ${file}\n`).join(''));
  if (secrets.length > 0 && !args.check)
    process.stdout.write(
      `\nMake these before the files are used:\n${secrets.map((line) => `  ${line}\n`).join('')}`,
    );
}
