import { programFile } from '../../core/index.ts';
import type { ExternalCommand } from './external-suite.ts';
import { describeExit, type SuiteExit } from './spawn-command.ts';
import { rootFault } from './suite-root.ts';

/** Where and how an external suite was started. */
interface Started extends ExternalCommand {
  root: string;
  searchPath?: string | undefined;
}

const notFound = 127;

/** Why a command could not be started, or not what it starts itself. */
function startFault({ command, root, searchPath = '' }: Started): string {
  const [name = ''] = command;
  const fault = rootFault(root);
  if (fault !== undefined) return `suite.root ${fault}: ${root}`;
  const place = name.includes('/') ? `in ${root}` : 'in PATH';
  if (programFile(name, root, searchPath) === undefined)
    return `suite.command starts "${name}", which was not found ${place}`;
  return 'exit code 127: a program that suite.command starts was not found';
}

/** Where the report was expected, unless the command was told. */
function expectedAt({ usesPlaceholder, junit }: ExternalCommand): string {
  if (usesPlaceholder) return '';
  const where = junit === '-' ? 'stdout (suite.junit)' : `${junit} (suite.junit)`;
  return `; it was expected on ${where}, and suite.command does not use {junit}`;
}

/** Why there is no report, for the person who wrote the configuration. */
export function noReport(exit: SuiteExit, started: Started | undefined): string {
  const missing = 'the suite wrote no report';
  // How it was ended is told by itself.
  if (exit.timedOut || exit.code === undefined) return missing;
  if (started && exit.code === notFound) return `${missing}: ${startFault(started)}`;
  return `${missing} (${describeExit(exit)})${started ? expectedAt(started) : ''}`;
}
