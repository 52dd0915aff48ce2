import { type EngineState, rollbackTriggers } from '../../../alerts/index.ts';
import {
  formatBound,
  formatDuration,
  formatValue,
  type ThresholdTable,
  VigilError,
} from '../../../core/index.ts';
import type { RollbackTrigger } from './run.ts';

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

/** The trigger of this name, which fires now, and the reason that it is, with its numbers. @throws USAGE */
export function firingTrigger(
  state: EngineState | undefined,
  table: ThresholdTable,
  name: string,
): { trigger: RollbackTrigger; reason: string } {
  const due = state ? dueTriggers(state, table) : [];
  const found = due.find((trigger) => trigger.name === name);
  if (found) {
    const { shown: _shown, muted: _, ...trigger } = found;
    const since = new Date(trigger.sinceMs).toISOString().replace(/\.\d+Z$/, 'Z');
    return { trigger, reason: `${triggerText(found)}, since ${since}` };
  }
  throw new VigilError('USAGE', `the trigger ${name} does not fire`, {
    expected: due.map((trigger) => trigger.name).join(', ') || 'no trigger fires now',
    hint: 'without --trigger, --reason says why',
  });
}
