import type { SignalNaming } from '../../alerts/index.ts';
import type { ThresholdTable } from '../../core/index.ts';
import type { CanaryLabel } from './canary-evidence.ts';
import type { RolloutPlan } from './plan.ts';

/** What a gate on one deployment must know to ask its history; the same for every question. */
export interface GateSetup {
  plan: RolloutPlan;
  table: ThresholdTable;
  naming: SignalNaming;
  /** The jobs that must be up, each by name. */
  services: readonly string[];
  sampleIntervalMs: number;
  sentinelIntervalMs: number;
  canary: CanaryLabel | undefined;
  /** Whose evidence counts; without it, that of the target which the newest watch watches. */
  targetId: string | undefined;
}
