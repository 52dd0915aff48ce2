import type { LiveSample, SignalValues } from '../alerts/index.ts';
import type { CheckOutcome } from '../suite/index.ts';
import type { Verdict } from './snapshot.ts';

/** What is kept of one check in one cycle. */
export type RecordedOutcome = Pick<
  CheckOutcome,
  'id' | 'title' | 'group' | 'outcome' | 'executed' | 'reason' | 'measurements' | 'durationMs' | 'quarantined'
>;

/** Everything that the history keeps of one cycle. Times are milliseconds since 1970. */
export interface RecordedCycle {
  id: string;
  /** The slot that a watch ran it for, its start where it was none of the schedule; `undefined` for one on demand. */
  slotMs: number | undefined;
  startedMs: number;
  durationMs: number;
  targetId: string;
  verdict: Verdict;
  problems: readonly string[];
  outcomes: readonly RecordedOutcome[];
  /** Signals by name; one that wasn't observed is left out, never 0. */
  signals: Readonly<Record<string, number | undefined>>;
  live?: LiveSample | undefined;
  /** Entries for alerts_triggered.json. */
  violations?: readonly object[];
}

/** The parts of a cycle's record (src/monitor/cycle) that are recorded. */
export interface CycleSource {
  id: string;
  startedAt: Date;
  durationMs: number;
  target: { id: string };
  verdict: Verdict;
  outcomes: readonly RecordedOutcome[];
  values: SignalValues;
  live: LiveSample | undefined;
  violations: readonly object[];
  problems: readonly string[];
}

/** What to record of a cycle that ran for `slotMs`, or on demand. */
export function recordedCycleOf(record: CycleSource, slotMs: number | undefined): RecordedCycle {
  const { id, durationMs, verdict, problems, outcomes, live, violations } = record;
  return {
    id,
    slotMs,
    startedMs: record.startedAt.getTime(),
    durationMs,
    targetId: record.target.id,
    verdict,
    problems,
    outcomes,
    signals: record.values,
    live,
    violations,
  };
}
