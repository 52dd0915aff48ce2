import { rmSync } from 'node:fs';
import path from 'node:path';
import { messageOf, VigilError } from '../../core/index.ts';
import type { SuiteOptions } from './suite-options.ts';
import type { WorkFolder } from './work-folder.ts';

/** A report of the past must not be taken for this run's. */
function forget(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch (cause) {
    throw new VigilError('HARNESS', `the report of an earlier run can’t be removed: ${messageOf(cause)}`, {
      where: file,
      hint: 'suite.junit names a file that the suite writes, in a folder that the watch may write',
      cause,
    });
  }
}

/** A command that is started, and where it leaves its report. */
export interface ExternalCommand {
  command: readonly string[];
  /** A file; `-` is stdout. */
  junit: string;
  /** Whether the command itself says where: by {junit}. */
  usesPlaceholder: boolean;
}

/** The command with a fresh path for its report, and where that report will be (`-` is stdout). */
export function externalCommand(
  command: readonly string[],
  options: Pick<SuiteOptions, 'suite' | 'root'>,
  work: WorkFolder,
): ExternalCommand {
  const placed = command.map((part) => part.replaceAll('{junit}', work.junit));
  const junit = options.suite.junit;
  if (placed.some((part, index) => part !== command[index]))
    return { command: placed, junit: work.junit, usesPlaceholder: true };
  if (junit === undefined) {
    throw new VigilError('CONFIG_INVALID', 'suite.command has no configured report', {
      expected: '{junit} in the command, or suite.junit with the path it writes ("-" for stdout)',
    });
  }
  if (junit === '-') return { command: placed, junit, usesPlaceholder: false };
  const file = path.resolve(options.root, junit);
  forget(file);
  return { command: placed, junit: file, usesPlaceholder: false };
}
