import { describe, expect, test } from 'vitest';
import { parseJUnit } from '../../../src/suite/junit/parse.ts';
import { inOrder } from '../../support/in-order.ts';
import { CORPUS, caseOf, codes, named, outcomes, reportOf } from './corpus.ts';

/** Outcomes and problems of every recorded report, counted by hand from the runner's own terminal output. */
const EXPECTED: Record<string, [Record<string, number>, string[]]> = {
  'gotestsum.xml': [
    { passed: 4, failed: 6, skipped: 1 },
    ['failures-missing', 'hook-failure', 'totals-disagree'],
  ],
  'handmade-go-junit-report.xml': [{ passed: 2, failed: 2, errored: 1, skipped: 1 }, ['load-failure']],
  'handmade-goss.xml': [{ passed: 1, failed: 1, skipped: 1 }, []],
  'handmade-gtest.xml': [{ passed: 1, failed: 1, skipped: 2 }, []],
  'handmade-surefire-2.xml': [{ passed: 2, failed: 1, skipped: 1 }, []],
  'jest-junit.xml': [{ passed: 7, failed: 5, skipped: 1 }, ['hook-failure', 'totals-disagree']],
  'jest-junit-suite-errors.xml': [
    { passed: 7, failed: 5, errored: 1, skipped: 1 },
    ['hook-failure', 'load-failure', 'merged', 'totals-disagree'],
  ],
  'mocha-junit-reporter.xml': [{ passed: 4, failed: 6 }, ['hook-failure', 'totals-disagree']],
  'node-test.xml': [
    { passed: 4, failed: 8, skipped: 4 },
    ['control-characters', 'load-failure', 'todo-failed'],
  ],
  'playwright.xml': [{ passed: 7, failed: 1, errored: 5, skipped: 5 }, []],
  'playwright-import-error.xml': [{}, ['no-cases']],
  'playwright-retries.xml': [{ passed: 4, errored: 2 }, []],
  'pytest.xml': [{ passed: 6, failed: 4, errored: 3, skipped: 3 }, ['merged']],
  'pytest-import-error.xml': [{ errored: 1 }, ['load-failure']],
  'surefire-basic.xml': [{ passed: 4, failed: 2, errored: 1, skipped: 2 }, ['totals-disagree']],
  'surefire-set-up.xml': [{ errored: 1 }, ['hook-failure']],
  'surefire-tear-down.xml': [{ passed: 1, errored: 1 }, ['hook-failure', 'merged']],
  'vitest.xml': [
    { passed: 7, failed: 11, errored: 1, skipped: 5 },
    ['hook-failure', 'load-failure', 'unhandled-errors'],
  ],
  'vitest-bail.xml': [{ passed: 16, failed: 1, skipped: 2 }, ['maybe-unfinished']],
  'vitest-dead-worker.xml': [{ passed: 4, errored: 1 }, ['maybe-unfinished', 'unhandled-errors']],
  'vitest-green.xml': [{ passed: 2 }, []],
  'vitest-no-tests.xml': [{}, ['no-cases']],
  'vitest-nothing-matched.xml': [{ skipped: 2 }, []],
};

test.each(CORPUS)('%s has the outcomes and problems that its run had', (name) => {
  const report = reportOf(name);
  expect([outcomes(report), codes(report)]).toEqual(EXPECTED[name]);
});

describe('Vitest', () => {
  const report = reportOf('vitest.xml');

  test('keeps every failure of a case, and of every retry', () => {
    expect(caseOf(report, 'fails twice').failures.map((failure) => failure.message)).toEqual([
      'expected 1 to be 2 // Object.is equality',
      "expected 'a' to be 'b' // Object.is equality",
    ]);
    expect(caseOf(report, 'fails after each retry').failures).toHaveLength(3);
  });

  test('shows a retry that passed as a plain pass: XML knows no better', () => {
    expect(caseOf(report, 'passes on the third try')).toMatchObject({ outcome: 'passed', flaky: 0 });
  });

  test('names the cases that a failed beforeAll hid, which are marked skipped', () => {
    expect(caseOf(report, 'failing beforeAll > hidden one').outcome).toBe('skipped');
    expect(named(report, 'hook-failure')).toEqual([
      'failing beforeAll',
      'failing beforeAll > hidden one',
      'failing beforeAll > hidden two',
      'failing afterAll',
    ]);
  });

  test('fails the one case that stands for a file with a broken import', () => {
    expect(named(report, 'load-failure')).toEqual(['all/import.test.mjs']);
    expect(caseOf(report, 'all/import.test.mjs').outcome).toBe('failed');
  });

  test('names the errors that no test caught', () => {
    expect(named(report, 'unhandled-errors')).toEqual(['Unhandled Rejection: nobody waits for me']);
  });

  test('gives annotations as properties', () => {
    expect(caseOf(report, 'passes with measurements').properties).toEqual([
      { name: 'latency', value: '0.123 s' },
      { name: 'notice', value: 'plain note' },
    ]);
  });

  test('doubts the cases of a dead worker and those after a bail, and no others', () => {
    const dead = reportOf('vitest-dead-worker.xml');
    expect(named(dead, 'maybe-unfinished')).toEqual([
      'passes before the worker dies',
      'kills the worker',
      'never runs',
    ]);
    expect(named(reportOf('vitest-bail.xml'), 'maybe-unfinished')).toHaveLength(14);
  });

  test('resolves escapes, and says where in the report a case stands', () => {
    expect(caseOf(report, 'throws <a> & "quoted"')).toMatchObject({
      classname: 'all/basic.test.mjs',
      suites: ['all/basic.test.mjs'],
      timeSeconds: 0.000547089,
      line: 27,
      failures: [{ kind: 'failure', type: 'TypeError', message: 'broken <b> & "c" red ]]> end' }],
    });
    expect(report.name).toBe('vitest tests');
    expect(report.suites[0]).toMatchObject({
      name: 'all/basic.test.mjs',
      parents: [],
      hostname: 'host',
      timestamp: '2026-11-23T07:40:55.372Z',
      declared: { tests: 21, failures: 10, errors: 0, skipped: 5 },
      cases: 21,
    });
  });
});

describe('pytest', () => {
  const report = reportOf('pytest.xml');

  test('makes one errored case of a call and a tear-down that both failed', () => {
    const both = caseOf(report, 'test_fails_and_teardown_fails');
    expect(both.outcome).toBe('errored');
    expect(both.failures.map((failure) => failure.kind)).toEqual(['failure', 'error']);
    expect(named(report, 'merged')).toEqual(['test_fails_and_teardown_fails']);
  });

  test('skips an expected failure, and tells it from a skip by its type', () => {
    expect(caseOf(report, 'test_xfails')).toMatchObject({
      outcome: 'skipped',
      skip: { type: 'pytest.xfail', message: 'known' },
    });
    expect(caseOf(report, 'test_is_skipped').skip).toEqual({
      type: 'pytest.skip',
      message: 'not declared',
      text: '/repo/test_basic.py:5: not declared',
    });
    expect(caseOf(report, 'test_xpasses_strictly').outcome).toBe('failed');
  });

  test('leaves its spelling of control characters alone', () => {
    expect(caseOf(report, 'test_throws').failures[0]?.message).toContain('#x1B[31mred#x00');
  });

  test('errors set-up and tear-down', () => {
    expect(caseOf(report, 'test_setup_error').outcome).toBe('errored');
    expect(caseOf(report, 'test_teardown_error').outcome).toBe('errored');
  });

  test('says which file failed to import', () => {
    expect(named(reportOf('pytest-import-error.xml'), 'load-failure')).toEqual(['test_import']);
  });
});

describe('jest-junit', () => {
  test('has no message on a failure, only text', () => {
    const failed = caseOf(reportOf('jest-junit.xml'), ' fails').failures[0];
    expect(failed).toMatchObject({ message: undefined });
    expect(failed?.text).toContain('expect(received).toBe(expected)');
  });

  test('passes a todo, which only the totals betray', () => {
    const report = reportOf('jest-junit.xml');
    expect(caseOf(report, ' is still to do').outcome).toBe('passed');
    expect(codes(report)).toContain('totals-disagree');
  });

  test('merges the file that failed to load, which it lists twice', () => {
    const report = reportOf('jest-junit-suite-errors.xml');
    expect(named(report, 'load-failure')).toEqual(['import.test.js']);
    expect(caseOf(report, 'import.test.js').outcome).toBe('errored');
  });
});

describe('mocha-junit-reporter', () => {
  const report = reportOf('mocha-junit-reporter.xml');

  test('fails a case per hook that broke', () => {
    expect(named(report, 'hook-failure').map((name) => name.split('"')[1])).toEqual([
      'before all',
      'before each',
      'after all',
    ]);
  });

  test('leaves pending cases out, so its totals disagree', () => {
    expect(report.problems.find((problem) => problem.names.includes('Mocha Tests'))?.message).toMatch(
      inOrder('Mocha Tests', '14', 'declared', '10', 'counted', '3', '0'),
    );
  });
});

describe('node:test', () => {
  const report = reportOf('node-test.xml');

  test('nests suites and puts cases under the root', () => {
    expect(caseOf(report, 'nested fails').suites).toEqual(['group', 'inner']);
    expect(caseOf(report, 'passes')).toMatchObject({ suites: [], file: '/repo/basic.test.js' });
  });

  test('skips a todo that fails, keeps its failure and names it', () => {
    const todo = caseOf(report, 'is a failing todo');
    expect(todo).toMatchObject({ outcome: 'skipped', skip: { type: 'todo' } });
    expect(todo.failures[0]?.message).toBe('not yet');
    expect(named(report, 'todo-failed')).toEqual(['is a failing todo']);
  });

  test('is read although it writes raw control characters', () => {
    expect(caseOf(report, 'throws <a> & &quot;quoted&quot;').failures[0]?.message).toContain('\ufffd[31mred');
  });
});

describe('go', () => {
  test('gotestsum leaves out a package that did not build, which only the root’s totals betray', () => {
    expect(
      reportOf('gotestsum.xml').problems.find((each) => each.code === 'failures-missing')?.message,
    ).toMatch(inOrder('the report', '1 failures', 'declared', 'no case'));
  });

  test('a failing TestMain is a set-up of its package, one that was not built could not be loaded', () => {
    expect(named(reportOf('gotestsum.xml'), 'hook-failure')).toEqual(['TestMain']);
    expect(named(reportOf('handmade-go-junit-report.xml'), 'load-failure')).toEqual(['[build failed]']);
  });

  test('zero totals that are left out are no contradiction', () => {
    expect(codes(reportOf('handmade-go-junit-report.xml'))).not.toContain('totals-disagree');
  });
});

describe('Surefire', () => {
  const report = reportOf('surefire-basic.xml');

  test('passes what passed in the end, and counts the attempts that did not', () => {
    expect(caseOf(report, 'isFlaky')).toMatchObject({ outcome: 'passed', flaky: 1, failures: [] });
    expect(caseOf(report, 'errorsThenPasses')).toMatchObject({ outcome: 'passed', flaky: 1 });
    expect(caseOf(reportOf('handmade-surefire-2.xml'), 'isFlaky')).toMatchObject({
      outcome: 'passed',
      flaky: 2,
    });
  });

  test('fails what failed again, with one failure and not one per attempt', () => {
    const failed = caseOf(report, 'fails');
    expect(failed).toMatchObject({ outcome: 'failed', flaky: 1 });
    expect(failed.failures).toHaveLength(1);
    expect(caseOf(report, 'errors').outcome).toBe('errored');
  });

  test('may have a testsuite as its root, and times with grouped digits', () => {
    const slow = reportOf('handmade-surefire-2.xml');
    expect(caseOf(slow, 'isSlow')).toMatchObject({ timeSeconds: 1234.567, suites: ['demo.SlowTest'] });
    expect(slow.suites).toHaveLength(1);
    expect(slow.suites[0]?.timeSeconds).toBe(1236.067);
  });

  test('takes a reason for a skip from the text when there is no message', () => {
    expect(caseOf(report, 'assumes').skip?.message).toContain('Assumption failed: not on this host');
  });

  test('errors a class whose set-up or tear-down failed, as a case without name', () => {
    expect(caseOf(reportOf('surefire-set-up.xml'), '')).toMatchObject({ outcome: 'errored' });
  });
});

describe('Playwright', () => {
  test('keeps the two projects apart that run one file', () => {
    const report = reportOf('playwright.xml');
    expect(report.cases.filter((each) => each.name === 'runs in two projects')).toHaveLength(2);
    expect(report.suites.map((suite) => suite.hostname)).toEqual(['api', 'api', 'second']);
  });

  test('tells the reason of a skip in a property, and reads failures in CDATA', () => {
    const report = reportOf('playwright.xml');
    expect(caseOf(report, 'skips itself').properties).toEqual([{ name: 'skip', value: 'not declared' }]);
    expect(caseOf(report, 'throws <a> & "quoted"').failures[0]?.text).toContain(
      'TypeError: broken <b> & "c"',
    );
  });

  test('counts attempts when it is told to include retries', () => {
    const report = reportOf('playwright-retries.xml');
    expect(caseOf(report, 'is flaky')).toMatchObject({ outcome: 'passed', flaky: 1 });
    expect(caseOf(report, 'serial › breaks')).toMatchObject({ outcome: 'errored', flaky: 1 });
  });
});

test('goss has no classname', () => {
  expect(caseOf(reportOf('handmade-goss.xml'), 'Service sshd running').classname).toBeUndefined();
});

test('gtest says by an attribute alone that a case did not run', () => {
  expect(caseOf(reportOf('handmade-gtest.xml'), 'DISABLED_NotRun').outcome).toBe('skipped');
});

test('a case of TAP::Formatter::JUnit is known without its number, a name that only looks like one with it', () => {
  const namesOf = (cases: string) =>
    parseJUnit(
      `<testsuites><testsuite failures="0" name="t" tests="3" errors="0">${cases}</testsuite></testsuites>`,
    ).cases.map(({ name }) => name);
  expect(
    namesOf('<testcase name="1 - finds"/><testcase name="2 - greets"/><testcase name="3 - finds"/>'),
  ).toEqual(['finds', 'greets', 'finds']);
  expect(
    namesOf(
      '<testcase name="404 - not found"/><testcase name="2 - a" classname="c"/><testcase name="2 - b"/>',
    ),
  ).toEqual(['404 - not found', '2 - a', '2 - b']);
});
