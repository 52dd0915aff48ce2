import path from 'node:path';
import { shardOf, suiteKind, type VigilConfig } from '../../core/index.ts';
import { openStandby, refersToSecrets, type Standby } from '../../suite/index.ts';

/** Where Node keeps the compiled code of the suite between cycles. */
export const compileCacheOf = ({ reports }: VigilConfig): string => path.join(reports, '.compile-cache');

/** Where the suite is at home, if whoever runs us has no home. */
export const homeOf = ({ reports }: VigilConfig): string => path.join(reports, '.home');

/** A place where the process of the next cycle waits, when the configuration asks for it and Vitest runs the suite. */
export function openCycleStandby(config: VigilConfig, root: string): Standby | undefined {
  if (!config.suite.standby || config.suite.command || suiteKind(config) === 'probes') return undefined;
  // Which checks a shard runs is known only when its cycle begins.
  if (shardOf(config.suite)) return undefined;
  return openStandby({
    suite: config.suite,
    root,
    refersTo: refersToSecrets(config),
    timeoutMs: config.timeout,
    compileCache: compileCacheOf(config),
    home: homeOf(config),
  });
}
