import { type GenesisRange, openRange, type RangeOptions } from '../../fixtures/range/open-range.ts';
import type { Intended, Scenario } from '../../src/drill/index.ts';

type Parameters = Record<string, string | number>;

interface TargetFault {
  /** Name of the scenario where it isn't the fault's. */
  name?: string;
  description: string;
  long?: boolean;
  parameters?: Parameters;
  groups: readonly string[];
  intended: readonly Intended[];
  collateral?: readonly string[];
  /** Operations sent before the fault is put in, and after. */
  before?: number;
  after?: number;
  range?: RangeOptions;
  prepare?: (range: GenesisRange) => void;
}

/** A fault that the reference target itself puts in at run time. */
export function onTarget(fault: string, { before = 0, after = 0, ...scenario }: TargetFault): Scenario {
  return {
    ...scenario,
    name: scenario.name ?? fault,
    async open() {
      const range = await openRange(scenario.range);
      try {
        await range.traffic(before);
        await range.put(fault, scenario.parameters);
        await range.traffic(after);
        scenario.prepare?.(range);
        return range;
      } catch (thrown) {
        await range.close();
        throw thrown;
      }
    },
  };
}
