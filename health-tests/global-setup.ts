import { randomUUID } from 'node:crypto';
import type { TestProject } from 'vitest/node';
import { startEmbeddedGenesis } from '../fixtures/genesis/embedded.ts';
import { loadConfig, runEnvironment, VigilError } from '../src/core/index.ts';
import { openHarness, type RunContext, readContext } from '../src/suite/index.ts';
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
  return openHarness(config, startEmbeddedGenesis);
}

/** Hands the checks their context: the runner's where there is one, an own one otherwise. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const { contextFile, configFile } = runEnvironment();
  project.provide('facts', await readSuiteFacts(project));
  if (contextFile) {
    project.provide('context', readContext(contextFile));
    return undefined;
  }
  try {
    const harness = await standalone(project.config.root, configFile);
    project.provide('context', harness.contextFor(randomUUID()));
    return harness.close;
  } catch (thrown) {
    // Vitest would print the stack of our own code; the person needs the sentence.
    if (!(thrown instanceof VigilError)) throw thrown;
    process.stderr.write(`${thrown.describe()}\n`);
    process.exit(64);
  }
}
