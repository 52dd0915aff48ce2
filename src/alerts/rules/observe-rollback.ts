import { type Bound, holds, type SignalName, type ThresholdTable } from '../../core/index.ts';
import { type CheckOutcome, isFailure, isKeptBy, isOfWatcher } from '../../suite/index.ts';
import type { Observation, Reading } from '../engine/inputs.ts';
import type { EngineState } from '../engine/state.ts';
import { type SignalNaming, scaledBy } from '../signals/algebra/signal-naming.ts';
import type { SignalValues } from '../signals/reading.ts';
import { explainedByChecks, isOfPassRate } from './explain-pass-rate.ts';
import { severityOf } from './rule.ts';
import { signalCause } from './signal-cause.ts';

/** The four reasons for a rollback: label value, signal, and the check that tells whether it was there before. */
export const rollbackTriggers = [
  { trigger: 'error_ratio', signal: 'errorRatio', check: 'R01' },
  { trigger: 'pass_rate', signal: 'passRate', check: 'R02' },
  { trigger: 'latency_p95', signal: 'latencyP95', check: 'R03' },
  { trigger: 'service_down', signal: 'uptime', check: undefined },
] as const satisfies readonly { trigger: string; signal: SignalName; check: string | undefined }[];

export interface TriggerEvidence {
  values: SignalValues;
  /** Of the last cycle, when there was one; the pass rate is judged by them. */
  outcomes?: readonly CheckOutcome[] | undefined;
  /** Whether a failure was there before the deployment, by its check's id. */
  isKnown: (check: string) => boolean;
  /** Whether all that is down never ran the release that is judged: no rollback of it brings that back. */
  isDownOutside?: boolean | undefined;
  /** Signals that were past their limits before the deployment as far as they are now. */
  wasPast?: ReadonlySet<SignalName> | undefined;
}

/** Whether each trigger calls for a rollback by new failures; one that is unknown or pending is absent. */
export type RollbackTriggers = Readonly<Record<string, boolean>>;

/** A trigger calls for a rollback while its alert fires; otherwise only a clear reading says that it doesn't. */
export function rollbackCalls(observations: readonly Observation[], state: EngineState): RollbackTriggers {
  const firing = Object.values(state.alerts).filter(
    ({ rule, status }) => rule === 'RollbackRequired' && status === 'firing',
  );
  return Object.fromEntries(
    observations.flatMap(({ labels, reading, isNew }): [string, boolean][] => {
      const trigger = labels?.trigger ?? '';
      if (firing.some((alert) => alert.labels.trigger === trigger)) return [[trigger, true]];
      // A trigger that was crossed before the deployment calls for nothing.
      return reading.state === 'clear' || (reading.state === 'breached' && isNew === false)
        ? [[trigger, false]]
        : [];
    }),
  );
}

const judged = (bound: Bound, value: number): Reading => ({
  state: holds(bound, value) ? 'breached' : 'clear',
  value,
});

/** Fewer failing checks than this call for no rollback by themselves, unless one of them is critical. */
const fewestMinorFailures = 3;

const isCritical = ({ definition }: Pick<CheckOutcome, 'definition'>): boolean =>
  (definition?.severity ?? severityOf(definition?.priority ?? 'P1')) === 'critical';

type Rated = Pick<CheckOutcome, 'id' | 'group' | 'outcome' | 'reason' | 'quarantined' | 'definition'>;

/** The checks that a pass rate of new failures counts, by what is known of them. */
function rated<Check extends Rated>(outcomes: readonly Check[], isKnown: TriggerEvidence['isKnown']) {
  const counted = outcomes.filter((check) => check.outcome === 'pass' || !isOfPassRate(check));
  const failures = counted.filter((check) => isFailure(check) && !isKnown(check.id));
  const [ofWatcher, failing] = [
    failures.filter(isOfWatcher),
    failures.filter((check) => !isOfWatcher(check)),
  ];
  const isLost = ({ id }: Check) => failing.some((failure) => isKeptBy(failure.id, id));
  const open = counted.filter(({ outcome }) => outcome === 'unknown');
  return {
    passed: counted.filter(({ outcome }) => outcome === 'pass').length,
    failing,
    /** Checks that did not run because their file or their group failed: they count as failures with it. */
    lost: open.filter(isLost),
    unknown: [...open.filter((check) => !isLost(check)), ...ofWatcher],
  };
}

/**
 * The pass rate without the checks that failed before the deployment already, those in quarantine, and the failing of
 * those that judge this rate. Checks that a failed file or group kept from running count as failed. What lies with who
 * watches is unknown, and the unknown never calls for a rollback. It is breached when it is even if every unknown check
 * had passed, clear when it is clear had they all failed, else unknown.
 */
export function passRateReading(
  outcomes: readonly CheckOutcome[],
  bound: Bound,
  isKnown: TriggerEvidence['isKnown'],
): Reading {
  const { passed, failing, lost, unknown } = rated(outcomes, isKnown);
  const failed = failing.length + lost.length;
  const all = passed + failed + unknown.length;
  const [worst, best] = [judged(bound, passed / all), judged(bound, (passed + unknown.length) / all)];
  if (all === 0 || worst.state !== best.state) return { state: 'unknown' };
  const isMinor = failed < fewestMinorFailures && !failing.some(isCritical);
  if (best.state === 'clear' || !isMinor) return best;
  return unknown.length > 0 ? { state: 'unknown' } : { state: 'clear', value: best.value };
}

/** What tells the pass rate of a rollback trigger from that of the cycle: unknown checks count as passed. Else ''. */
export function countedAsPassed(
  { rule, labels }: { rule: string; labels: Readonly<Record<string, string>> },
  outcomes: readonly Rated[],
): string {
  if (rule !== 'RollbackRequired' || labels.trigger !== 'pass_rate') return '';
  const { length } = rated(outcomes, () => false).unknown;
  if (length === 0) return '';
  return `, counting ${length} unknown ${length === 1 ? 'check' : 'checks'} as passed`;
}

/**
 * One reading of `RollbackRequired` per trigger, each with the time that its limit must be crossed for.
 * A trigger that was crossed before the deployment (its signal was past the limit, or its check is known) is told as not new.
 */
export function observeRollback(
  evidence: TriggerEvidence,
  table: ThresholdTable,
  naming: Pick<SignalNaming, 'timeScale'> = {},
): Observation[] {
  const { values, outcomes, isKnown, isDownOutside = false, wasPast } = evidence;
  return rollbackTriggers.flatMap(({ trigger, signal, check }): Observation[] => {
    const { rollback: bound } = table[signal] as ThresholdTable[SignalName];
    if (!bound) return [];
    const value = values[signal];
    let reading: Reading = { state: 'unknown' };
    if (signal === 'passRate') {
      if (outcomes) reading = passRateReading(outcomes, bound, isKnown);
    } else if (signal === 'uptime' && isDownOutside) reading = { state: 'clear' };
    else if (value !== undefined && !Number.isNaN(value)) reading = judged(bound, value);
    // The pass rate has left known failures out by itself; R02 may have been red for others than these.
    const isOld = wasPast?.has(signal) || (check !== undefined && isKnown(check));
    const isNew = signal === 'passRate' || !isOld;
    const forMs = scaledBy(naming, (bound.forSeconds ?? 0) * 1000);
    const explainedBy = signal === 'passRate' && outcomes ? explainedByChecks(outcomes, bound) : undefined;
    const cause = signalCause(signal);
    return [{ rule: 'RollbackRequired', labels: { trigger }, reading, isNew, forMs, cause, explainedBy }];
  });
}
