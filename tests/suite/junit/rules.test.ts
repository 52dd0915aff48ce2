import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCount, parseSeconds } from '../../../src/suite/junit/attributes.ts';
import { parseJUnit } from '../../../src/suite/junit/parse.ts';
import { inOrder } from '../../support/in-order.ts';
import { caseOf, codes, named, outcomes } from './corpus.ts';

function suite(content: string, attributes = 'name="s"') {
  return parseJUnit(`<testsuites><testsuite ${attributes}>${content}</testsuite></testsuites>`);
}

function outcome(content: string, attributes = '') {
  return suite(`<testcase name="c" ${attributes}>${content}</testcase>`).cases[0]?.outcome;
}

describe('an outcome', () => {
  test.each([
    ['passed', ''],
    ['passed', '<system-out>failure</system-out>'],
    ['passed', '<flakyFailure/><flakyError/>'],
    ['passed', '<flakyFailure><failure/></flakyFailure>'],
    ['skipped', '<skipped/>'],
    ['skipped', '<disabled/>'],
    ['skipped', '<skipped type="todo"/><failure/>'],
    ['failed', '<failure/>'],
    ['failed', '<skipped/><failure/>'],
    ['failed', '<failure/><skipped/>'],
    ['failed', '<rerunFailure/>'],
    ['failed', '<rerunError/><flakyFailure/>'],
    ['failed', '<failure/><rerunFailure/>'],
    ['failed', '<wrapper><failure/></wrapper>'],
    ['passed', '<properties><property name="p"><steps/></property></properties>'],
    ['unclear', '<warning>no data</warning>'],
    ['unclear', '<incomplete/>'],
    ['unclear', '<risky/><system-out/>'],
    ['skipped', '<warning/><skipped/>'],
    ['failed', '<warning/><failure/>'],
    ['errored', '<error/>'],
    ['errored', '<failure/><error/>'],
    ['errored', '<error/><failure/>'],
    ['errored', '<error/><skipped/>'],
  ])('is %s for %s', (expected, content) => {
    expect(outcome(content)).toBe(expected);
  });

  test.each<[outcome: string, attributes: string, content?: string]>([
    ['passed', 'status="run" result="completed"'],
    ['passed', 'status="PASSED"'],
    ['skipped', 'status="notrun"'],
    ['skipped', 'status="run" result="suppressed"'],
    ['failed', 'status="failed"'],
    ['failed', 'status="timedout"'],
    ['failed', 'result="Failure"'],
    ['failed', 'success="False"'],
    ['failed', 'Outcome="Failed" executed="True"'],
    ['skipped', 'executed="False" result="Ignored"'],
    ['passed', 'executed="True" result="Success" success="True"'],
    ['unclear', 'status="a word nobody knows"'],
    ['unclear', 'Result="Inconclusive"'],
    ['failed', 'status="risky" success="false"'],
    ['failed', 'status="passed"', '<failure/>'],
  ])('is %s for %s', (expected, attributes, content = '') => {
    expect(outcome(content, attributes)).toBe(expected);
  });

  test('that is unclear says what it rests on', () => {
    const of = (content: string, attributes = '') =>
      suite(`<testcase name="c" ${attributes}>${content}</testcase>`).cases[0]?.unclear;
    expect(of('<warning type="W">no <![CDATA[data]]></warning>')).toBe('<warning>: no data');
    expect(of('<risky message="nothing was asserted"/>')).toBe('<risky>: nothing was asserted');
    expect(of('', 'Result="Inconclusive"')).toBe('result="Inconclusive"');
    expect(of('<system-out>x</system-out>')).toBeUndefined();
  });

  test('by a status attribute alone, or of a case skipped and failed, is named as a doubt', () => {
    expect(codes(suite('<testcase name="c" status="failed"/>'))).toEqual(['status-only']);
    expect(codes(suite('<testcase name="c"><skipped/><failure/></testcase>'))).toEqual([
      'skipped-and-failed',
    ]);
  });
});

describe('cases of one name', () => {
  const ofPytest = (content: string) => suite(content, 'name="pytest" hostname="h"');

  test('in one suite of pytest are one case with the worst outcome and all failures, in any order', () => {
    const words = { passed: '', skipped: '<skipped/>', failed: '<failure/>', errored: '<error/>' } as const;
    const order = ['passed', 'skipped', 'failed', 'errored'] as const;
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...order), { minLength: 2, maxLength: 5 }), (list) => {
        const report = ofPytest(list.map((each) => `<testcase name="c">${words[each]}</testcase>`).join(''));
        const worst = order.findLast((each) => list.includes(each));
        expect(report.cases.map((each) => each.outcome)).toEqual([worst]);
        expect(named(report, 'merged')).toHaveLength(list.length - 1);
        expect(report.cases[0]?.failures).toHaveLength(
          list.filter((each) => each === 'failed' || each === 'errored').length,
        );
      }),
    );
  });

  test('add up their attempts and properties, and keep the longer time and the reason of a skip', () => {
    const report = ofPytest(
      `<testcase name="c" time="1"><flakyFailure/><properties><property name="p" value="1"/></properties></testcase>
       <testcase name="c" time="3"><skipped message="why"/><rerunError/></testcase>
       <testcase name="c" time="2"><flakyError/><properties><property name="p" value="2"/></properties></testcase>`,
    );
    expect(report.cases).toHaveLength(1);
    expect(report.cases[0]).toMatchObject({
      timeSeconds: 3,
      flaky: 3,
      skip: { message: 'why' },
      properties: [
        { name: 'p', value: '1' },
        { name: 'p', value: '2' },
      ],
    });
  });

  test('in one suite of any other runner are cases of their own, unless its total counts them once', () => {
    const twice = '<testcase name="c"/><testcase name="c"><failure/></testcase>';
    expect(suite(twice).cases.map(({ outcome: each }) => each)).toEqual(['passed', 'failed']);
    expect(suite(twice, 'name="s" tests="2" failures="1"').problems).toEqual([]);
    const once = suite(twice, 'name="s" tests="1" failures="1"');
    expect(once.cases.map(({ outcome: each }) => each)).toEqual(['failed']);
    expect(named(once, 'merged')).toEqual(['c']);
  });

  test('in two suites, of two classes or of two files stay apart', () => {
    const two = '<testsuite name="s"><testcase name="c"/></testsuite>';
    expect(parseJUnit(`<testsuites>${two}${two}</testsuites>`).cases).toHaveLength(2);
    expect(suite('<testcase name="c" classname="a"/><testcase name="c" classname="b"/>').cases).toHaveLength(
      2,
    );
    expect(suite('<testcase name="c" file="a"/><testcase name="c" file="b"/>').cases).toHaveLength(2);
  });

  test('called like what every object has are cases like others', () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
    const report = suite(
      names
        .map(
          (name) =>
            `<testcase name="${name}" __proto__="x"><properties><property name="${name}" value="v"/></properties></testcase>`,
        )
        .join(''),
    );
    expect(report.cases.map((each) => each.name)).toEqual(names);
    expect(report.cases.map((each) => each.properties[0]?.name)).toEqual(names);
    expect(({} as Record<string, unknown>).name).toBeUndefined();
  });
});

describe('totals', () => {
  const two = '<testcase name="a"/><testcase name="b"><failure/></testcase>';

  test('are never believed: the cases count', () => {
    const report = suite('<testcase name="a"><failure/></testcase>', 'name="s" tests="5" failures="0"');
    expect(outcomes(report)).toEqual({ failed: 1 });
    expect(report.problems[0]).toEqual({
      code: 'totals-disagree',
      message: expect.stringMatching(inOrder('s: 5 tests', '1 counted', '0 failures', '1 counted')),
      names: ['s'],
    });
  });

  test('that agree, or are absent, are no problem', () => {
    expect(suite(two, 'name="s" tests="2" failures="1" errors="0" skipped="0"').problems).toEqual([]);
    expect(suite(two).problems).toEqual([]);
    expect(suite(two, 'name="s" tests="two"').problems).toEqual([]);
  });

  test('of a suite may or may not count the suites inside it', () => {
    const inner = `<testsuite name="i" tests="2" failures="1">${two}</testsuite>`;
    const declaring = (tests: number, failures: number) =>
      codes(suite(`<testcase name="c"/>${inner}`, `name="s" tests="${tests}" failures="${failures}"`));
    expect(declaring(3, 1)).toEqual([]);
    expect(declaring(1, 0)).toEqual([]);
    expect(declaring(2, 1)).toEqual([]);
    expect(declaring(4, 1)).toEqual(['totals-disagree']);
    const twice = (tests: number) =>
      codes(
        suite(
          `<testcase name="c"/><testsuite name="i">${two}${two}</testsuite>`,
          `name="s" tests="${tests}"`,
        ),
      );
    expect(twice(5)).toEqual([]);
    expect(twice(3)).toEqual([]);
    expect(twice(4)).toEqual(['totals-disagree']);
  });

  test('may exceed the cases where the runner counts subtests or assertions, and are doubted elsewhere', () => {
    const declaring = (tests: number, attributes: string) =>
      codes(suite('<testcase name="a"/><testcase name="b"/>', `tests="${tests}" ${attributes}`));
    const counting = ['name="pytest" hostname="h"', 'name="s" hostname="tbd"'];
    for (const attributes of counting) {
      expect(declaring(7, attributes)).toEqual([]);
      expect(declaring(1, attributes)).toEqual(['totals-disagree']);
      expect(declaring(7, `${attributes} failures="1"`)).toContain('failures-missing');
    }
    expect(declaring(7, 'name="s" hostname="h"')).toEqual(['totals-disagree']);
  });

  test('may exceed the cases only where these show too that they are of such a runner', () => {
    const unittest = (entry: string) =>
      codes(
        suite(
          `<testcase ${entry}/>`,
          'name="s" tests="3" file="a.py" time="1" timestamp="t" failures="0" errors="0" skipped="0"',
        ),
      );
    expect(unittest('classname="shop.test_pay.Pay" name="test_adds"')).toEqual([]);
    expect(unittest('classname="Pay basket" name="test_adds"')).toEqual(['totals-disagree']);
    expect(unittest('classname="shop.Pay" name="adds"')).toEqual(['totals-disagree']);
    const behat = (entry: string) =>
      codes(
        suite(`<testcase ${entry}/>`, 'name="Pay" tests="3" skipped="0" failures="0" errors="0" time="1"'),
      );
    expect(behat('name="adds" classname="Pay" status="passed"')).toEqual([]);
    expect(behat('name="adds" classname="Pay"')).toEqual(['totals-disagree']);
    expect(behat('name="adds" classname="Basket" status="passed"')).toEqual(['totals-disagree']);
  });

  test('with failures that no case shows are a problem of their own', () => {
    expect(codes(suite('<testcase name="a"/>', 'name="s" tests="1" errors="1"'))).toEqual([
      'failures-missing',
      'totals-disagree',
    ]);
    const root = parseJUnit(
      '<testsuites failures="2"><testsuite name="s"><testcase name="a"/></testsuite></testsuites>',
    );
    expect(named(root, 'failures-missing')).toEqual(['the report']);
  });
});

describe('a suite', () => {
  test('with an error of its own is a problem, and its error is kept', () => {
    const report = suite('<error type="E" message="m"> why <![CDATA[<it>]]> </error><testcase name="a"/>');
    expect(codes(report)).toEqual(['suite-failed']);
    expect(report.suites[0]?.failures).toEqual([
      { kind: 'error', type: 'E', message: 'm', text: 'why <it>' },
    ]);
  });

  test('with an error and no case at all is two problems', () => {
    expect(codes(suite('', 'name="s" tests="0" errors="1"'))).toEqual([
      'failures-missing',
      'no-cases',
      'totals-disagree',
    ]);
  });

  test('of prove has no error of its own where that is the number of its tests that failed', () => {
    const failing = '<testcase name="1 - a"><failure message="not ok 1 - a"/></testcase>';
    const prove = (exitCode: number) =>
      codes(
        suite(
          `${failing}<error message="Dubious, test returned ${exitCode} (wstat 256, 0x100)"/>`,
          'name="a_t" tests="1" failures="1" errors="1"',
        ),
      );
    expect(prove(1)).toEqual([]);
    expect(prove(255)).toContain('suite-failed');
  });

  test('gives its file to its cases, and its properties to itself', () => {
    const report = suite(
      '<properties><property name="p" value="v"/></properties><testcase name="a"/>',
      'name="s" file="f"',
    );
    expect(caseOf(report, 'a')).toMatchObject({ file: 'f', properties: [] });
    expect(report.suites[0]?.properties).toEqual([{ name: 'p', value: 'v' }]);
    const inner = suite(
      '<testsuite name="i"><testcase name="a"/><testcase name="b" file="own"/></testsuite>',
      'file="f"',
    );
    expect(inner.cases.map((each) => each.file)).toEqual(['f', 'own']);
    expect(inner.suites[1]).toMatchObject({ file: 'f', parents: [''] });
  });

  test('of Vitest is doubted only where a passed case has neither time nor content', () => {
    const cases = `<testcase name="bare" classname="s" time="0"/>
       <testcase name="said something" classname="s" time="0"><system-out>x</system-out></testcase>
       <testcase name="took time" classname="s" time="0.1"/>
       <testcase name="skipped" classname="s" time="0"><skipped/></testcase>`;
    const report = parseJUnit(
      `<testsuites name="vitest tests"><testsuite name="s">${cases}</testsuite></testsuites>`,
    );
    expect(named(report, 'maybe-unfinished')).toEqual(['bare']);
    const byShape = suite(
      cases,
      'name="s" timestamp="t" hostname="h" tests="4" failures="0" errors="0" skipped="1" time="0"',
    );
    expect(named(byShape, 'maybe-unfinished')).toEqual(['bare']);
    expect(suite(cases).problems).toEqual([]);
  });

  test('in an element that nobody knows is still counted', () => {
    const report = suite(
      '<group><testcase name="a"><failure/></testcase><testsuite name="i"><testcase name="b"/></testsuite></group>',
    );
    expect(report.cases.map((each) => [each.name, each.suites])).toEqual([
      ['a', ['s']],
      ['b', ['s', 'i']],
    ]);
  });
});

describe('text', () => {
  test('of a failure is joined from text and CDATA, trimmed', () => {
    const report = suite('<testcase name="c"><failure>\n a &lt; <![CDATA[b & c]]> \n</failure></testcase>');
    expect(report.cases[0]?.failures[0]?.text).toBe('a < b & c');
  });

  test('of a failure that says nothing is the end of what its case printed', () => {
    const printed = ['starts', '1..2', 'three', 'four', 'five', 'the service is down'].join('\n');
    const report = suite(
      `<testcase name="c" status="fail"><failure message=""/><system-out>${printed}\n</system-out></testcase>`,
    );
    expect(report.cases[0]?.failures[0]?.text).toBe(printed.replace('starts\n', ''));
    expect(suite(`<testcase name="d"><system-out>${printed}</system-out></testcase>`).cases[0]?.outcome).toBe(
      'passed',
    );
  });

  test('beyond the limit is cut, between characters, and flagged', () => {
    const content = `<testcase name="c"><failure message="${'m'.repeat(99)}">${'😀'.repeat(9)}</failure></testcase>`;
    const report = parseJUnit(`<testsuite name="s">${content}</testsuite>`, { maxText: 5 });
    expect(report.cases[0]?.failures).toEqual([{ kind: 'failure', message: 'mmmmm', text: '😀😀' }]);
    expect(named(report, 'text-cut')).toEqual(['c']);
    const onlyText =
      '<testcase name="d"><failure>123456</failure></testcase><testcase name="e"><error>12345</error></testcase>';
    expect(named(parseJUnit(`<testsuite>${onlyText}</testsuite>`, { maxText: 5 }), 'text-cut')).toEqual([
      'd',
    ]);
  });

  test('of a property may stand in the element', () => {
    const report = suite(
      '<testcase name="c"><properties><property name="p">v\nw</property></properties></testcase>',
    );
    expect(report.cases[0]?.properties).toEqual([{ name: 'p', value: 'v\nw' }]);
  });
});

describe('a number', () => {
  test.each([
    ['0.5', 0.5],
    ['1e-05', 0.00001],
    ['1,234.567', 1234.567],
    ['1,234,567.8', 1234567.8],
    ['1,234', 1234],
    ['0,005', 0.005],
    ['0.', 0],
    [' 3 ', 3],
    ['', undefined],
    ['-1', undefined],
    ['NaN', undefined],
    ['12ms', undefined],
    ['0x10', undefined],
    [undefined, undefined],
  ])('of seconds written %s is %s', (text, seconds) => {
    expect(parseSeconds(text)).toBe(seconds);
  });

  test('of cases is a whole one', () => {
    expect(parseCount('1,234')).toBe(1234);
    for (const text of ['', '-1', '1.5', 'x', undefined]) expect(parseCount(text)).toBeUndefined();
  });
});
