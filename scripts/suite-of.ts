import { catalogue } from '../health-tests/catalogue.ts';
import type { CheckDefinition } from '../src/catalogue/index.ts';
import type { VigilConfig } from '../src/config/index.ts';
import { packageRoot } from './package-root.ts';

/** Which suite runs, where, and against which catalogue: ours unless the configuration names another. */
export function suiteOf(
  config: VigilConfig,
  folder: string,
): { root: string; catalogue: readonly CheckDefinition[] | undefined } {
  const isOwn = !config.suite.command && !config.suite.root;
  return {
    root: isOwn ? packageRoot : (config.suite.root ?? folder),
    catalogue: isOwn ? catalogue : undefined,
  };
}
