import type { TargetConfig, VigilConfig } from '../../../src/core/config/schema.ts';
import type { Harness } from '../../../src/suite/harness/open-harness.ts';
import { contextOf } from '../../../src/suite/run/context.ts';

/** A target that is there already: nothing is started and nothing is ended. */
export function idleHarness(config: VigilConfig, target: TargetConfig, targetId: string): Harness {
  return {
    target,
    targetId,
    embedded: false,
    contextFor: (cycleId) => contextOf(config, target, { cycleId, targetId }),
    close: () => Promise.resolve(),
  };
}
