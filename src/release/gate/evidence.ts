import type { CheckedAnswers } from './checked-answers.ts';
import type { IdentityEvidence } from './identity/identity-evidence.ts';
import type { Period } from './plan.ts';
import type { SignalEvidence } from './signal-evidence.ts';
import type { StoredState } from './stored-state.ts';

/** An alert that is pending or firing. */
export interface OpenAlert {
  rule: string;
  status: 'pending' | 'firing';
  severity: string;
  sinceMs: number;
  /** When it fires at the earliest if nothing changes. */
  firesAtMs?: number | undefined;
  /** The check, the trigger or the service, where a rule has an alert for each. */
  subject?: string | undefined;
  /** The instance, where it is about one of several. */
  instance?: string | undefined;
  /** The service that it is about, and whether it follows from another alert, as far as anybody says. */
  service?: string | undefined;
  isExplained?: boolean | undefined;
}

/** A time since the deployment in which a rollback trigger fired: its signal was past the limit for the trigger's own time. */
export interface Outage {
  trigger: string;
  firedMs: number;
  endedMs: number;
  /** Who has acknowledged it. */
  acknowledgedBy: string | undefined;
}

/** A check of the newest cycle. */
export interface CheckEvidence {
  id: string;
  title: string;
  reason: string;
}

/** What a check came to over the window. */
export interface CheckHistory {
  id: string;
  title: string;
  /** Cycles in which it had an outcome; a declared skip is none. Counted only where it failed and has not passed for long since. */
  cycles: number | undefined;
  /** In how many of them it failed, failures of before the deployment left out. */
  failed: number;
  /** When it first passed or failed; without the field it was never judged. */
  judgedMs: number | undefined;
  /** Its requests of the window, where it is an HTTP check that failed by nothing but statuses. */
  answers?: CheckedAnswers | undefined;
  /** Why it failed last. */
  reason?: string | undefined;
  /** Since when it has only passed; without the field it does not pass. */
  passingMs: number | undefined;
}

/** The newest cycle of the target, check by check. */
export interface NewestCycle {
  id: string;
  endedMs: number;
  verdict: 'pass' | 'fail' | 'inconclusive';
  problems: readonly string[];
  /** Failures that were not there before the deployment, or another failure than then. */
  newFailures: readonly CheckEvidence[];
  knownFailures: readonly CheckEvidence[];
  /** Ids of the checks whose failures are in quarantine and decide nothing. */
  quarantined?: readonly string[];
  unknown: readonly CheckEvidence[];
  passed: number;
  skipped: number;
  /** How many of those that are skipped `suite.skips` accepts. */
  accepted?: number;
  /** How many checks of the catalogue this watch never runs, as one of a shard; none without the field. */
  notRun?: number;
  /** Judged by earlier cycles of the window and not by this one. */
  noLonger?: readonly { id: string; title: string }[];
}

/** What the history itself holds about the deployment, the watch and its cycles. */
export interface RecordedEvidence
  extends Pick<
    StoredState,
    'deployment' | 'taken' | 'rollbacks' | 'targetId' | 'fromTheFuture' | 'sentinel' | 'confirmation'
  > {
  /** The interval of the schedule that is in force; `undefined` without any. */
  intervalMs: number | undefined;
  /** Whose samples the watch last recorded. */
  watchedTargetId: string | undefined;
  /**
   * Cycles of the window by verdict; `foreign` are those of other targets, `onlyDown` those of the inconclusive ones that
   * judged every check, and of which nothing is wrong but that a service or an instance was down.
   */
  cycles: { pass: number; fail: number; inconclusive: number; foreign: number; onlyDown?: number };
  coverage: {
    due: number;
    observed: number;
    largestGapMs: number;
    /** When the largest gap ended. */
    largestGapEndMs?: number | undefined;
    /** Why nothing was seen meanwhile, as far as it is known. */
    largestGapWhy?: string | undefined;
    /** Cycles that were recorded are not in the history any more. */
    isLost?: boolean;
  };
  /** Passed ÷ judged over the cycles of the window; without the field nothing was judged. */
  passRate?: { ratio: number; judged: number } | undefined;
  newest: NewestCycle | undefined;
  /** Whose evidence the cycles are, beside the address; left out where nobody says. */
  identity?: IdentityEvidence | undefined;
  checks?: readonly CheckHistory[] | undefined;
  /** Alerts as they last stood, and when that was. */
  alerts: { evaluatedMs: number; open: readonly OpenAlert[] } | undefined;
  outages?: readonly Outage[] | undefined;
}

/**
 * Everything that a decision rests on, as plain data; collecting it and deciding on it are two things. What is not
 * known is `undefined` or left out. Times are milliseconds since 1970.
 */
export interface GateEvidence {
  atMs: number;
  source: 'history' | 'prometheus';
  window: Period;
  recorded: RecordedEvidence;
  signals: SignalEvidence;
}
