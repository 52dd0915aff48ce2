import { endOf, type QuarantineEntry } from '../../core/index.ts';
import { checksNamed } from './check-names.ts';
import type { CheckOutcome } from './check-outcome.ts';

/** What an entry of the quarantine came to in one cycle. */
export interface QuarantineState extends QuarantineEntry {
  /**
   * `excused`: the check failed, which is listed and decides nothing. `idle`: it did not fail. `expired`: the entry
   * has no effect any more. `absent`: no check of this cycle has that id, or several have that name.
   */
  state: 'excused' | 'idle' | 'expired' | 'absent';
}

/**
 * Marks the failures that a quarantine excuses. They stay failures, with the name of who mends them; only a failure is
 * excused, never an unknown, and an entry whose time is over excuses nothing.
 */
export function quarantine(
  outcomes: readonly CheckOutcome[],
  entries: readonly QuarantineEntry[],
  nowMs: number,
): { outcomes: CheckOutcome[]; entries: QuarantineState[] } {
  const excused = new Map<string, QuarantineEntry>();
  const stateOf = (entry: QuarantineEntry): QuarantineState['state'] => {
    if (nowMs > endOf(entry.until)) return 'expired';
    const [check, ...others] = checksNamed(entry.check, outcomes);
    // A name that means several checks excuses none of them.
    if (!check || others.some(({ id }) => id !== check.id)) return 'absent';
    if (check.outcome !== 'fail') return 'idle';
    excused.set(check.id, entry);
    return 'excused';
  };
  const states = entries.map((entry) => ({ ...entry, state: stateOf(entry) }));
  return {
    outcomes: outcomes.map((outcome) => {
      const entry = excused.get(outcome.id);
      if (!entry || outcome.outcome !== 'fail') return outcome;
      const { owner, until, reason } = entry;
      return { ...outcome, quarantined: { owner, until, reason } };
    }),
    entries: states,
  };
}

/**
 * The checks that no entry names now, whatever the others came to: one that did not run is no failure of its own, and still in
 * quarantine. A name that means several checks takes none of them away.
 */
export function withoutQuarantined<Check extends Pick<CheckOutcome, 'id' | 'was'>>(
  outcomes: readonly Check[],
  entries: readonly Pick<QuarantineEntry, 'check' | 'until'>[],
  nowMs: number,
): readonly Check[] {
  const named = entries
    .filter(({ until }) => nowMs <= endOf(until))
    .map(({ check }) => new Set(checksNamed(check, outcomes).map(({ id }) => id)))
    .filter(({ size }) => size === 1);
  return named.length === 0 ? outcomes : outcomes.filter(({ id }) => !named.some((ids) => ids.has(id)));
}

/** Whether a failure counts: one that is in quarantine is shown and decides nothing. */
export const isFailure = ({ outcome, quarantined }: Pick<CheckOutcome, 'outcome' | 'quarantined'>): boolean =>
  outcome === 'fail' && quarantined === undefined;
