import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { catalogue } from '../health-tests/catalogue.ts';
import {
  type LoadedConfig,
  redactorOf,
  requireSecrets,
  suiteKind,
  type VigilConfig,
} from '../src/core/index.ts';
import { requireClearNames, requireOwedChecks, type SuiteToRun } from '../src/monitor/index.ts';
import { catalogueOfProbes, type Harness, requireSuiteRoot, type SuitePlace } from '../src/suite/index.ts';
import { packageRoot } from './package-root.ts';

/** The file of a group of our own suite, for Vitest's filter; an installed package has it as JavaScript. */
export const fileOf = (group: string): string => `health-tests/${group}.test${path.extname(import.meta.url)}`;

/** Which suite runs, and the probes beside it where both are configured; ours unless the configuration names another. */
export function suiteOf(config: VigilConfig, folder: string): SuiteToRun & { probeSuite?: SuiteToRun } {
  const suite = anySuiteOf(config, folder);
  requireOwedChecks(config, suite.catalogue);
  return suite;
}

function anySuiteOf(config: VigilConfig, folder: string): SuiteToRun & { probeSuite?: SuiteToRun } {
  const probes: SuiteToRun = {
    root: folder,
    catalogue: catalogueOfProbes(config.probes, config.services),
    probes: config.probes,
  };
  const withProbes = config.probes.length > 0 ? { probeSuite: probes } : {};
  switch (suiteKind(config)) {
    case 'probes':
      return probes;
    case 'own':
      return { root: packageRoot, catalogue, ...withProbes };
    case 'foreign':
      return { root: config.suite.root ?? folder, catalogue: undefined, ...withProbes };
  }
}

/** @throws CONFIG_INVALID for what no cycle can run with */
export function requireUsable({ config, folder }: LoadedConfig): void {
  requireSecrets(config);
  requireSuiteRoot(config);
  requireClearNames(config, suiteOf(config, folder).catalogue);
}

/** Where the checks are, and how one of them is run. */
export const suitePlaceOf = (config: VigilConfig, folder: string): SuitePlace => ({
  root: suiteOf(config, folder).root,
  command: config.suite.command,
  from: process.cwd(),
});

/** What one cycle on demand is run with, whatever it is for. */
export function cycleOnDemand(config: VigilConfig, folder: string, harness: Harness) {
  const suite = suiteOf(config, folder);
  return {
    config,
    context: harness.contextFor(randomUUID()),
    catalogue: suite.catalogue,
    suiteRoot: suite.root,
    redactor: redactorOf(config),
    probeSuite: suite.probeSuite,
  };
}
