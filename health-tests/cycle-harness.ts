import { startEmbeddedGenesis } from '../fixtures/genesis/embedded.ts';
import { lockHolder, type VigilConfig } from '../src/core/index.ts';
import { loopLockFile } from '../src/history/index.ts';
import { type Harness, openHarness, sharedHarness } from '../src/suite/index.ts';

/** The surroundings of one cycle. A loop that watches the same deployment from here holds the receiver of its traces. */
export async function openCycleHarness(config: VigilConfig): Promise<Harness> {
  const loop = config.target && lockHolder(loopLockFile(config.reports));
  return loop ? sharedHarness(config) : openHarness(config, startEmbeddedGenesis);
}
