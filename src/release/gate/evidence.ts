import type { Confirmation, SentinelState } from '../../monitor/index.ts';
import type { TakenStage } from './plan.ts';

/** Time that evidence is taken from. */
export interface Period {
  fromMs: number;
  toMs: number;
}

/** Live traffic over a window, as the signals' expressions show it; what had no data is left out, never 0. */
export interface TrafficEvidence {
  windowMs: number;
  /** How many operations ended in the window. */
  operations?: number | undefined;
  errorRatio?: number | undefined;
  /** Seconds. */
  latencyP95?: number | undefined;
  /** The P95 lies beyond the histogram's last bound, so `latencyP95` is only the least that it can be. */
  beyondBuckets?: boolean | undefined;
}

/** How often a service answered its scrapes in the window. */
export interface UptimeEvidence {
  service: string;
  up: number;
  scrapes: number;
  /** How many scrapes the window has time for. */
  due: number;
}

/** How fast the error budget burns over both windows of a rule; times what is allowed. */
export interface BurnEvidence {
  rule: string;
  factor: number;
  longMs: number;
  shortMs: number;
  long?: number | undefined;
  short?: number | undefined;
}

/** One of the two series that a canary analysis compares. */
export interface CanaryArm {
  /** The value of the label. */
  version: string;
  operations: number;
  /** Left out where the errors are not told apart by the label. */
  errors?: number | undefined;
  /** P95 latency of each interval that had operations enough for one, in seconds. */
  latencies: readonly number[];
}

export interface CanaryEvidence {
  label: string;
  intervalMs: number;
  baseline: CanaryArm;
  canary: CanaryArm;
}

/** What scraped samples show, whatever store they come from. */
export interface SignalEvidence {
  /** Over the live window that the rules use, as much of it as lies after the deployment. */
  live: TrafficEvidence;
  /** Over the whole window of the question. */
  stage: TrafficEvidence;
  /** One entry for each service that must be up, also for one of which nothing is known. */
  uptime: readonly UptimeEvidence[];
  burns: readonly BurnEvidence[];
  /** Only where the configuration names a label for it. */
  canary?: CanaryEvidence | undefined;
}

/** An alert that is pending or firing. */
export interface OpenAlert {
  rule: string;
  status: 'pending' | 'firing';
  severity: string;
  sinceMs: number;
  /** When it fires at the earliest if nothing changes. */
  firesAtMs?: number | undefined;
  /** The check or the trigger, where a rule has an alert for each. */
  subject?: string | undefined;
}

/** A check of the newest cycle. */
export interface CheckEvidence {
  id: string;
  title: string;
  reason: string;
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
  unknown: readonly CheckEvidence[];
  passed: number;
  skipped: number;
  /** How many checks of the catalogue this watch never runs, as one of a shard; none without the field. */
  notRun?: number;
  /** Judged by earlier cycles of the window and not by this one. */
  noLonger?: readonly { id: string; title: string }[];
}

/** A rollback since the deployment. */
export interface RecordedRollback {
  startedMs: number;
  kind: string;
  status: 'under way' | 'done' | 'not done' | 'aborted';
  detail: string;
}

/** What the history itself holds about the deployment, the watch and its cycles. */
export interface RecordedEvidence {
  /** Whose evidence is asked for; `undefined` when nobody said and no watch tells. */
  targetId: string | undefined;
  /** The newest deployment; `undefined` when none was recorded. */
  deployment: { release: string; timeMs: number; who?: string | undefined } | undefined;
  /** Entries dated after now: a clock was set back, or is wrong now. */
  fromTheFuture: readonly string[];
  taken: readonly TakenStage[];
  /** The interval of the schedule that is in force; `undefined` without any. */
  intervalMs: number | undefined;
  /** Whose samples the watch last recorded. */
  watchedTargetId: string | undefined;
  /** Cycles of the window by verdict; `foreign` are those of other targets. */
  cycles: { pass: number; fail: number; inconclusive: number; foreign: number };
  coverage: {
    due: number;
    observed: number;
    largestGapMs: number;
    /** When the largest gap ended. */
    largestGapEndMs?: number | undefined;
  };
  /** Passed ÷ judged over the cycles of the window; without the field nothing was judged. */
  passRate?: { ratio: number; judged: number } | undefined;
  newest: NewestCycle | undefined;
  /** Alerts as they last stood, and when that was. */
  alerts: { evaluatedMs: number; open: readonly OpenAlert[] } | undefined;
  sentinel: SentinelState | undefined;
  confirmation: Confirmation | undefined;
  rollbacks: readonly RecordedRollback[];
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
