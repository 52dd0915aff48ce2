import { alertRules } from '../../alerts/index.ts';
import {
  type CycleReader,
  type JournalReader,
  largestGapOf,
  type RecordedCycle,
  type RowReader,
} from '../../history/index.ts';
import { type Baseline, isFailure, isMeantSkip, isNewFailure } from '../../suite/index.ts';
import { checkHistories } from './check-histories.ts';
import type { CheckEvidence, CheckHistory, NewestCycle, OpenAlert, RecordedEvidence } from './evidence.ts';
import { outagesIn } from './outages.ts';
import type { Period } from './plan.ts';
import type { GateSetup } from './setup.ts';
import type { StoredState } from './stored-state.ts';

const hourMs = 3_600_000;

/** What is asked of the past; everything in it may be asked of any time. */
type PastReader = CycleReader &
  Pick<JournalReader, 'baseline' | 'acknowledgements'> &
  Pick<RowReader, 'query'>;

/** Checks of the catalogue that are no part of the cycle: its coverage is that of the whole catalogue. */
function notRunOf({ outcomes, signals }: RecordedCycle): number {
  const executed = outcomes.filter((check) => check.executed).length;
  const all = signals.coverage ? Math.round(executed / signals.coverage) : 0;
  return Math.max(0, all - outcomes.length);
}

/**
 * Checks that earlier cycles of the window had an outcome of and the newest one has not: taken out of the suite, or the
 * part that they need is not declared any more.
 */
export function noLongerJudged(
  checks: readonly CheckHistory[],
  newest: Pick<RecordedCycle, 'outcomes'>,
): { id: string; title: string }[] {
  const judged = new Set(newest.outcomes.filter(({ outcome }) => outcome !== 'skipped').map(({ id }) => id));
  return checks.filter(({ id }) => !judged.has(id)).map(({ id, title }) => ({ id, title }));
}

/** The failures of before the deployment: what was kept after it may be what it broke. */
function baselineBefore(reader: PastReader, deployedMs: number): Baseline {
  const before = reader.baseline().filter(({ timeMs }) => timeMs <= deployedMs);
  return new Map(before.map(({ check, fingerprint }) => [check, fingerprint]));
}

function newestOf(cycle: RecordedCycle, checks: readonly CheckHistory[], baseline: Baseline): NewestCycle {
  const {
    fail = [],
    unknown = [],
    pass = [],
    skipped = [],
  } = Object.groupBy(cycle.outcomes, ({ outcome }) => outcome);
  const evidenceOf = ({ id, title, reason }: RecordedCycle['outcomes'][number]): CheckEvidence => ({
    id,
    title,
    reason: reason?.split('\n', 1)[0] ?? '',
  });
  const counted = fail.filter(isFailure);
  const isNew = (check: (typeof fail)[number]) => isNewFailure(check, baseline);
  return {
    id: cycle.id,
    verdict: cycle.verdict,
    problems: cycle.problems,
    endedMs: cycle.startedMs + cycle.durationMs,
    newFailures: counted.filter(isNew).map(evidenceOf),
    knownFailures: counted.filter((check) => !isNew(check)).map(evidenceOf),
    quarantined: fail.filter((check) => !isFailure(check)).map(({ id }) => id),
    unknown: unknown.map(evidenceOf),
    passed: pass.length,
    skipped: skipped.length,
    accepted: skipped.filter(isMeantSkip).length,
    notRun: notRunOf(cycle),
    noLonger: noLongerJudged(checks, cycle),
  };
}

function alertsOf(
  alerts: StoredState['alerts'],
  { table, naming }: Pick<GateSetup, 'table' | 'naming'>,
): RecordedEvidence['alerts'] {
  if (!alerts) return undefined;
  const forMs = new Map(alertRules(table, naming).map((rule) => [rule.name, rule.forSeconds * 1000]));
  const open = Object.values(alerts.state.alerts).flatMap(
    ({ rule, labels, status, sinceMs, heldMs, last, mute }): OpenAlert[] => {
      if (status === 'resolved') return [];
      const waits = status === 'pending' ? forMs.get(rule) : undefined;
      return [
        {
          rule,
          status,
          sinceMs,
          severity: labels.severity ?? 'critical',
          firesAtMs: waits === undefined ? undefined : last.atMs + Math.max(0, waits - heldMs),
          subject: labels.check ?? labels.trigger ?? labels.job,
          service: labels.service,
          instance: labels.instance,
          isExplained: mute?.kind === 'inhibited' || undefined,
        },
      ];
    },
  );
  return { evaluatedMs: alerts.atMs, open };
}

/** What the history holds about the deployment, the watch and its cycles, with what it says of itself. */
export function recordedEvidence(
  reader: PastReader,
  stored: StoredState,
  window: Period,
  rules: Pick<GateSetup, 'table' | 'naming' | 'intervalMs' | 'recoveryMs'>,
): RecordedEvidence {
  const { watch, schedule, newest, alerts, ...kept } = stored;
  const { targetId, deployment } = kept;
  const deployedMs = deployment?.timeMs ?? 0;
  // Cycles that somebody starts, such as cron, come as often as is configured.
  const configured = newest && newest.slotMs === undefined ? rules.intervalMs : undefined;
  const intervals = [schedule?.intervalMs, watch?.intervalMs].filter((value) => value !== undefined);
  const baseline = baselineBefore(reader, deployedMs);
  // Longer ago is nothing that the gate waits for.
  const recoveryMs = rules.recoveryMs ?? hourMs;
  const checks =
    targetId === undefined ? undefined : checkHistories(reader, targetId, window, baseline, recoveryMs);
  const covered = reader.coverage(window.fromMs, window.toMs, rules.intervalMs);
  const { due, observed, largestGapMs, gaps } = covered;
  const largest = largestGapOf(gaps);
  const cycles = reader.tally(window.fromMs, window.toMs, targetId ?? '');
  const isLost = gaps.some(({ reason }) => reason === 'its cycle is lost');
  return {
    ...kept,
    intervalMs: intervals.length > 0 ? Math.min(...intervals) : configured,
    watchedTargetId: watch?.targetId,
    cycles: {
      ...cycles,
      ...(cycles.inconclusive > 0 && { onlyDown: reader.onlyDown({ ...window, targetId: targetId ?? '' }) }),
    },
    coverage: {
      due,
      observed,
      largestGapMs,
      largestGapEndMs: largest?.toMs,
      largestGapWhy: largest?.reasons.join(', '),
      isLost,
    },
    passRate: targetId === undefined ? undefined : reader.passRate(window.fromMs, window.toMs, targetId),
    // A cycle of before the deployment tells nothing of it.
    newest: newest && newest.startedMs >= deployedMs ? newestOf(newest, checks ?? [], baseline) : undefined,
    checks,
    alerts: alertsOf(alerts, rules),
    outages: alerts && deployment && outagesIn(reader, alerts.state, deployment.timeMs),
  };
}
