import { existsSync } from 'node:fs';
import { loadConfig, printable, suiteKind, type VigilConfig, VigilError } from '../src/core/index.ts';
import { readChecks, rememberedFile, writeChecks } from '../src/monitor/index.ts';
import { type KnownCheck, knownCheckOf } from '../src/suite/index.ts';
import { suiteOf } from './suite-of.ts';

interface ChecksOptions {
  config?: string;
  forget?: string;
  write?: boolean;
  json?: boolean;
}

const rememberedIn = (reports: string): KnownCheck[] => {
  const file = rememberedFile(reports);
  return existsSync(file) ? readChecks(file) : [];
};

/** The checks that must be there, and who says so. */
function known(config: VigilConfig, folder: string): { by: string; checks: KnownCheck[] } {
  const { catalogue, beside } = suiteOf(config, folder);
  const fixed = [...(catalogue ?? []), ...(beside?.catalogue ?? [])].map((definition) =>
    knownCheckOf({ ...definition, outcome: 'unknown', executed: false, measurements: [], definition }),
  );
  if (catalogue) return { by: 'the catalogue', checks: fixed };
  const { catalogue: file } = config.suite;
  const own = file === undefined ? rememberedIn(config.reports) : existsSync(file) ? readChecks(file) : [];
  return { by: file ?? 'earlier cycles', checks: [...own, ...fixed] };
}

function withoutForgotten(config: VigilConfig, id: string): string {
  const checks = rememberedIn(config.reports);
  const rest = checks.filter((check) => check.id !== id);
  if (rest.length === checks.length) {
    throw new VigilError('USAGE', `no earlier cycle had a check “${id}”`, {
      expected: checks.map((check) => check.id).join(', ') || 'a check of an earlier cycle; there is none',
    });
  }
  writeChecks(rememberedFile(config.reports), rest);
  return `Forgotten: ${printable(id)}. The next cycle may do without it.`;
}

function writeCatalogue(config: VigilConfig): string {
  const file = config.suite.catalogue;
  if (file === undefined) {
    throw new VigilError('USAGE', 'the configuration names no file for the catalogue', {
      expected: "suite: { root: 'health-tests', catalogue: 'health-tests/checks.json' }",
    });
  }
  const checks = rememberedIn(config.reports);
  if (checks.length === 0) {
    throw new VigilError('USAGE', 'no cycle has shown a check yet', { hint: 'run vigil monitor first' });
  }
  writeChecks(file, checks);
  return `Written: ${file}, ${checks.length} checks. Commit it: one that is missing is unknown from now on.`;
}

/** `vigil checks`: the checks that must be there; forgets one, or writes the catalogue of a suite. */
export async function runChecks(args: ChecksOptions): Promise<void> {
  const { config, folder } = await loadConfig(process.cwd(), args.config);
  if ((args.write || args.forget !== undefined) && suiteKind(config) !== 'foreign') {
    throw new VigilError('USAGE', 'this suite has its catalogue already', {
      expected: 'a suite of your own: suite.root or suite.command in the configuration',
    });
  }
  if (args.write || args.forget !== undefined) {
    const said = args.write ? writeCatalogue(config) : withoutForgotten(config, args.forget ?? '');
    process.stdout.write(`${said}\n`);
    return;
  }
  const { by, checks } = known(config, folder);
  if (args.json) {
    process.stdout.write(`${JSON.stringify({ version: 1, by, checks }, null, 2)}\n`);
    return;
  }
  const lines = checks.map(({ id, title, priority = '' }) =>
    printable(`${priority.padEnd(3)} ${id}${id.endsWith(title) ? '' : `  ${title}`}`),
  );
  process.stdout.write(`${checks.length} checks, by ${by}\n${lines.map((line) => `  ${line}\n`).join('')}`);
}
