import { expect, test } from 'vitest';
import { asJUnit } from '../../../src/suite/junit/as-junit.ts';
import { judgeReport } from '../../../src/suite/outcomes/judge-suite.ts';
import { heldAgainst, remembered } from '../../../src/suite/outcomes/known-checks.ts';
import { suiteResultOf } from '../../../src/suite/outcomes/suite-result.ts';
import { recorded } from '../junit/corpus.ts';

/** What a watch makes of a report whose run ended with the code that fits it. */
function judged(bytes: Buffer) {
  const junitXml = asJUnit(bytes);
  const code = junitXml.includes('<failure') ? 1 : 0;
  const exit = { code, signal: undefined, timedOut: false };
  return judgeReport(suiteResultOf({ exit, events: undefined, junitXml }, '/repo'));
}

interface PlaywrightSuite {
  specs: { tests: { projectName: string }[] }[];
  suites?: PlaywrightSuite[];
}

function withoutProject(suite: PlaywrightSuite, name: string): PlaywrightSuite {
  return {
    ...suite,
    specs: suite.specs.map((spec) => ({
      ...spec,
      tests: spec.tests.filter(({ projectName }) => projectName !== name),
    })),
    suites: suite.suites?.map((inner) => withoutProject(inner, name)) ?? [],
  };
}

function playwrightJson(gone?: string): Buffer {
  const document = JSON.parse(recorded('playwright-retries.json').toString());
  const suites = gone === undefined ? document.suites : [withoutProject(document.suites[0], gone)];
  const stats = { expected: 3, unexpected: 2, flaky: 1, skipped: 3 };
  return Buffer.from(JSON.stringify({ ...document, suites, ...(gone !== undefined && { stats }) }));
}

function ctrf(gone?: string): Buffer {
  const document = JSON.parse(recorded('ctrf-playwright.json').toString());
  const { results } = document;
  const all: { suite: string; status: string }[] = results.tests;
  const tests = all.filter(({ suite }) => gone === undefined || !suite.startsWith(gone));
  const of = (status: string) => tests.filter((one) => one.status === status).length;
  const summary = { ...results.summary, tests: tests.length, failed: of('failed'), skipped: of('skipped') };
  return Buffer.from(JSON.stringify({ ...document, results: { ...results, tests, summary } }));
}

const whole = (suites: readonly string[], attributes = '') =>
  Buffer.from(`<testsuites ${attributes}>${suites.join('')}</testsuites>`);

const browser = (name: string) =>
  `<testsuite name="shop.spec.ts" hostname="${name}"><testcase classname="shop.spec.ts" name="pays"/></testsuite>`;

const module = (name: string) => `<testsuite name="shop.CartTest"><properties>
  <property name="basedir" value="/ci/shop/${name}"/><property name="maven.multiModuleProjectDirectory" value="/ci/shop"/>
  </properties><testcase classname="shop.CartTest" name="adds"/></testsuite>`;

const displayed = (name: string) =>
  `<testsuite name="${name} shop.test.js"><testcase classname=" pays" name=" pays"/></testsuite>`;

test.for([
  ['Playwright’s JSON', playwrightJson(), playwrightJson('mobile'), 'mobile › shop.spec.mjs › passes'],
  ['Playwright’s CTRF', ctrf(), ctrf('mobile'), 'shop.spec.mjs › mobile › passes'],
  [
    'Playwright’s JUnit',
    whole([browser('chromium'), browser('firefox')], 'id=""'),
    whole([browser('chromium')], 'id=""'),
    'firefox › shop.spec.ts › pays',
  ],
  ['Maven', whole([module('cart'), module('pay')]), whole([module('cart')]), 'pay › shop.CartTest › adds'],
  [
    'Jest, as docs/suites.md sets it up',
    whole([displayed('desktop'), displayed('mobile')]),
    whole([displayed('desktop')]),
    'mobile shop.test.js › pays',
  ],
] as const)('a project that no longer runs is unknown: %s', ([, all, less, gone]) => {
  const first = judged(all);
  expect(first.outcomes.find(({ id }) => id === gone)?.outcome).toBe('pass');
  const checks = remembered([], first.outcomes);
  const { outcomes } = heldAgainst(judged(less), { declared: false, checks });
  const missing = outcomes.find(({ id }) => id === gone);
  expect(missing?.outcome).toBe('unknown');
  expect(missing?.reason).toMatch(/^missing: an earlier cycle had it/);
});
