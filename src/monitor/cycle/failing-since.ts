import type { Snapshot } from '../../history/index.ts';
import type { CheckOutcome } from '../../suite/index.ts';

/** Since when each failing check has failed without a break, as the recorded cycles of its target show. */
export function withFailingSince(
  outcomes: readonly CheckOutcome[],
  snapshots: readonly Snapshot[],
  startedAt: Date,
): CheckOutcome[] {
  return outcomes.map((outcome) => {
    if (outcome.outcome !== 'fail') return outcome;
    const broken = snapshots.findLastIndex(({ failing }) => !failing.includes(outcome.id));
    const before = snapshots.slice(broken + 1);
    const timestamp = before[0]?.timestamp ?? startedAt.toISOString();
    return { ...outcome, failingSince: { timestamp, cycles: before.length + 1 } };
  });
}
