import { rmSync } from 'node:fs';
import path from 'node:path';
import { VigilError } from '../errors.ts';
import type { SuiteOptions } from './run-suite.ts';
import type { WorkFolder } from './work-folder.ts';

/** The command with a fresh path for its report, and where that report will be (`-` is stdout). */
export function foreignCommand(
  command: readonly string[],
  options: Pick<SuiteOptions, 'suite' | 'root'>,
  work: WorkFolder,
): { command: string[]; junit: string } {
  const placed = command.map((part) => part.replaceAll('{junit}', work.junit));
  const junit = options.suite.junit;
  if (placed.some((part, index) => part !== command[index])) return { command: placed, junit: work.junit };
  if (junit === undefined) {
    throw new VigilError('CONFIG_INVALID', 'suite.command writes its report nobody knows where', {
      expected: '{junit} in the command, or suite.junit with the path it writes ("-" for stdout)',
    });
  }
  if (junit === '-') return { command: placed, junit };
  const file = path.resolve(options.root, junit);
  rmSync(file, { force: true }); // a report of the past must not be taken for this run's
  return { command: placed, junit: file };
}
