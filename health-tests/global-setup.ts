import { randomUUID } from 'node:crypto';
import type { TestProject } from 'vitest/node';
import { loadConfig, runEnvironment, VigilError } from '../src/core/index.ts';
import { type RunContext, readContext } from '../src/suite/index.ts';
import { openCycleHarness } from './cycle-harness.ts';
import { folderOnDemand, publishReport, refuseUnknown } from './support/on-demand.ts';
import { readSuiteFacts, type SuiteFacts } from './support/suite-facts.ts';

declare module 'vitest' {
  interface ProvidedContext {
    context: RunContext;
    facts: SuiteFacts;
  }
}

/** Opens what the suite needs when nobody did: started by hand, Vitest watches what the configuration names. */
async function standalone(folder: string, configFile: string | undefined) {
  const { config } = await loadConfig(folder, configFile);
  return { reports: config.reports, harness: await openCycleHarness(config) };
}

/** Hands the checks their context: the runner's where there is one, an own one otherwise. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const { contextFile, configFile } = runEnvironment();
  const facts = await readSuiteFacts(project);
  project.provide('facts', facts);
  if (contextFile) {
    project.provide('context', readContext(contextFile));
    return undefined;
  }
  try {
    const { harness, reports } = await standalone(folderOnDemand(project.config.root), configFile);
    project.provide('context', { ...harness.contextFor(randomUUID()), onDemand: true });
    return async () => {
      refuseUnknown(project, facts);
      publishReport(project, facts, reports);
      await harness.close();
    };
  } catch (thrown) {
    // Vitest would print the stack of our own code; the person needs the sentence.
    if (!(thrown instanceof VigilError)) throw thrown;
    process.stderr.write(`${thrown.describe()}\n`);
    process.exit(64);
  }
}
