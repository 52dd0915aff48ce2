import { expect, test } from 'vitest';
import { asJUnit, printedReport } from '../../../src/suite/junit/as-junit.ts';
import { parseJUnit } from '../../../src/suite/junit/parse.ts';
import { namesOf } from '../../../src/suite/outcomes/check-names.ts';
import { reasonOf } from '../../../src/suite/outcomes/reason.ts';
import { caseOf, codes, recorded } from './corpus.ts';

const read = (bytes: Buffer) => parseJUnit(asJUnit(bytes));

/** `id outcome` of each case, and how many attempts failed before. */
const told = (report: ReturnType<typeof read>) =>
  [...namesOf(report.cases, '/repo')].map(([{ outcome, flaky }, { id }]) => `${id} ${outcome} ${flaky}`);

test('Playwright’s JSON names checks as its JUnit does, and tells of retries, reasons of skips and expected failures', () => {
  const report = read(recorded('playwright-retries.json'));
  const file = 'desktop › shop.spec.mjs';
  expect(told(report)).toEqual([
    `${file} › passes passed 0`,
    `${file} › is flaky passed 1`,
    `${file} › fails failed 0`,
    `${file} › is expected to fail unclear 0`,
    `${file} › is skipped skipped 0`,
    `${file} › skips itself skipped 0`,
    `${file} › is to be mended skipped 0`,
    `${file} › takes too long failed 0`,
    `${file} › group › inner › nested passed 0`,
    'mobile › shop.spec.mjs › passes passed 0',
    'mobile › shop.spec.mjs › group › inner › nested passed 0',
  ]);
  expect(caseOf(report, 'skips itself').skip?.message).toBe('needs "Docker"');
  expect(reasonOf(caseOf(report, 'fails'))).toBe('the service is down\nat /repo/shop.spec.mjs:8:9');
  expect(reasonOf(caseOf(report, 'takes too long'))).toBe('Test timeout of 200ms exceeded.');
  expect(codes(report)).toEqual([]);
});

test('an error outside every test of Playwright, and a total that nothing shows, are problems', () => {
  const document = JSON.parse(recorded('playwright-retries.json').toString());
  const changed = (more: object) => codes(read(Buffer.from(JSON.stringify({ ...document, ...more }))));
  expect(changed({ errors: [{ message: 'Error: no tests found' }] })).toEqual(['suite-failed']);
  expect(changed({ stats: { ...document.stats, unexpected: 3 } })).toContain('failures-missing');
});

const ctrf = (tests: object[], more: object = {}) =>
  Buffer.from(
    JSON.stringify({
      reportFormat: 'CTRF',
      specVersion: '1.0.0',
      results: {
        tool: { name: 'shop' },
        summary: { tests: tests.length, passed: 0, failed: 0, skipped: 0, pending: 0, other: 0, ...more },
        tests,
      },
    }),
  );

test('CTRF tells of attempts that failed, of suites and files, and of what is neither pass nor failure', () => {
  const report = read(
    ctrf(
      [
        {
          name: 'a',
          status: 'passed',
          duration: 250,
          suite: ['shop', 'pay'],
          filePath: '/repo/a.ts',
          line: 3,
        },
        { name: 'b', status: 'passed', duration: 1, suite: 'shop > pay', flaky: true, retries: 2 },
        { name: 'c', status: 'passed', duration: 1, retryAttempts: [{ attempt: 1, status: 'failed' }] },
        {
          name: 'd',
          status: 'failed',
          duration: 1,
          message: 'it is <down>',
          trace: 'at a.ts:4:1',
          retries: 1,
        },
        { name: 'e', status: 'pending', duration: 1, message: null },
        { name: 'f', status: 'other', duration: 1, rawStatus: 'inconclusive' },
        { name: 'a', status: 'skipped', duration: 1, suite: ['shop', 'pay'], message: 'needs "Docker"' },
      ],
      { failed: 1, skipped: 1, pending: 1 },
    ),
  );
  expect(told(report)).toEqual([
    'a.ts › shop › pay › a passed 0',
    'shop › pay › b passed 2',
    'shop › pay › a skipped 0',
    'c passed 1',
    'd failed 0',
    'e skipped 0',
    'f unclear 0',
  ]);
  const [a, , skipped, , d, , f] = report.cases;
  expect(a).toMatchObject({ timeSeconds: 0.25, sourceLine: 3 });
  expect(skipped?.skip?.message).toBe('needs "Docker"');
  expect(d?.failures).toMatchObject([{ message: 'it is <down>', text: 'at a.ts:4:1' }]);
  expect(f?.unclear).toBe('status="other: inconclusive"');
  expect(codes(report)).toEqual([]);
});

test('what Playwright’s CTRF reporter wrote names projects, retries and reasons of skips; no expected failure is a pass', () => {
  const report = read(recorded('ctrf-playwright.json'));
  expect(told(report)).toEqual([
    'shop.spec.mjs › desktop › passes passed 0',
    'shop.spec.mjs › desktop › is flaky passed 1',
    'shop.spec.mjs › desktop › fails failed 0',
    'shop.spec.mjs › desktop › skips itself skipped 0',
    'shop.spec.mjs › desktop › is to be mended skipped 0',
    'shop.spec.mjs › desktop › is expected to fail unclear 0',
    'shop.spec.mjs › desktop › takes too long failed 0',
    'shop.spec.mjs › desktop › group › inner › nested passed 0',
    'shop.spec.mjs › mobile › passes passed 0',
    'shop.spec.mjs › mobile › group › inner › nested passed 0',
  ]);
  expect(caseOf(report, 'skips itself').skip?.message).toBe('needs "Docker"');
  expect(reasonOf(caseOf(report, 'takes too long'))).toBe('Test timeout of 200ms exceeded.');
  expect(codes(report)).toEqual([]);
});

test.for([
  [
    'Vitest',
    'ctrf-vitest.json',
    [
      'shop.test.mjs › checkout > answers passed 0',
      'shop.test.mjs › checkout > fails failed 0',
      'shop.test.mjs › checkout > is flaky passed 1',
      'shop.test.mjs › checkout > is skipped skipped 0',
      'shop.test.mjs › checkout > skips itself skipped 0',
      'shop.test.mjs › checkout > is to do skipped 0',
      'shop.test.mjs › checkout > is expected to fail passed 0',
      'shop.test.mjs › checkout > inner > nested passed 0',
    ],
  ],
  [
    'mocha',
    'ctrf-mocha.json',
    [
      'mocha.mjs › checkout answers passed 0',
      'mocha.mjs › checkout fails failed 0',
      'mocha.mjs › checkout is flaky passed 1',
      'mocha.mjs › checkout is skipped skipped 0',
      'mocha.mjs › checkout skips itself skipped 0',
      'mocha.mjs › checkout is pending skipped 0',
      'mocha.mjs › checkout inner nested passed 0',
      'mocha.mjs › hooks "before all" hook for "never runs" failed 0',
    ],
  ],
  [
    // It does not tell projects apart, so that a check of the second is #2.
    'Jest',
    'ctrf-jest.json',
    [
      'shop.test.js › checkout › checkout answers passed 0',
      'shop.test.js › checkout › checkout answers #2 passed 0',
      'shop.test.js › checkout › checkout fails failed 0',
      'shop.test.js › checkout › checkout fails #2 failed 0',
      'shop.test.js › checkout › checkout is skipped skipped 0',
      'shop.test.js › checkout › checkout is skipped #2 skipped 0',
      'shop.test.js › checkout › checkout is to do skipped 0',
      'shop.test.js › checkout › checkout is to do #2 skipped 0',
      'shop.test.js › checkout › inner › checkout inner nested passed 0',
      'shop.test.js › checkout › inner › checkout inner nested #2 passed 0',
      'flaky.test.js › is flaky passed 1',
    ],
  ],
] as const)('what the CTRF reporter of %s wrote is read without a contradiction', ([, file, cases]) => {
  const report = read(recorded(file));
  expect(told(report).toSorted()).toEqual(cases.toSorted());
  expect(codes(report).filter((code) => code !== 'hook-failure')).toEqual([]);
});

test('CTRF whose summary counts what it does not list is doubted', () => {
  const one = { name: 'a', status: 'passed', duration: 1 };
  expect(codes(read(ctrf([one], { tests: 2 })))).toEqual(['totals-disagree']);
  expect(codes(read(ctrf([one], { failed: 1 })))).toContain('failures-missing');
});

test('CTRF that tells of errors outside every test is doubted', () => {
  const document = JSON.parse(ctrf([{ name: 'a', status: 'passed', duration: 1 }]).toString());
  document.results.extra = { errors: [{ message: 'global setup failed' }] };
  expect(codes(read(Buffer.from(JSON.stringify(document))))).toEqual(['suite-failed']);
});

test('JSON that is neither, or cut off, stays as it came', () => {
  for (const text of ['{"results":{"tool":{"name":"x"}}}', '{"suites":[', '{"a":1}', '[1]', '<testsuite/>']) {
    const bytes = Buffer.from(text);
    expect(asJUnit(bytes)).toBe(bytes);
  }
});

const xml = '<testsuites><testsuite name="s"><testcase name="a"/></testsuite></testsuites>';
const json = ctrf([{ name: 'a', status: 'passed', duration: 1 }]).toString();

test.for([
  ['before it', `npm run smoke\n> vitest <run>\n${xml}`, xml],
  ['after it', `${xml}\nDone in 3 s\n`, xml],
  ['in its first line', `ok: ${xml} bye`, xml],
  ['around JSON', `{ not this\n${json}\nDone\n`.slice(11), json],
  ['nowhere', `<?xml version="1.0"?>\n${xml}\n`, `<?xml version="1.0"?>\n${xml}`],
] as const)('noise %s is no part of a report', ([, text, report]) => {
  expect(printedReport(Buffer.from(text)).toString()).toBe(report);
});

test('what follows a report stays where it may be a second one that was cut off', () => {
  const twice = `${xml}\n<testsuites><testsuite name="t"><testcase name="b"/>`;
  expect(printedReport(Buffer.from(twice)).toString()).toBe(twice);
});
