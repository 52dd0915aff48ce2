import { declaredComponents, effectiveThresholds } from '../../../src/core/config/effective.ts';
import type { TargetConfig, VigilConfig } from '../../../src/core/config/schema.ts';
import type { Harness } from '../../../src/suite/harness/open-harness.ts';
import { contextOf } from '../../../src/suite/run/context.ts';

/** A target that is there already: nothing is started and nothing is ended. */
export function idleHarness(config: VigilConfig, target: TargetConfig, targetId: string): Harness {
  const table = effectiveThresholds(config);
  return {
    target,
    targetId,
    embedded: false,
    contextFor: (cycleId) =>
      contextOf(config, target, declaredComponents(target), table, { cycleId, targetId }),
    close: () => Promise.resolve(),
  };
}
