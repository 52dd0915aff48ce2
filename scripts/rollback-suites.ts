import { startEmbeddedGenesis } from '../fixtures/genesis/embedded.ts';
import { effectiveThresholds, redactorOf, type VigilConfig } from '../src/core/index.ts';
import { type Session, suiteRunner } from '../src/release/index.ts';
import { openHarness, sharedHarness } from '../src/suite/index.ts';
import { fileOf, suiteOf } from './suite-of.ts';

/** What a rollback runs its suites with. A loop that watches here receives the traces; its receiver is used then. */
export async function openSuites(config: VigilConfig, folder: string, session: Session) {
  const harness = session.isWatched ? sharedHarness(config) : await openHarness(config, startEmbeddedGenesis);
  const suite = suiteOf(config, folder);
  const runSuite = suiteRunner({
    config,
    harness,
    history: session.history,
    catalogue: suite.catalogue,
    suiteRoot: suite.root,
    probeSuite: suite.probeSuite,
    redactor: redactorOf(config),
    filesOf: (group) => [fileOf(group)],
  });
  return { runSuite, table: effectiveThresholds(config), close: () => harness.close() };
}
