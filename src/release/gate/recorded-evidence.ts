import { alertRules } from '../../alerts/index.ts';
import type { Gap, HistoryReader, RecordedCycle } from '../../history/index.ts';
import { savedState } from '../../monitor/index.ts';
import { isNewFailure } from '../../suite/index.ts';
import type { CheckEvidence, NewestCycle, OpenAlert, Period, RecordedEvidence } from './evidence.ts';
import type { GateSetup } from './gate-setup.ts';
import { noLongerJudged } from './no-longer-judged.ts';

export interface RecordedQuestion extends Pick<GateSetup, 'targetId' | 'table' | 'naming'> {
  atMs: number;
  window: Period;
  deployment: RecordedEvidence['deployment'];
  taken: RecordedEvidence['taken'];
  rollbacks: RecordedEvidence['rollbacks'];
}

/** Clocks of two processes on one machine don't differ by more. */
const clockToleranceMs = 1000;
const forEver = Number.MAX_SAFE_INTEGER;

/** Entries dated after now, in words: with them nothing that depends on time can be believed. */
function futureEntries(reader: HistoryReader, atMs: number): string[] {
  const afterMs = atMs + clockToleranceMs;
  const cycles = Object.values(reader.tally(afterMs, forEver)).reduce((sum, count) => sum + count, 0);
  const sentinel = savedState(reader, 'sentinel');
  const isAfter = (timeMs: number | undefined) => timeMs !== undefined && timeMs > afterMs;
  const gridMs = reader.grids().at(-1)?.startMs;
  return [
    ...reader.deployments(afterMs, forEver).map(({ release }) => `the deployment of ${release}`),
    ...(cycles > 0 ? [`${cycles} cycle${cycles === 1 ? '' : 's'}`] : []),
    ...(isAfter(reader.stateSavedMs('alerts')) ? ['the alerts'] : []),
    ...(sentinel && 'atMs' in sentinel && isAfter(sentinel.atMs) ? ['the sentinel'] : []),
    ...(isAfter(gridMs) ? ['the schedule'] : []),
    ...(reader.series('up', [], afterMs, forEver).length > 0 ? ['samples'] : []),
    ...(reader.decisions(afterMs, forEver).length > 0 ? ['a decision'] : []),
  ];
}

/** Checks of the catalogue that are no part of the cycle: its coverage is that of the whole catalogue. */
function notRunOf({ outcomes, signals }: RecordedCycle): number {
  const executed = outcomes.filter((check) => check.executed).length;
  const all = signals.coverage ? Math.round(executed / signals.coverage) : 0;
  return Math.max(0, all - outcomes.length);
}

function newestOf(
  cycle: RecordedCycle,
  reader: HistoryReader,
  { window, deployment }: RecordedQuestion,
): NewestCycle {
  // What was kept after the deployment may be what the deployment broke.
  const before = reader.baseline().filter(({ timeMs }) => timeMs <= (deployment?.timeMs ?? 0));
  const baseline = new Map(before.map(({ check, fingerprint }) => [check, fingerprint]));
  const of = (outcome: string) => cycle.outcomes.filter((check) => check.outcome === outcome);
  const evidenceOf = ({ id, title, reason }: RecordedCycle['outcomes'][number]): CheckEvidence => ({
    id,
    title,
    reason: reason?.split('\n', 1)[0] ?? '',
  });
  const failures = of('fail');
  const isNew = (check: (typeof failures)[number]) => isNewFailure(check, baseline);
  return {
    id: cycle.id,
    verdict: cycle.verdict,
    problems: cycle.problems,
    endedMs: cycle.startedMs + cycle.durationMs,
    newFailures: failures.filter(isNew).map(evidenceOf),
    knownFailures: failures.filter((check) => !isNew(check)).map(evidenceOf),
    unknown: of('unknown').map(evidenceOf),
    passed: of('pass').length,
    skipped: of('skipped').length,
    notRun: notRunOf(cycle),
    noLonger: noLongerJudged(reader, cycle, window),
  };
}

function alertsOf(reader: HistoryReader, { table, naming }: RecordedQuestion): RecordedEvidence['alerts'] {
  const state = savedState(reader, 'alerts');
  const evaluatedMs = reader.stateSavedMs('alerts');
  if (!state || evaluatedMs === undefined) return undefined;
  const forMs = new Map(alertRules(table, naming).map((rule) => [rule.name, rule.forSeconds * 1000]));
  const open = Object.values(state.alerts).flatMap(
    ({ rule, labels, status, sinceMs, heldMs, last }): OpenAlert[] => {
      if (status === 'resolved') return [];
      const waits = status === 'pending' ? forMs.get(rule) : undefined;
      return [
        {
          rule,
          status,
          sinceMs,
          severity: labels.severity ?? 'critical',
          firesAtMs: waits === undefined ? undefined : last.atMs + Math.max(0, waits - heldMs),
          subject: labels.check ?? labels.trigger,
        },
      ];
    },
  );
  return { evaluatedMs, open };
}

/** When the longest time without evidence ended; gaps with different reasons that touch are one. */
function endOfLargest(gaps: readonly Gap[]): number {
  let largest = { lengthMs: 0, toMs: 0 };
  let fromMs = Number.NaN;
  let endMs = Number.NaN;
  for (const gap of gaps) {
    if (gap.fromMs !== endMs) fromMs = gap.fromMs;
    endMs = gap.toMs;
    if (endMs - fromMs >= largest.lengthMs) largest = { lengthMs: endMs - fromMs, toMs: endMs };
  }
  return largest.toMs;
}

/** What the history holds about the deployment, the watch and its cycles. */
export function recordedEvidence(reader: HistoryReader, question: RecordedQuestion): RecordedEvidence {
  const { atMs, window, deployment, targetId, taken, rollbacks } = question;
  const watch = savedState(reader, 'watch');
  const grid = reader.grids().at(-1);
  const intervals = [grid?.intervalMs, watch?.intervalMs].filter((value) => value !== undefined);
  const { due, observed, largestGapMs, gaps } = reader.coverage(window.fromMs, window.toMs);
  const passRate = targetId === undefined ? undefined : reader.passRate(window.fromMs, window.toMs, targetId);
  const latest = targetId === undefined ? undefined : reader.latestCycle(targetId);
  // A cycle of before the deployment tells nothing of it.
  const newest = latest && latest.startedMs >= (deployment?.timeMs ?? 0) ? latest : undefined;
  return {
    targetId,
    deployment,
    fromTheFuture: futureEntries(reader, atMs),
    taken,
    intervalMs: intervals.length > 0 ? Math.min(...intervals) : undefined,
    watchedTargetId: watch?.targetId,
    cycles: reader.tally(window.fromMs, window.toMs, targetId ?? ''),
    coverage: {
      due,
      observed,
      largestGapMs,
      largestGapEndMs: gaps.length > 0 ? endOfLargest(gaps) : undefined,
    },
    passRate: passRate && { ratio: passRate.ratio, judged: passRate.judged },
    newest: newest && newestOf(newest, reader, question),
    alerts: alertsOf(reader, question),
    sentinel: savedState(reader, 'sentinel'),
    confirmation: savedState(reader, 'confirmation'),
    rollbacks,
  };
}
