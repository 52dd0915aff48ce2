import type {
  CycleSignals,
  InstanceRelease,
  LiveSample,
  SignalValues,
  Violation,
} from '../../alerts/index.ts';
import type { Verdict } from '../../history/index.ts';
import type {
  CheckOutcome,
  CycleIdentity,
  KnownCheck,
  QuarantineState,
  SaidByInstance,
} from '../../suite/index.ts';
import type { InstanceState } from './observe.ts';

/** Everything one cycle came to. */
export interface CycleRecord {
  id: string;
  startedAt: Date;
  durationMs: number;
  target: { id: string; url: string; name: string };
  /** Which release of it was watched, and by what it was judged. */
  identity?: CycleIdentity | undefined;
  /** Which release each instance said. */
  saidReleases?: readonly SaidByInstance[] | undefined;
  /** Which of several watches on the target this is; a label of everything exposed. */
  probe?: string | undefined;
  /** Checks of the whole catalogue, of which a shard runs a part. */
  catalogueSize?: number | undefined;
  verdict: Verdict;
  outcomes: CheckOutcome[];
  signals: CycleSignals;
  values: SignalValues;
  live: LiveSample | undefined;
  /** Which instances of services were up at its end. */
  instances?: readonly InstanceState[] | undefined;
  /** Whether each instance runs the release that it must. */
  instanceReleases?: readonly InstanceRelease[] | undefined;
  violations: Violation[];
  /** Problems of the run as a whole. */
  problems: string[];
  /** Processes that the suite left running, by command line and number; they were ended. */
  leftBehind?: readonly string[] | undefined;
  /** What each entry of the quarantine came to. */
  quarantine?: QuarantineState[];
  /** Whether it is known which checks must be there: by a catalogue, by earlier cycles, or not at all. */
  completeness?: 'catalogue' | 'declared' | 'remembered' | 'unknown';
  /** Name of the suite whose report was ingested, where there are several. */
  suite?: string | undefined;
  /** What to remember for the next cycle; absent for a suite with a catalogue. */
  remember?: readonly KnownCheck[] | undefined;
  /** The report of the probes, when they ran beside another suite. */
  probesXml?: Buffer | undefined;
  /** Why no history holds it. */
  unrecorded?: string | undefined;
  /** What the suite printed; for the log, never for judging. */
  output: string;
  junitXml: Buffer | undefined;
}

/** Any failure fails the cycle; any doubt, or nothing judged at all, makes it inconclusive. */
export function cycleVerdict(signals: CycleSignals, problems: readonly string[]): Verdict {
  if (signals.failed > 0) return 'fail';
  if (signals.unknown > 0 || problems.length > 0 || signals.passed === 0) return 'inconclusive';
  return 'pass';
}

/** A cycle that could not be recorded for this reason: it passes nothing, since nobody can decide by it later. */
export function asUnrecorded(record: CycleRecord, unrecorded: string): CycleRecord {
  const problems = [...record.problems, `the cycle could not be recorded: ${unrecorded}`];
  return { ...record, unrecorded, problems, verdict: cycleVerdict(record.signals, problems) };
}
