import type { Witness } from '../../clients/index.ts';
import type { CheckOutcome } from '../../suite/index.ts';
import type { TargetObservation } from './observe.ts';

/** What a cycle saw. */
interface Seen {
  outcomes: CheckOutcome[];
  observed: TargetObservation;
  /** Why nothing of it counts, where the watch itself was cut off. */
  cutOff?: string | undefined;
}

/**
 * Asks the witnesses when something failed. Where none of them answers, or none did at some time of the cycle, it is the
 * network of the watch: then every outcome is unknown, and nothing was seen of the services.
 */
export async function unlessWatchCutOff(
  { outcomes, observed }: Seen,
  witness: Witness | undefined,
  sinceMs: number,
): Promise<Seen> {
  const hasFailure = observed.downReason !== undefined || outcomes.some(({ outcome }) => outcome === 'fail');
  if (!witness || !hasFailure) return { outcomes, observed };
  const isCutOff = (await witness.isCutOff(true)) || witness.wasOfflineSince(sinceMs);
  if (!isCutOff) return { outcomes, observed };
  const cutOff = `the network of the watch was down: no witness answered (${witness.names})`;
  return {
    cutOff,
    observed: { up: true, values: observed.values, instances: [] },
    outcomes: outcomes.map((one) =>
      one.outcome === 'skipped' ? one : { ...one, outcome: 'unknown', reason: cutOff },
    ),
  };
}
