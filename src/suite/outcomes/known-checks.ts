import { type CheckDefinition, type CheckSubject, shellText } from '../../core/index.ts';
import { isMeantSkip } from './accepted-skips.ts';
import { ambiguity, checksNamed, withoutTurn } from './check-names.ts';
import type { CheckOutcome } from './check-outcome.ts';
import type { JudgedSuite } from './judge-suite.ts';
import { isKeptBy, isNotLoaded, notLoadedText } from './whole-failure.ts';

/** A check that a suite without a built-in catalogue must hold, because it did before or because a file says so. */
export type KnownCheck = Pick<CheckDefinition, 'id' | 'title' | 'group'> &
  Pick<CheckOutcome, 'was'> &
  Partial<Pick<CheckDefinition, 'severity' | 'priority' | 'next'>> &
  CheckSubject;

/** What a suite must hold: `declared` in a file of the repository, or merely remembered from its last cycles. */
export interface KnownChecks {
  declared: boolean;
  checks: readonly KnownCheck[];
}

/** What is known of a check after it was seen. */
export function knownCheckOf({ id, was, title, group, definition }: CheckOutcome): KnownCheck {
  if (!definition) return { id, was, title, group };
  const { severity, priority, next, service, instance } = definition;
  return { id, was, title, group, severity, priority, next, service, instance };
}

function definitionOf(check: KnownCheck): Pick<CheckOutcome, 'definition'> {
  const { severity, priority, next } = check;
  if (!severity || !priority || next === undefined) return {};
  return { definition: { ...check, severity, priority, next, measures: '', needs: [], runbook: '' } };
}

/**
 * The checks of a run that a known one may mean: the one with its id, else those that are called so in short or were
 * before. Those that are known by their own id mean themselves alone.
 */
function meantBy(known: readonly KnownCheck[], outcomes: readonly CheckOutcome[]) {
  const ids = new Set(known.map(({ id }) => id));
  const others = outcomes.filter(({ id }) => !ids.has(id));
  const seen = new Map(outcomes.map((outcome) => [outcome.id, outcome]));
  return ({ id, was }: KnownCheck): CheckOutcome[] => {
    const self = seen.get(id);
    if (self) return [self];
    return was === undefined ? checksNamed(id, others) : [];
  };
}

/** What kept a check from running: the file that it stands in, or one for which its runner ran nothing at all, as pytest does. */
function unloadedBefore(id: string, outcomes: readonly CheckOutcome[]): CheckOutcome | undefined {
  const unloaded = outcomes.filter(isNotLoaded);
  const own = unloaded.find((failure) => isKeptBy(failure.id, id));
  return own ?? (unloaded.length === outcomes.length ? unloaded[0] : undefined);
}

/**
 * The same suite held against what it must hold: a known check that isn't there is unknown. Against a declared
 * catalogue a check that it doesn't list is a problem too; a remembered set only grows.
 */
export function heldAgainst(judged: JudgedSuite, known: KnownChecks): JudgedSuite {
  const meant = meantBy(known.checks, judged.outcomes);
  const expected = known.declared ? 'suite.catalogue lists it' : 'an earlier cycle had it';
  const [doubt] = judged.doubts;
  const forget = (id: string) =>
    known.declared ? '' : `; if it was taken out on purpose, run vigil checks --forget ${shellText([id])}`;
  // Of a run that broke off nobody asks whether a check was taken out.
  const reason = (id: string) => {
    const unloaded = unloadedBefore(id, judged.outcomes);
    if (unloaded) return `did not run: ${notLoadedText(unloaded)}`;
    return doubt === undefined ? `missing: ${expected}${forget(id)}` : `${doubt}; ${expected}`;
  };
  const missing = known.checks
    .filter((check) => meant(check).length === 0)
    .map(
      (check): CheckOutcome => ({
        id: check.id,
        was: check.was,
        title: check.title,
        group: check.group,
        outcome: 'unknown',
        executed: false,
        reason: reason(check.id),
        measurements: [],
        ...definitionOf(check),
      }),
    );
  const listed = new Set(known.checks.flatMap(meant));
  const strangers = known.declared
    ? judged.outcomes.filter((outcome) => !listed.has(outcome) && !isNotLoaded(outcome))
    : [];
  const twice = known.declared
    ? known.checks.filter((check) => meant(check).length > 1).map(({ id }) => ambiguity(id, judged.outcomes))
    : [];
  return {
    outcomes: [...judged.outcomes, ...missing],
    doubts: judged.doubts,
    problems: [
      ...judged.problems,
      ...twice.filter((said) => said !== undefined).map((said) => `suite.catalogue: ${said}`),
      ...strangers.map(({ id }) => `“${id}” is not in suite.catalogue; vigil checks --write puts it there`),
    ],
  };
}

/** The same run without the checks that only other shards owe. */
export function withoutOthers(
  judged: JudgedSuite,
  own: readonly KnownCheck[],
  others: readonly KnownCheck[],
): JudgedSuite {
  const meant = meantBy([...own, ...others], judged.outcomes);
  const owed = new Set(own.flatMap(meant));
  const ofOthers = new Set(others.flatMap(meant));
  const outcomes = judged.outcomes.filter((outcome) => owed.has(outcome) || !ofOthers.has(outcome));
  return { ...judged, outcomes };
}

/** A repeated title may be a retry: what came beside a failure of that title is no check to expect again. */
function mayBeRetry({ id }: CheckOutcome, outcomes: readonly CheckOutcome[]): boolean {
  const title = withoutTurn(id);
  return (
    title !== id && outcomes.some((other) => other.outcome !== 'pass' && withoutTurn(other.id) === title)
  );
}

/**
 * What to remember after a cycle: everything known and everything seen, the newest words for each. A run that is doubted
 * teaches nothing new.
 */
export function remembered(
  known: readonly KnownCheck[],
  outcomes: readonly CheckOutcome[],
  isDoubted = false,
): KnownCheck[] {
  const meant = meantBy(known, outcomes);
  // One that was known by a shorter name is known by its id from now on.
  const kept = isDoubted ? known : known.filter((check) => meant(check).every(({ id }) => id === check.id));
  const all = new Map(kept.map((check) => [check.id, check]));
  const isNews = (outcome: CheckOutcome) => !isDoubted && !mayBeRetry(outcome, outcomes);
  // What did not run may be a file or a hook under the name of a check; an accepted skip is a check that somebody knows.
  for (const outcome of outcomes.filter((each) => each.executed || isMeantSkip(each)))
    if (all.has(outcome.id) || isNews(outcome)) all.set(outcome.id, knownCheckOf(outcome));
  return [...all.values()];
}
