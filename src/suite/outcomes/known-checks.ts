import type { CheckDefinition } from '../../core/index.ts';
import type { CheckOutcome } from './check-outcome.ts';
import type { JudgedSuite } from './judge-suite.ts';

/** A check that a suite without a built-in catalogue must hold, because it did before or because a file says so. */
export type KnownCheck = Pick<CheckDefinition, 'id' | 'title' | 'group'> &
  Partial<Pick<CheckDefinition, 'severity' | 'priority' | 'next'>>;

/** What a suite must hold: `declared` in a file of the repository, or merely remembered from its last cycles. */
export interface KnownChecks {
  declared: boolean;
  checks: readonly KnownCheck[];
}

/** What is known of a check after it was seen. */
export function knownCheckOf({ id, title, group, definition }: CheckOutcome): KnownCheck {
  if (!definition) return { id, title, group };
  const { severity, priority, next } = definition;
  return { id, title, group, severity, priority, next };
}

function definitionOf(check: KnownCheck): Pick<CheckOutcome, 'definition'> {
  const { severity, priority, next } = check;
  if (!severity || !priority || next === undefined) return {};
  return { definition: { ...check, severity, priority, next, measures: '', needs: [], runbook: '' } };
}

/**
 * The same suite held against what it must hold: a known check that isn't there is unknown. Against a declared
 * catalogue a check that it doesn't list is a problem too; a remembered set only grows.
 */
export function heldAgainst(judged: JudgedSuite, known: KnownChecks): JudgedSuite {
  const seen = new Set(judged.outcomes.map(({ id }) => id));
  const reason = known.declared
    ? 'missing: suite.catalogue lists it'
    : 'missing: an earlier cycle had it; if it was taken out on purpose, run vigil checks --forget';
  const missing = known.checks
    .filter(({ id }) => !seen.has(id))
    .map(
      (check): CheckOutcome => ({
        id: check.id,
        title: check.title,
        group: check.group,
        outcome: 'unknown',
        executed: false,
        reason,
        measurements: [],
        ...definitionOf(check),
      }),
    );
  const listed = new Set(known.checks.map(({ id }) => id));
  const strangers = known.declared ? judged.outcomes.filter(({ id }) => !listed.has(id)) : [];
  return {
    outcomes: [...judged.outcomes, ...missing],
    problems: [
      ...judged.problems,
      ...strangers.map(({ id }) => `“${id}” is not in suite.catalogue; vigil checks --write puts it there`),
    ],
  };
}

/** What to remember after a cycle: everything known and everything seen, the newest words for each. */
export function remembered(known: readonly KnownCheck[], outcomes: readonly CheckOutcome[]): KnownCheck[] {
  const all = new Map(known.map((check) => [check.id, check]));
  // What did not run may be a file or a hook under the name of a check.
  for (const outcome of outcomes.filter(({ executed }) => executed))
    all.set(outcome.id, knownCheckOf(outcome));
  return [...all.values()];
}
