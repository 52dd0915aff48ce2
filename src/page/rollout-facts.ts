import type { Bound } from '../thresholds/index.ts';
import type { Unit } from '../units/index.ts';

/** One condition of a decision of the gate. */
export interface GateCondition {
  id: string;
  title: string;
  outcome: 'pass' | 'fail' | 'unknown';
  value?: number;
  unit?: Unit;
  limit?: Bound;
  detail: string;
}

/** What the gate said to one question. */
export interface GateDecision {
  id: string;
  atMs: number;
  from: number;
  to: number;
  verdict: 'pass' | 'fail' | 'inconclusive';
  conditions: readonly GateCondition[];
  next: string;
  askAgainAtMs?: number;
  override?: { by: string; reason: string };
  askedBy: string;
}

/** A step of the plan: which share of the traffic, how long after the deployment. */
export interface RolloutStage {
  percent: number;
  afterMs: number;
  /** When it was taken, if it was. */
  takenMs?: number;
}

/** Where a rollout stands; times in ms since 1970. */
export interface RolloutFacts {
  release?: string;
  deployedMs: number;
  stages: readonly RolloutStage[];
  /** Share of the traffic that was let through so far; 0 before the first stage. */
  percent: number;
  sinceMs: number;
  /** What may be asked for next and from when on; left out when all is taken. */
  next?: { percent: number; soakMs: number; soakEndsMs: number };
  /** The newest first. */
  decisions: readonly GateDecision[];
}
