import { type AlertRecord, type EngineState, rollbackTriggers } from '../../../alerts/index.ts';
import { formatBound, formatDuration, formatValue, type ThresholdTable } from '../../../core/index.ts';
import type { RollbackTrigger } from './run.ts';

/** The alert's episode: one automatic rollback answers it, however long it fires. */
const episodeOf = ({ fingerprint, firedAtMs }: AlertRecord): string => `${fingerprint}@${firedAtMs}`;

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
        episode: episodeOf(alert),
        ...(alert.value !== undefined && { value: alert.value }),
        ...(alert.value !== undefined && unit && { shown: formatValue(alert.value, unit) }),
        ...(rollback && unit && { limit: `${formatBound(rollback, unit)}${time}` }),
        sinceMs: alert.sinceMs,
        firedMs: alert.firedAtMs ?? alert.sinceMs,
        muted: alert.mute?.kind === 'maintenance' || alert.mute?.kind === 'acknowledged',
      };
    });
}
