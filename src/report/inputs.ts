import type { SignalNaming } from '../signals/index.ts';
import type { Bound, ThresholdTable } from '../thresholds/index.ts';
import type { Unit } from '../units/index.ts';

/** A verdict of the gate as far as the report tells it. */
export interface DecisionEntry {
  id: string | number;
  atMs: number;
  from?: number | undefined;
  to: number;
  verdict: 'pass' | 'fail' | 'inconclusive';
  conditions: readonly {
    id: string;
    title: string;
    outcome: 'pass' | 'fail' | 'unknown';
    value?: number | undefined;
    unit?: Unit | undefined;
    limit?: Bound | undefined;
    detail: string;
  }[];
  next: string;
  askedBy: string;
  override?: { by: string; reason: string } | undefined;
}

/** A rollback as far as the report tells it. */
export interface RollbackEntry {
  id: string | number;
  type: string;
  reason: string;
  trigger?: string | undefined;
  startedMs: number;
  endedMs?: number | undefined;
  status: 'running' | 'succeeded' | 'failed' | 'aborted' | 'escalated';
  stages: readonly {
    name: string;
    budgetMs: number;
    startedMs?: number | undefined;
    endedMs?: number | undefined;
    status: string;
    detail?: string | undefined;
  }[];
}

/** Everything but the history that a report needs. */
export interface ReportOptions {
  /** The system's name, `Genesis`. */
  name: string;
  table: ThresholdTable;
  naming: SignalNaming;
  nowMs: number;
  /** Begin of the window; 48 hours before its end unless it, or `lengthMs`, is given. */
  sinceMs?: number;
  lengthMs?: number;
  /** What the gate decided in [fromMs, toMs], overrides with it. */
  decisions(fromMs: number, toMs: number): readonly DecisionEntry[];
  /** Rollbacks that ran in [fromMs, toMs]. */
  rollbacks(fromMs: number, toMs: number): readonly RollbackEntry[];
}
