import { byText, type CheckDefinition } from '../../core/index.ts';
import {
  type CheckOutcome,
  failureText,
  isFailure,
  isLate,
  isNotLoaded,
  lateAdvice,
  shownNames,
  wasUnderWay,
} from '../../suite/index.ts';
import { isOfPassRate } from './explain-pass-rate.ts';

type Judged = Pick<
  CheckOutcome,
  'id' | 'title' | 'group' | 'outcome' | 'reason' | 'measurements' | 'quarantined' | 'definition'
>;

type DefinitionOf = (id: string) => CheckDefinition | undefined;

/** The checks that fail, the gravest first; those that only tell of a rate or a trigger come last. */
export function failingFirst<Check extends Pick<Judged, 'id' | 'group' | 'outcome' | 'quarantined'>>(
  outcomes: readonly Check[],
  definitionOf: DefinitionOf,
): Check[] {
  const priorityOf = ({ id }: Check) => definitionOf(id)?.priority ?? 'P1';
  const isDerived = (check: Check) => Number(isOfPassRate(check) || check.group === 'rollback');
  return outcomes
    .filter(isFailure)
    .toSorted((a, b) => isDerived(a) - isDerived(b) || byText(priorityOf(a), priorityOf(b)));
}

/**
 * What to do about a pass rate past its limit: the check that pulls it down, with its own next step. No check is named where
 * the time limit of the suite ended it and nothing tells which hung. `undefined` where every check passes, as when the rate is
 * of earlier cycles.
 */
export function passRateStep(
  outcomes: readonly Judged[],
  definitionOf: DefinitionOf = (id) => outcomes.find((check) => check.id === id)?.definition,
): { check: string | undefined; cause: string; next: string } | undefined {
  const failing = failingFirst(outcomes, definitionOf);
  const unknown = outcomes.filter(({ outcome }) => outcome === 'unknown');
  const check =
    failing[0] ??
    unknown.find(isNotLoaded) ??
    unknown.find(({ reason }) => wasUnderWay(reason)) ??
    unknown[0];
  if (!check) return undefined;
  if (check.outcome === 'unknown' && isLate(check.reason) && !wasUnderWay(check.reason)) {
    const cause = `${unknown.length} unknown checks: ${(check.reason ?? '').split('; ', 1)[0]}`;
    return { check: undefined, cause, next: `${cause}: ${lateAdvice}` };
  }
  const definition = definitionOf(check.id);
  const next =
    (check.outcome === 'unknown' && definition?.nextWhenUnknown) ||
    definition?.next ||
    (isNotLoaded(check) && 'mend that file of the suite; it says nothing of the service') ||
    'read its message, then run it alone';
  const shown = shownNames(outcomes.map(({ id }) => id)).get(check.id);
  const others = (failing.length > 0 ? failing : unknown).length - 1;
  const more =
    others === 0
      ? ''
      : ` (first of ${others + 1} ${check.outcome === 'fail' ? 'failing' : 'unknown'} checks)`;
  const cause = `${failureText(check, shown)}${more}`;
  return { check: check.id, cause, next: `${cause}: ${next}` };
}
