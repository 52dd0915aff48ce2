import type { SignalName } from '../../core/index.ts';
import type { Proof } from './proof.ts';
import type { QueriedValue } from './queries.ts';

/** One service level objective: what was wanted, what was achieved, and what that proves. */
export interface Objective {
  signal: SignalName;
  title: string;
  /** `≥ 99.9 %`. */
  target: string;
  /** Whether the verdict hangs on it; the others are told, and warn. */
  decides: boolean;
  achieved: QueriedValue;
  /** The achieved value as a person reads it beside the target. */
  told: string;
  /** What stands beside the achieved value in words. */
  remark: string;
  state: 'met' | 'missed' | 'unknown';
  /** Share of the error budget that is left: 1 untouched, 0 used up, negative overspent; `null` where there is none. */
  budgetLeft: number | null;
  proof: Proof | null;
  /** What the sample proves, in a sentence. */
  proves: string;
  /** Ids of every query behind the row. */
  queries: string[];
}
