import { statSync } from 'node:fs';
import { type VigilConfig, VigilError } from '../../core/index.ts';

/** Why no suite can run in a folder; `undefined` where one can. */
export function rootFault(root: string): string | undefined {
  const stats = statSync(root, { throwIfNoEntry: false });
  if (!stats) return 'does not exist';
  return stats.isDirectory() ? undefined : 'is not a folder';
}

/** Whoever runs the suite asks first whether its folder is there. @throws CONFIG_INVALID with its path */
export function requireSuiteRoot({ suite: { root, command } }: Pick<VigilConfig, 'suite'>): void {
  const fault = root === undefined ? undefined : rootFault(root);
  if (fault === undefined) return;
  throw new VigilError('CONFIG_INVALID', `suite.root ${fault}: ${root}`, {
    where: 'suite.root',
    expected: command ? 'the folder in which suite.command runs' : 'the folder of a Vitest configuration',
    hint: 'a relative path starts at the folder of the configuration file',
  });
}
