import type { Period } from './plan.ts';
import type { GateSetup } from './setup.ts';

/** What is asked of the instances of a deployment. */
export interface InstanceQuestion extends Pick<GateSetup, 'naming' | 'services' | 'sampleIntervalMs'> {
  atMs: number;
  window: Period;
  deployedMs: number;
  /** The release that was deployed. */
  release: string;
}
