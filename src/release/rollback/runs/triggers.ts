import { type EngineState, healthCheckRule, rollbackTriggers } from '../../../alerts/index.ts';
import {
  didYouMean,
  formatBound,
  formatDuration,
  formatValue,
  isoSecond,
  oneLine,
  shortened,
  type ThresholdTable,
  VigilError,
} from '../../../core/index.ts';
import type { RecordedOutcome } from '../../../history/index.ts';
import { failureText, isFailure } from '../../../suite/index.ts';
import type { RollbackTrigger } from './run.ts';

/** A check of the newest cycle. */
type JudgedCheck = Pick<
  RecordedOutcome,
  'id' | 'was' | 'title' | 'outcome' | 'reason' | 'measurements' | 'quarantined'
>;

export interface DueTrigger extends RollbackTrigger {
  /** The value as a person reads it. */
  shown?: string;
  /** Planned work explains it, or somebody has taken it. */
  muted: boolean;
}

/** The triggers whose RollbackRequired fires for what the deployment brought, the oldest first. */
export function dueTriggers(state: EngineState, table: ThresholdTable): DueTrigger[] {
  return Object.values(state.alerts)
    .filter(
      ({ rule, status, isNew, firedAtMs }) =>
        rule === 'RollbackRequired' && status === 'firing' && isNew && firedAtMs !== undefined,
    )
    .sort((a, b) => (a.firedAtMs ?? 0) - (b.firedAtMs ?? 0))
    .map((alert) => {
      const name = alert.labels.trigger ?? '';
      const signal = rollbackTriggers.find(({ trigger }) => trigger === name)?.signal;
      const { unit, rollback } = signal
        ? (table[signal] as ThresholdTable['errorRatio'])
        : { unit: undefined, rollback: undefined };
      const time = rollback?.forSeconds ? ` for ${formatDuration(rollback.forSeconds * 1000)}` : '';
      return {
        name,
        episode: `${alert.fingerprint}@${alert.firedAtMs}`,
        ...(alert.value !== undefined && { value: alert.value }),
        ...(alert.value !== undefined && unit && { shown: formatValue(alert.value, unit) }),
        ...(rollback && unit && { limit: `${formatBound(rollback, unit)}${time}` }),
        sinceMs: alert.sinceMs,
        firedMs: alert.firedAtMs ?? alert.sinceMs,
        muted: alert.mute?.kind === 'maintenance' || alert.mute?.kind === 'acknowledged',
      };
    });
}

/** What calls for a rollback, with its numbers. */
export function triggerText({ name, shown, limit }: DueTrigger): string {
  return `trigger ${name}${shown ? ` at ${shown}` : ''}${limit ? `, past ${limit}` : ''}`;
}

/** The check that fails while a trigger fires with its reason, as far as the deployment brought it, and what fails beside it. */
function failingText(state: EngineState | undefined, outcomes: readonly JudgedCheck[]): string | undefined {
  const failing = Object.values(state?.alerts ?? {}).filter(
    ({ rule, status, isNew }) => rule === healthCheckRule.name && status === 'firing' && isNew,
  );
  // An alert stays open while its check did not run or is in quarantine; what failed now is in the cycle.
  const failsNow = (name: string) =>
    outcomes.length === 0 ||
    outcomes.some((check) => (check.id === name || check.was === name) && isFailure(check));
  const names = failing
    .flatMap(({ labels }) => labels.check ?? [])
    .filter(failsNow)
    .sort();
  const named = outcomes.find(({ id, reason }) => names.includes(id) && reason);
  if (!named) return names.length > 0 ? `failing: ${names.join(', ')}` : undefined;
  const others = names.filter((name) => name !== named.id);
  const more =
    others.length > 0 ? `; ${others.join(', ')} ${others.length === 1 ? 'fails' : 'fail'} too` : '';
  return `${shortened(oneLine(failureText(named, named.id)), 200)}${more}`;
}

/**
 * The trigger of this name, which fires now, and the reason for it: `cause` and the failing check before its numbers.
 * @throws USAGE
 */
export function firingTrigger(
  state: EngineState | undefined,
  table: ThresholdTable,
  name: string,
  outcomes: readonly JudgedCheck[] = [],
  cause?: string | undefined,
): { trigger: RollbackTrigger; reason: string } {
  const due = state ? dueTriggers(state, table) : [];
  const found = due.find((trigger) => trigger.name === name);
  if (found) {
    const { shown: _shown, muted: _, ...trigger } = found;
    const since = isoSecond(trigger.sinceMs);
    const numbers = `${triggerText(found)}, since ${since}`;
    const parts = [cause, failingText(state, outcomes), numbers].filter((text) => text !== undefined);
    return { trigger, reason: parts.join('; ') };
  }
  const names = rollbackTriggers.map(({ trigger }) => trigger);
  throw new VigilError('USAGE', `the trigger ${name} does not fire${didYouMean(name, names)}`, {
    expected: due.map((trigger) => trigger.name).join(', ') || 'no trigger fires now',
    hint: 'without --trigger, --reason says why',
  });
}
