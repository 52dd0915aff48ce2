import { headAt, loadConfig, printable, suiteKind, VigilError } from '../src/core/index.ts';
import { expectedChecks, forgetCheck, writeCatalogue } from '../src/monitor/index.ts';
import type { ChecksDocument } from '../src/views/index.ts';
import { suiteOf } from './suite-of.ts';
import { json } from './values.ts';

interface ChecksOptions {
  config?: string;
  deployment?: string;
  forget?: string;
  write?: boolean;
  json?: boolean;
}

/** `vigil checks`: the checks that must be there; forgets one, or writes the catalogue of a suite. */
export async function runChecks(args: ChecksOptions): Promise<void> {
  const { config, folder } = await loadConfig(process.cwd(), args.config, args.deployment);
  if ((args.write || args.forget !== undefined) && suiteKind(config) !== 'foreign') {
    throw new VigilError('USAGE', 'this suite has its catalogue already', {
      expected: 'a suite of your own: suite.root or suite.command in the configuration',
    });
  }
  if (args.write || args.forget !== undefined) {
    const said = args.write ? writeCatalogue(config) : forgetCheck(config, args.forget ?? '');
    process.stdout.write(`${said}\n`);
    return;
  }
  const { catalogue, probeSuite } = suiteOf(config, folder);
  const { by, checks } = expectedChecks(config, catalogue, probeSuite?.catalogue ?? []);
  if (args.json) {
    const document: ChecksDocument = { ...headAt(Date.now()), by, checks };
    process.stdout.write(json(document));
    return;
  }
  const lines = checks.map(({ id, title, priority = '' }) =>
    printable(`${priority.padEnd(3)} ${id}${id.endsWith(title) ? '' : `  ${title}`}`),
  );
  process.stdout.write(`${checks.length} checks, by ${by}\n${lines.map((line) => `  ${line}\n`).join('')}`);
}
