import type { EngineState } from '../../alerts/index.ts';
import type { JournalReader } from '../../history/index.ts';
import type { Outage } from './evidence.ts';

/** The rollback triggers that fired since a deployment, by failures that it brought, and are over. */
export function outagesIn(
  reader: Pick<JournalReader, 'acknowledgements'>,
  { incidents }: EngineState,
  deployedMs: number,
): Outage[] {
  const members = Object.values(incidents).flatMap((incident) => incident.members);
  return members.flatMap(({ rule, labels, fingerprint, isNew, firedMs, endedMs }): Outage[] => {
    if (rule !== 'RollbackRequired' || !isNew || endedMs === undefined || firedMs < deployedMs) return [];
    const acknowledged = reader
      .acknowledgements(firedMs, Number.MAX_SAFE_INTEGER)
      .find(({ alertKey }) => alertKey === fingerprint);
    return [{ trigger: labels.trigger ?? rule, firedMs, endedMs, acknowledgedBy: acknowledged?.who }];
  });
}
