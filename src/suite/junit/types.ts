/** Runners whose reports mean something of their own by what all of them write. */
export type Dialect =
  | 'behat'
  | 'catch2'
  | 'ctest'
  | 'node:test'
  | 'playwright'
  | 'pytest'
  | 'surefire'
  | 'unittest'
  | 'vitest';

/** What a case reported about itself; `unclear` when it says something that is neither success, failure nor skip. */
export type JUnitOutcome = 'passed' | 'failed' | 'errored' | 'skipped' | 'unclear';

/** One `<failure>` (an assertion) or `<error>` (anything else, such as set-up). */
export interface JUnitFailure {
  kind: 'failure' | 'error';
  type?: string | undefined;
  message?: string | undefined;
  /** The element's text, trimmed, at most `maxText` characters of it. */
  text: string;
}

export interface JUnitSkip {
  /** Such as `pytest.xfail` or node:test's `todo`. */
  type?: string | undefined;
  /** The reason, when the runner gives one. */
  message?: string | undefined;
  /** What it says beside that: Go's reason, whose message is "Skipped". */
  text?: string | undefined;
}

export interface JUnitProperty {
  name: string;
  value: string;
}

/** One test case, after reports that name it twice were merged. */
export interface JUnitCase {
  name: string;
  classname?: string | undefined;
  /** Names of the enclosing suites, outermost first. */
  suites: string[];
  /** The source file, from the case or the nearest suite that names one. */
  file?: string | undefined;
  /** Which of several projects of one run it ran in: Playwright's project, Maven's module. */
  project?: string | undefined;
  /** Where the case begins in its source file, from 1. */
  sourceLine?: number | undefined;
  timeSeconds?: number | undefined;
  outcome: JUnitOutcome;
  /** Every failure and error of the case; a failing todo keeps its own although it counts as skipped. */
  failures: JUnitFailure[];
  skip?: JUnitSkip | undefined;
  /** What it says that is no verdict of JUnit, such as `<warning>: no data`. */
  unclear?: string | undefined;
  /** Attempts that failed and were repeated (Surefire and Playwright flaky… and rerun… elements). */
  flaky: number;
  properties: JUnitProperty[];
  /** Line of the `<testcase>` in the report, from 1. */
  line: number;
}

/** Totals as the report's attributes claim them; never trusted, only compared. */
export interface JUnitTotals {
  tests?: number | undefined;
  failures?: number | undefined;
  errors?: number | undefined;
  skipped?: number | undefined;
}

/** One `<testsuite>`. */
export interface JUnitSuite {
  name: string;
  /** Names of the suites around it, outermost first. */
  parents: string[];
  file?: string | undefined;
  /** When the report or the suite was made, as written: dialects differ in the meaning and the zone. */
  timestamp?: string | undefined;
  hostname?: string | undefined;
  /** The runner that wrote it, where its report gives it away. */
  dialect?: Dialect | undefined;
  timeSeconds?: number | undefined;
  declared: JUnitTotals;
  /** Cases counted in it and in the suites it holds. */
  cases: number;
  /** Failures that belong to the suite itself and to no case. */
  failures: JUnitFailure[];
  properties: JUnitProperty[];
  line: number;
}

/** Why a report can't be taken at its word; what follows from it is for the reader of the report to decide. */
export type JUnitProblemCode =
  /** The report holds no case at all. */
  | 'no-cases'
  /** A total in an attribute disagrees with the cases counted. */
  | 'totals-disagree'
  /** A suite or the whole report declares more failures and errors than its cases show. */
  | 'failures-missing'
  /** A suite has a failure or error of its own, outside every case. */
  | 'suite-failed'
  /** Vitest's suite of errors that no test caught. */
  | 'unhandled-errors'
  /** A case that stands for a file or package that failed to load: its real cases are missing. */
  | 'load-failure'
  /** A case that stands for the failed set-up or tear-down of a group: see the group's skipped cases. */
  | 'hook-failure'
  /** Vitest cases with time 0 and no content: they never ran, or ended at once. */
  | 'maybe-unfinished'
  /** Elements of one case were merged, the worst outcome kept: pytest writes one for its tear-down. */
  | 'merged'
  /** A case is both skipped and failed; it counts as failed. */
  | 'skipped-and-failed'
  /** A todo failed, which its runner doesn't hold against the run; it counts as skipped. */
  | 'todo-failed'
  /** A case says only by its status attribute that it failed or didn't run. */
  | 'status-only'
  /** Text or messages were cut at the limit. */
  | 'text-cut'
  /** Characters that XML forbids were replaced before reading. */
  | 'control-characters';

export interface JUnitProblem {
  code: JUnitProblemCode;
  message: string;
  /** The cases or suites concerned, at most the first 100. */
  names: string[];
}

/** A report as facts: what each case says, and where the report contradicts itself. */
export interface JUnitReport {
  /** Name on the root, such as `vitest tests`. */
  name?: string | undefined;
  declared: JUnitTotals;
  cases: JUnitCase[];
  suites: JUnitSuite[];
  problems: JUnitProblem[];
}

/** What a report may cost at most. */
export interface JUnitLimits {
  /** Default 64 MiB. */
  maxBytes: number;
  /** Nesting of elements, default 64. */
  maxDepth: number;
  /** Most cases, and most suites; default 200,000 of each. */
  maxCases: number;
  /** Characters kept of each text and message, default 65,536; the rest is dropped and flagged. */
  maxText: number;
}
