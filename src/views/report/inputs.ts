import type { SignalNaming } from '../../alerts/index.ts';
import type { ThresholdTable } from '../../core/index.ts';

/** Everything but the history that a report needs. */
export interface ReportOptions {
  /** The system's name, `Genesis`. */
  name: string;
  table: ThresholdTable;
  naming: SignalNaming;
  /** How often a sentinel travels the alert path. */
  sentinelIntervalMs: number;
  nowMs: number;
  /** Begin of the window; 48 hours before its end unless it, or `lengthMs`, is given. */
  sinceMs?: number;
  lengthMs?: number;
}
