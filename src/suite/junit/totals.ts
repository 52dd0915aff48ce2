import { keysOf } from '../../core/index.ts';
import { problem } from './problem-list.ts';
import type { JUnitCase, JUnitProblem, JUnitTotals } from './types.ts';

/** Cases of one kind, counted in the ways in which dialects count them. */
interface Count {
  /** `<testcase>` elements of the suite itself. */
  direct: number;
  /** Those and the elements of the suites inside. */
  nested: number;
  /** As `nested`, after cases that are listed twice were merged. */
  merged: number;
  /** Suites directly inside that hold any (node:test counts a failed group as one failure). */
  suites: number;
}

/** Which cases are counted, of each kind that a report declares. */
const kinds = {
  tests: () => true,
  bad: ({ outcome }: JUnitCase) => outcome === 'failed' || outcome === 'errored',
  skipped: ({ outcome }: JUnitCase) => outcome === 'skipped',
};
type Kind = keyof typeof kinds;
const kindNames = keysOf(kinds);

/** What was counted in a suite, to hold against what it declares. */
export type CaseTally = Record<Kind, Count>;

const zero = (): Count => ({ direct: 0, nested: 0, merged: 0, suites: 0 });

/** A tally of nothing. */
export const emptyTally = (): CaseTally => ({ tests: zero(), bad: zero(), skipped: zero() });

/** Counts one `<testcase>`; `before` and `after` are the case it was merged into, without and with it. */
export function countCase(
  tally: CaseTally,
  read: JUnitCase,
  before: JUnitCase | undefined,
  after: JUnitCase,
): void {
  for (const kind of kindNames) {
    const is = kinds[kind];
    const one = Number(is(read));
    tally[kind].direct += one;
    tally[kind].nested += one;
    tally[kind].merged += Number(is(after)) - Number(before !== undefined && is(before));
  }
}

/** Adds a suite that has ended to the one around it. */
export function addSuite(outer: CaseTally, inner: CaseTally): void {
  for (const kind of kindNames) {
    outer[kind].nested += inner[kind].nested;
    outer[kind].merged += inner[kind].merged;
    if (kind === 'tests' || inner[kind].nested > 0) outer[kind].suites++;
  }
}

function agrees(declared: number, { direct, nested, merged, suites }: Count): boolean {
  return [direct, nested, merged, direct + suites].includes(declared);
}

/**
 * How the declared totals of a suite, or of the whole report, disagree with its cases; by any dialect's way. With
 * `mayCountMore` the tests are subtests or assertions too.
 */
export function totalsProblems(
  name: string,
  declared: JUnitTotals,
  tally: CaseTally,
  mayCountMore = false,
): JUnitProblem[] {
  const { tests, failures, errors, skipped } = declared;
  const bad = failures === undefined && errors === undefined ? undefined : (failures ?? 0) + (errors ?? 0);
  const differences: string[] = [];
  const compare = (what: string, claim: number | undefined, count: Count) => {
    if (claim === undefined || agrees(claim, count)) return;
    differences.push(`${claim} ${what} declared, ${count.nested} counted`);
  };
  if (!mayCountMore || (tests ?? 0) < tally.tests.direct) compare('tests', tests, tally.tests);
  compare('failures and errors', bad, tally.bad);
  compare('skipped', skipped, tally.skipped);
  if (differences.length === 0) return [];
  const found = [problem('totals-disagree', `${name}: ${differences.join('; ')}`, [name])];
  if (bad !== undefined && bad > Math.max(tally.bad.nested, tally.bad.direct + tally.bad.suites)) {
    const missing = bad - tally.bad.nested;
    const message = `${name}: ${missing} failures or errors are declared that no case shows`;
    found.push(problem('failures-missing', message, [name]));
  }
  return found;
}
