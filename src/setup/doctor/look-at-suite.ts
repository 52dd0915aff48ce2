import { suiteKind, type VigilConfig } from '../../core/index.ts';
import { requireSuiteRoot } from '../../suite/index.ts';
import type { Finding } from '../command-documents.ts';
import { findProgram, look } from './finding.ts';

/** Whether the folder of a suite of one's own is there, and the program that its command starts. */
export async function lookAtSuite(
  config: VigilConfig,
  folder: string,
  searchPath: string,
): Promise<Finding[]> {
  if (suiteKind(config) !== 'foreign') return [];
  const { root = folder, command } = config.suite;
  const found = look('suite', () => {
    requireSuiteRoot(config);
    if (!command) return `${root} is there`;
    return `${root} is there; its command starts ${findProgram(command, root, searchPath)}`;
  });
  return [await found];
}
