import { problem } from './problem-list.ts';
import type { JUnitCase, JUnitProblem } from './types.ts';

/** Deeper groups than this aren't looked for, so that a hostile name costs no more than a long one. */
const GROUPS_LOOKED_AT = 32;
const GROUP_SEPARATOR = ' > ';

const MOCHA_HOOK = /"(?:before|after) (?:all|each)" hook/;
const JEST_HOOK = 'Test execution failure: could be caused by test hooks like';
const GO_PACKAGE = /^(?:\[(?:build|setup) failed\]|TestMain|Failure)$/;
const GO_UNBUILT = /^\[(?:build|setup) failed\]$/;
const GO_UNBUILT_SAID = /\[(?:build|setup) failed\]/;
/** What pytest says of every file that it can't import. */
export const collectionFailure = 'collection failure';
const VITEST_UNHANDLED = 'vitest unhandled errors';

/** Whether a case is called so because a set-up or a tear-down failed, by Mocha or jest-junit. */
export const isHookName = (name: string): boolean =>
  MOCHA_HOOK.test(name) || name.trimStart().startsWith(JEST_HOOK);

/** Whether a case is called so because a package failed as a whole, by the reports of Go. */
export const isPackageName = (name: string): boolean => GO_PACKAGE.test(name);

/** Whether the cases of a class are called so because their file failed as a whole, by jest-junit. */
export const isFileFailure = (classname: string | undefined): boolean =>
  classname === 'Test suite failed to run';

/** A case for people, also where its runner leaves its name out. */
const nameOf = ({ name, classname }: JUnitCase): string => name || classname || 'a case without name';

const hasFailed = (each: JUnitCase) => each.outcome === 'failed' || each.outcome === 'errored';

/** A suite that is a file, which our reporter calls after its project too. */
const isSuiteOf = (suite: string | undefined, file: string): boolean =>
  suite === file || suite?.endsWith(` › ${file}`) === true;

/** Vitest: suite, class and case are all the file. */
const isFileOfVitest = ({ name, classname, suites }: JUnitCase): boolean =>
  name === classname && isSuiteOf(suites.at(-1), name);

function standsForFile(each: JUnitCase): boolean {
  const { name, classname, file } = each;
  return (
    isFileOfVitest(each) ||
    // node:test and jest-junit: the case is named after the file.
    (file !== undefined && (file === name || file.endsWith(`/${name}`))) ||
    isFileFailure(classname) ||
    // go: the package didn't build or its TestMain failed.
    isPackageName(name) ||
    isOfCollection(each)
  );
}

/** pytest: a file or a folder that it could not import. */
const isOfCollection = ({ failures }: JUnitCase): boolean =>
  failures.some(({ message }) => message === collectionFailure);

/** node:test says of a file that can't be imported what it says of every process that ends so: its exit code. */
const isEndedProcess = (each: JUnitCase): boolean =>
  each.file?.endsWith(`/${each.name}`) === true &&
  each.failures.some(({ text }) => /cause: 'test failed',\s+exitCode: /.test(text));

/** bats says by the same case that `setup_file` failed, and names it, or that the file is not one of bats. */
const isUnreadBats = ({ name, classname, failures }: JUnitCase): boolean =>
  name === '' &&
  classname?.endsWith('.bats') === true &&
  failures.some(({ text }) => !/^\((?:from function|in test file) /.test(text));

/** Go: a package that was not built, which gotestsum calls like one whose TestMain failed. */
const isUnbuilt = ({ name, failures }: JUnitCase): boolean =>
  GO_UNBUILT.test(name) || (isPackageName(name) && failures.some(({ text }) => GO_UNBUILT_SAID.test(text)));

/**
 * The failed cases that stand for a file or a package that could not be loaded: it does not parse, an import is missing, or it
 * failed while it was imported. None of its tests ran, and no set-up of theirs.
 */
export function notLoaded(cases: readonly JUnitCase[]): Set<JUnitCase> {
  const held = Map.groupBy(cases, ({ suites }) => suites);
  // Vitest calls a file whose set-up failed the same, beside the tests that it found there.
  const isAlone = ({ suites }: JUnitCase) => held.get(suites)?.length === 1;
  return new Set(
    cases.filter(
      (each) =>
        hasFailed(each) &&
        (isOfCollection(each) ||
          isFileFailure(each.classname) ||
          isEndedProcess(each) ||
          isUnreadBats(each) ||
          isUnbuilt(each) ||
          (isFileOfVitest(each) && isAlone(each))),
    ),
  );
}

/** Runner-made cases for a failed hook; the file's own cases under that name are not affected. */
function standsForHook(each: JUnitCase): boolean {
  return isHookName(each.name) || each.name === '';
}

/** Vitest names the case of a failed beforeAll or afterAll like the group, so other cases' names begin with it. */
function groupHooks(cases: readonly JUnitCase[]): Map<JUnitCase, string[]> {
  const failed = new Map<readonly string[], Map<string, JUnitCase>>();
  for (const each of cases) {
    if (!hasFailed(each)) continue;
    const names = failed.get(each.suites) ?? new Map<string, JUnitCase>();
    failed.set(each.suites, names.set(each.name, each));
  }
  const hooks = new Map<JUnitCase, string[]>();
  for (const each of failed.size === 0 ? [] : cases) {
    const names = failed.get(each.suites);
    let end = names === undefined ? -1 : each.name.indexOf(GROUP_SEPARATOR);
    for (let group = 0; end >= 0 && group < GROUPS_LOOKED_AT; group++) {
      const hook = names?.get(each.name.slice(0, end));
      if (hook !== undefined) {
        const hidden = hooks.get(hook) ?? [];
        if (each.outcome === 'skipped') hidden.push(each.name);
        hooks.set(hook, hidden);
      }
      end = each.name.indexOf(GROUP_SEPARATOR, end + GROUP_SEPARATOR.length);
    }
  }
  return hooks;
}

/** The cases that are none: they stand for a file, a hook or an error outside every test. */
export function pseudoCaseProblems(cases: readonly JUnitCase[]): JUnitProblem[] {
  const problems: JUnitProblem[] = [];
  const unhandled = cases.filter((each) => each.suites.at(-1) === VITEST_UNHANDLED);
  if (unhandled.length > 0) {
    const message = `${unhandled.length} errors outside every test: cases that look passed may not have run`;
    const names = unhandled.map((each) => each.name);
    problems.push(problem('unhandled-errors', message, names));
  }
  const hooks = groupHooks(cases);
  const unloaded = notLoaded(cases);
  for (const each of cases) {
    if (!hasFailed(each)) continue;
    const hidden = hooks.get(each);
    if (unloaded.has(each)) {
      problems.push(problem('load-failure', `${nameOf(each)}: could not be loaded`, [each.name]));
    } else if (hidden !== undefined || standsForHook(each) || standsForFile(each)) {
      const skipped = hidden?.length ? `; ${hidden.length} cases of the group are marked skipped` : '';
      const message = `${nameOf(each)}: set-up or tear-down failed${skipped}`;
      problems.push(problem('hook-failure', message, [each.name, ...(hidden ?? [])]));
    }
  }
  return problems;
}
