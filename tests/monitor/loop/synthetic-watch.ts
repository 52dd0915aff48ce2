import type { TargetConfig, VigilConfig } from '../../../src/core/config/schema.ts';
import { servicesAt } from '../../../src/core/config/service-list.ts';
import type { WatchClock } from '../../../src/monitor/loop/clock.ts';
import type { Harness } from '../../../src/suite/harness/open-harness.ts';
import { contextOf } from '../../../src/suite/run/context.ts';
import type { SyntheticTarget } from './synthetic-target.ts';

/** A target that is there already: nothing is started and nothing is ended. */
function idleHarness(config: VigilConfig, target: TargetConfig, targetId: string): Harness {
  return {
    target,
    services: servicesAt(config, target),
    targetId,
    embedded: false,
    contextFor: (cycleId) => contextOf(config, target, { cycleId, targetId }),
    close: () => Promise.resolve(),
  };
}

/** What a watch on a synthetic target has, whatever its clock: it is scraped at the time of that, and has no catalogue. */
export function syntheticWatch(
  config: VigilConfig,
  target: TargetConfig,
  synthetic: SyntheticTarget,
  clock: WatchClock,
) {
  return {
    config,
    clock,
    harness: idleHarness(config, target, 'http://target'),
    catalogue: undefined,
    version: '0.0.0',
    scrape: () => Promise.resolve(synthetic.scrape(clock.now())),
  };
}
