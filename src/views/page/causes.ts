import { failingFirst } from '../../alerts/index.ts';
import type { RecordedOutcome } from '../../history/index.ts';
import { failureText, shownNames } from '../../suite/index.ts';
import type { Facts } from './facts.ts';
import { clause, countText, listed } from './words.ts';

type Known = Pick<Facts, 'cycle' | 'down'> & { source: Pick<Facts['source'], 'catalogue'> };

/** What is wrong in a few words, and what the person on call does about it. */
export interface Cause {
  text: string;
  next: string | undefined;
}

/** An alert by its rule, and the check, the trigger or the service that it is of. */
interface Named {
  name: string;
  subject: string | undefined;
}

/** Whether an alert only sums up what checks show: its cause is one of them. */
export const isSum = ({ name, subject }: Named): boolean =>
  name.startsWith('TestPassRate') || subject === 'pass_rate' || subject === 'C05' || subject === 'R02';

/** How little an alert says of the cause: a call for a rollback the least, then a sum. */
export const distanceFromCause = (alert: Named): number =>
  2 * Number(alert.name === 'RollbackRequired') + Number(isSum(alert));

/** The services that do not answer: `api is down`; `undefined` while all of them do. */
export function downText({ down }: Pick<Facts, 'down'>): string | undefined {
  if (down.length === 0) return undefined;
  return `${listed(down)} ${down.length === 1 ? 'is' : 'are'} down`;
}

/** A check as people know it. */
export function nameOfCheck({ cycle }: Pick<Facts, 'cycle'>): (id: string) => string {
  const shown = shownNames(cycle?.outcomes.map(({ id }) => id) ?? []);
  return (id) => shown.get(id) ?? id;
}

/** The checks that fail by themselves, the gravest first; those that only tell of a rate or a trigger come last. */
export function failingChecks({ cycle, source }: Pick<Known, 'cycle' | 'source'>): RecordedOutcome[] {
  const definitions = new Map(source.catalogue?.map((definition) => [definition.id, definition]));
  return failingFirst(cycle?.outcomes ?? [], (id) => definitions.get(id));
}

/** The first of some failing checks with its value and limit, and the others by name. */
export function failingText(checks: readonly RecordedOutcome[], known: Pick<Known, 'cycle'>): string {
  const [first, ...others] = checks;
  if (!first) return '';
  const named = nameOfCheck(known);
  const more = others.length === 0 ? '' : `; ${listed(others.map(({ id }) => named(id)))}`;
  const verb = others.length === 1 ? 'fails' : 'fail';
  return `${failureText(first, named(first.id))}${more === '' ? '' : `${more} ${verb} too`}`;
}

/** Checks that could not judge, why, and whether any other failed. */
export function unknownText(
  checks: readonly RecordedOutcome[],
  hasFailed: boolean,
  known: Pick<Known, 'cycle'>,
): string {
  const named = nameOfCheck(known);
  const names = listed(checks.map(({ id }) => named(id)));
  const reason = clause(checks[0]?.reason ?? 'no reason given');
  const isStarved = checks.every((check) => /no live traffic|too few operations/.test(check.reason ?? ''));
  const what = isStarved
    ? countText(checks.length, 'check has too little traffic', 'checks have too little traffic')
    : countText(checks.length, 'check is unknown', 'checks are unknown');
  return `${what}${hasFailed ? '' : '; none failed'} (${names}: ${reason})`;
}

/** What pulls a sum over its limit: a service that is down, the failing checks, or those that could not judge. */
export function causeOf(known: Known): Cause | undefined {
  const down = downText(known);
  if (down !== undefined) return { text: down, next: undefined };
  const failing = failingChecks(known);
  const [first] = failing;
  if (first) {
    const next = known.source.catalogue?.find(({ id }) => id === first.id)?.next;
    return { text: failingText(failing, known), next };
  }
  const unknown = (known.cycle?.outcomes ?? []).filter(({ outcome }) => outcome === 'unknown');
  if (unknown.length === 0) return undefined;
  const next = 'find out why they could not judge; unknown never counts as pass';
  return { text: unknownText(unknown, false, known), next };
}
