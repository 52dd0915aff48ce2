import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseJUnit } from '../../../src/suite/junit/parse.ts';
import {
  ambiguity,
  checksNamed,
  namesOf,
  shownNames,
  withOwnFormerNames,
} from '../../../src/suite/outcomes/check-names.ts';

const ids = (xml: string, root?: string) =>
  [...namesOf(parseJUnit(xml).cases, root).values()].map(({ id }) => id);
const suites = (content: string, attributes = '') => `<testsuites ${attributes}>${content}</testsuites>`;

test.for([
  [
    'file, suites, class and name, each once',
    '<testsuite name="all"><testsuite name="Math" file="a.cc"><testcase classname="Math" name="adds"/></testsuite></testsuite>',
    'a.cc › all › Math › adds',
  ],
  [
    'Playwright’s project, which is its host name',
    '<testsuite name="a.spec.ts" hostname="firefox"><testcase classname="a.spec.ts" name="t"/></testsuite>',
    'firefox › a.spec.ts › t',
    'id=""',
  ],
  [
    'no machine, which is what others call a host name',
    '<testsuite name="pytest" hostname="build-7"><testcase classname="a" name="t"/></testsuite>',
    'pytest › a › t',
  ],
  [
    'Maven’s module',
    `<testsuite name="shop.CartTest"><properties><property name="basedir" value="/ci/shop/cart"/>
       <property name="maven.multiModuleProjectDirectory" value="/ci/shop"/></properties>
       <testcase classname="shop.CartTest" name="t"/></testsuite>`,
    'cart › shop.CartTest › t',
  ],
  [
    'paths relative to the suite, wherever they stand',
    '<testsuite name="/srv/shop/phpunit.xml"><testcase file="/srv/shop/tests/ATest.php" classname="A" name="t"/></testsuite>',
    'tests/ATest.php › phpunit.xml › A › t',
  ],
  [
    'a path of another machine as it is',
    '<testsuite name="s"><testcase file="/srv/shopping/a" name="t"/></testsuite>',
    '/srv/shopping/a › s › t',
  ],
] as const)('a case is called by %s', ([, content, id, attributes]) => {
  expect(ids(suites(content, attributes), '/srv/shop')).toEqual([id]);
});

test.for(['(empty)', 'Linux-c++'])(
  'a test of CTest is called by its name, whatever its build is called: %s',
  (build) => {
    const report = parseJUnit(
      `<testsuite name="${build}" tests="2" failures="0" disabled="0" skipped="0" hostname="" time="0" timestamp="2026-11-24T05:53:10">
      <testcase name="answers" classname="answers" time="0.01" status="run"><properties/><system-out/></testcase>
    </testsuite>`,
    );
    expect([...namesOf(report.cases).values()]).toEqual([{ id: 'answers', was: 'answers' }]);
    expect(report.problems.map(({ message }) => message)).toEqual(['ctest: 2 tests declared, 1 counted']);
  },
);

test('names are the same in whatever order cases ran, the second of one title by its line', () => {
  const cases = [
    '<testcase classname="c" name="a"/>',
    '<testcase classname="c" name="b" line="9"/>',
    '<testcase classname="c" name="b" line="4"/>',
    '<testcase classname="d" name="b"/>',
  ];
  const named = (order: readonly string[]) => {
    const report = parseJUnit(`<testsuite name="s">${order.join('')}</testsuite>`);
    return [...namesOf(report.cases)].map(([{ sourceLine }, { id }]) => `${id} ${sourceLine ?? ''}`).sort();
  };
  const expected = ['s › c › a ', 's › c › b #2 9', 's › c › b 4', 's › d › b '];
  expect(named(cases)).toEqual(expected);
  fc.assert(
    fc.property(fc.shuffledSubarray(cases, { minLength: cases.length }), (order) => {
      expect(named(order)).toEqual(expected);
    }),
  );
});

test('no two checks of a report share an id', () => {
  const part = fc.constantFrom('a', 'b', 'a › b', '');
  const entry = fc.record({ suite: part, classname: part, name: part });
  fc.assert(
    fc.property(fc.array(entry, { minLength: 1, maxLength: 12 }), (entries) => {
      const content = entries.map(
        ({ suite, classname, name }) =>
          `<testsuite name="${suite}"><testcase classname="${classname}" name="${name}"/></testsuite>`,
      );
      const found = ids(suites(content.join('')));
      expect(new Set(found).size).toBe(entries.length);
    }),
  );
});

test('a check was called by class and name before, unless another was called so too', () => {
  const report = parseJUnit(
    suites(`<testsuite name="x"><testcase classname="c" name="t"/><testcase classname="c" name="u"/></testsuite>
      <testsuite name="y"><testcase classname="c" name="t"/></testsuite>`),
  );
  expect(withOwnFormerNames([...namesOf(report.cases).values()])).toEqual([
    { id: 'x › c › t', was: undefined },
    { id: 'x › c › u', was: 'c › u' },
    { id: 'y › c › t', was: undefined },
  ]);
});

test('people see the shortest end of an id that no other has, of two parts at least', () => {
  const shown = shownNames(['x › a › c › t', 'x › b › c › t', 'x › a › d › t', 't', 'y › z › t']);
  expect([...shown.values()]).toEqual(['d › t', 't', 'z › t', 'a › c › t', 'b › c › t']);
});

test('a name means the check with that id, else those whose path ends so', () => {
  const checks = [{ id: 'x › c › t' }, { id: 'y › c › t #2' }, { id: 'c › t' }, { id: 'z › u', was: 'old' }];
  const found = (name: string) => checksNamed(name, checks).map(({ id }) => id);
  expect(found('c › t')).toEqual(['c › t']);
  expect(found('t')).toEqual(['x › c › t', 'y › c › t #2', 'c › t']);
  expect(found('y › c › t #2')).toEqual(['y › c › t #2']);
  expect(found('old')).toEqual(['z › u']);
  expect(found('ld')).toEqual([]);
  expect(ambiguity('t', checks)).toContain('“x › c › t”, “y › c › t #2”, “c › t”');
  expect(ambiguity('u', checks)).toBeUndefined();
});
