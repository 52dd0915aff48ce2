import {
  type ChannelStatistics,
  type EngineState,
  recordingRule,
  type SignalValues,
} from '../../alerts/index.ts';
import { subjectLabels, thresholds, wholeSeconds } from '../../core/index.ts';
import type { Coverage, LedgerStanding } from '../../history/index.ts';
import type { CheckOutcome, MixedReleases } from '../../suite/index.ts';
import type { CycleRecord } from '../cycle/cycle-record.ts';
import { standingText } from './leadership.ts';
import type { Unrecorded } from './recording.ts';
import type { Confirmation, SentinelState } from './saved-state.ts';

/** What the watch as a whole may be trusted with. */
export type Trust = { ok: true } | { ok: false; reasons: string[] };

export interface StatusInput {
  nowMs: number;
  startedMs: number;
  intervalMs: number;
  last: CycleRecord | undefined;
  /** Whether a failure was there before the deployment. */
  isKnown(check: CheckOutcome): boolean;
  values: SignalValues;
  coverage: Coverage;
  confirmation: Confirmation;
  sentinel: SentinelState;
  alerts: EngineState;
  /** Why nothing can be written down, while it can't. */
  unrecorded?: Unrecorded | undefined;
  /** Services whose instances said several releases in the last cycle. */
  mixedReleases?: readonly MixedReleases[] | undefined;
  pendingNotifications: number;
  channels: Readonly<Record<string, ChannelStatistics>>;
  warnings: readonly string[];
  /** Who leads, where several Vigils share a ledger. */
  leader?: LedgerStanding | undefined;
}

/** As the gate asks for it: how many slots may be missing, and how old the newest cycle may be in intervals. */
const { watchCoverage, cycleAge } = thresholds;
const leastCoverage = watchCoverage.slo.value;

/** Reasons for which nothing green of this watch may be believed. */
export function trustOf({ nowMs, intervalMs, last, coverage, sentinel, unrecorded }: StatusInput): Trust {
  const ageMs = last ? nowMs - (last.startedAt.getTime() + last.durationMs) : undefined;
  const reasons = [
    ...(unrecorded ? [unrecorded.reason] : []),
    ...(ageMs === undefined ? ['no cycle has ended yet'] : []),
    ...(ageMs !== undefined && ageMs > cycleAge.slo.value * intervalMs
      ? [`the last cycle ended ${wholeSeconds(ageMs)} ago`]
      : []),
    ...(last?.unrecorded === undefined ? [] : [`the last cycle could not be recorded: ${last.unrecorded}`]),
    ...(coverage.ratio !== undefined && coverage.ratio < leastCoverage
      ? [`${coverage.observed} of ${coverage.due} slots were observed`]
      : []),
    ...(sentinel.state === 'missing' ? [`the sentinel did not arrive: ${sentinel.reason}`] : []),
  ];
  return reasons.length === 0 ? { ok: true } : { ok: false, reasons };
}

/** The verdict on the watch: what fails fails, and a watch that can't be trusted passes nothing. */
export function watchVerdict(input: StatusInput): 'pass' | 'fail' | 'inconclusive' {
  const firing = Object.values(input.alerts.alerts).some(
    // A watch that can't record says nothing against the deployment.
    ({ status, labels, rule }) =>
      status === 'firing' && labels.severity === 'critical' && rule !== recordingRule.name,
  );
  if (firing || input.last?.verdict === 'fail') return 'fail';
  return trustOf(input).ok && input.last?.verdict === 'pass' ? 'pass' : 'inconclusive';
}

/** What to do, why, and what next, as whoever shows the watch says it. */
export interface StatusHeadline {
  /** How much is at stake. */
  level: string;
  /** The whole of it as a sentence. */
  text: string;
}

/** Whether the watch can write down what it sees, and since when and why it can't. */
const recordingDocument = (unrecorded: Unrecorded | undefined) =>
  unrecorded
    ? {
        ok: false,
        since: new Date(unrecorded.sinceMs).toISOString(),
        failure: unrecorded.failure,
        reason: unrecorded.reason,
      }
    : { ok: true };

/** The shape of `GET /api/status`; times are ISO 8601, figures in base units. */
export function statusDocument(input: StatusInput, headline?: StatusHeadline) {
  const { last } = input;
  const iso = (ms: number) => new Date(ms).toISOString();
  return {
    version: 1,
    now: iso(input.nowMs),
    startedAt: iso(input.startedMs),
    intervalSeconds: input.intervalMs / 1000,
    verdict: watchVerdict(input),
    headline: headline && { level: headline.level, text: headline.text },
    trust: trustOf(input),
    lastCycle: last && {
      id: last.id,
      startedAt: last.startedAt.toISOString(),
      durationSeconds: last.durationMs / 1000,
      verdict: last.verdict,
      signals: last.signals,
      failing: last.outcomes
        .filter(({ outcome }) => outcome === 'fail')
        .map((check) => ({
          id: check.id,
          ...subjectLabels(check.definition),
          reason: check.reason,
          known: input.isKnown(check),
        })),
      unknown: last.outcomes
        .filter(({ outcome }) => outcome === 'unknown')
        .map(({ id, definition, reason }) => ({ id, ...subjectLabels(definition), reason })),
    },
    recording: recordingDocument(input.unrecorded),
    values: input.values,
    mixedReleases: input.mixedReleases ?? [],
    coverage: input.coverage,
    confirmation: input.confirmation,
    sentinel: input.sentinel,
    alerts: Object.values(input.alerts.alerts).filter(({ status }) => status !== 'resolved').length,
    pendingNotifications: input.pendingNotifications,
    channels: input.channels,
    warnings: input.warnings,
    leader: input.leader && { state: input.leader.state, text: standingText(input.leader) },
  };
}
