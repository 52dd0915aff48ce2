import type { LiveSample } from '../alerts/index.ts';
import type { CheckOutcome, CycleIdentity } from '../suite/index.ts';
import type { Verdict } from './snapshot.ts';

/** What is kept of one check in one cycle. */
export type RecordedOutcome = Pick<
  CheckOutcome,
  | 'id'
  | 'was'
  | 'title'
  | 'group'
  | 'outcome'
  | 'executed'
  | 'reason'
  | 'measurements'
  | 'durationMs'
  | 'quarantined'
>;

/** Everything that the history keeps of one cycle. Times are milliseconds since 1970. */
export interface RecordedCycle {
  id: string;
  /** The slot that a watch ran it for, its start where it was none of the schedule; `undefined` for one on demand. */
  slotMs: number | undefined;
  startedMs: number;
  durationMs: number;
  targetId: string;
  /** Whose evidence it is, beside the address; cycles of before version 12 of the schema have none. */
  identity?: CycleIdentity | undefined;
  verdict: Verdict;
  problems: readonly string[];
  /** Processes that the suite left running. */
  leftBehind?: readonly string[] | undefined;
  outcomes: readonly RecordedOutcome[];
  /** Signals by name; one that wasn't observed is left out, never 0. */
  signals: Readonly<Record<string, number | undefined>>;
  live?: LiveSample | undefined;
  /** Entries for alerts_triggered.json. */
  violations?: readonly object[];
}
