import path from 'node:path';
import { suiteKind, type VigilConfig } from '../../core/index.ts';
import { openStandby, type Standby } from '../../suite/index.ts';

/** Probes are run by our own suite: what is said of the user's suite is not meant for them. */
export const probesSuite: VigilConfig['suite'] = { args: [], env: {}, remember: false, standby: false };

/** The suite of a configuration as a cycle runs it. */
export const suiteOfCycle = (config: VigilConfig): VigilConfig['suite'] =>
  suiteKind(config) === 'probes' ? { ...config.suite, ...probesSuite } : config.suite;

/** Where Node keeps the compiled code of the suite between cycles. */
export const compileCacheOf = ({ reports }: VigilConfig): string => path.join(reports, '.compile-cache');

/** A place where the process of the next cycle waits, when the configuration asks for it and Vitest runs the suite. */
export function openCycleStandby(config: VigilConfig, root: string): Standby | undefined {
  if (!config.suite.standby || config.suite.command) return undefined;
  return openStandby({
    suite: suiteOfCycle(config),
    root,
    probes: config.probes,
    timeoutMs: config.timeout,
    compileCache: compileCacheOf(config),
  });
}
