import { expect, test } from 'vitest';
import { validateConfig } from '../../../src/core/config/validate.ts';
import { judgeReport } from '../../../src/suite/outcomes/judge-suite.ts';
import { heldAgainst, remembered } from '../../../src/suite/outcomes/known-checks.ts';
import { suiteResultOf } from '../../../src/suite/outcomes/suite-result.ts';
import { entry, xml } from './run-facts.ts';

const exit = { code: 0, signal: undefined, timedOut: false };
const result = suiteResultOf({
  exit,
  events: undefined,
  junitXml: xml(
    entry('adds', '<skipped type="pytest.skip" message="needs Docker 27">a.py:3: needs Docker 27</skipped>'),
    entry('removes', '<skipped/>'),
    entry('pays'),
  ),
});
const judged = (...skips: object[]) => {
  const { suite } = validateConfig({ suite: { command: ['a', '{junit}'], skips } }, 'the test');
  return judgeReport(result, suite.skips).outcomes.map(({ outcome, reason }) => [outcome, reason]);
};
const reason = 'no Docker there';
const [added, removed, paid] = [
  ['unknown', 'skipped: needs Docker 27'],
  ['unknown', 'skipped'],
  ['pass', undefined],
];

test('a skip is unknown unless the configuration accepts it', () => {
  expect(judged()).toEqual([added, removed, paid]);
});

test.for([
  ['what the runner says', 'needs docker'],
  ['a part of it', 'needs * 27'],
] as const)('a skip is accepted by %s', ([, match]) => {
  expect(judged({ match, reason })).toEqual([
    ['skipped', 'skipped: needs Docker 27 (accepted: no Docker there)'],
    removed,
    paid,
  ]);
});

test.for([
  [
    'go-junit-report',
    '<skipped message="Skipped">    pay_test.go:9: needs the race detector</skipped>',
    'pay_test.go:9: needs the race detector',
  ],
  [
    'gotestsum',
    '<skipped message="=== RUN   adds&#10;    pay_test.go:9: needs the race detector&#10;--- SKIP: adds (0.00s)&#10;"/>',
    'pay_test.go:9: needs the race detector',
  ],
  ['PHPUnit', '<skipped>needs the race detector</skipped>', 'needs the race detector'],
] as const)('the reason that %s gives is shown and accepted', ([, skip, said]) => {
  const skips = [{ match: 'race detector', reason }];
  const { suite } = validateConfig({ suite: { command: ['a', '{junit}'], skips } }, 'the test');
  const skipped = suiteResultOf({ exit, events: undefined, junitXml: xml(entry('adds', skip)) });
  const [open] = judgeReport(skipped).outcomes;
  expect([open?.outcome, open?.reason?.split('\n')[0]]).toEqual(['unknown', `skipped: ${said}`]);
  expect(judgeReport(skipped, suite.skips).outcomes[0]?.outcome).toBe('skipped');
});

test('a skip is accepted by what the check is called, for as long as it is said', () => {
  const accepted = ['skipped', 'skipped (accepted: no Docker there)'];
  expect(judged({ match: 'a.suite.mjs › removes', reason, until: '2099-01-01' })).toEqual([
    added,
    accepted,
    paid,
  ]);
  expect(judged({ match: 'removes', reason, until: '2020-01-01' })).toEqual([added, removed, paid]);
  // What ran is judged by how it ended.
  expect(judged({ match: '*', reason })[2]).toEqual(paid);
});

test('an accepted skip is remembered, so that it is missing when it is gone', () => {
  const { suite } = validateConfig(
    { suite: { command: ['a', '{junit}'], skips: [{ match: 'Docker', reason }] } },
    'the test',
  );
  const first = judgeReport(result, suite.skips);
  const checks = remembered([], first.outcomes);
  expect(checks.map(({ title }) => title)).toEqual(['adds', 'pays']);
  const without = suiteResultOf({ exit, events: undefined, junitXml: xml(entry('pays')) });
  const { outcomes } = heldAgainst(judgeReport(without, suite.skips), { declared: false, checks });
  expect(outcomes.map(({ title, outcome, reason }) => [title, outcome, reason?.split(':')[0]])).toEqual([
    ['pays', 'pass', undefined],
    ['adds', 'unknown', 'missing'],
  ]);
});

test('an entry says why, and until when by a date that exists', () => {
  expect(() => judged({ match: 'a' })).toThrow(/reason/);
  expect(() => judged({ match: 'a', reason, until: '2026-13-01' })).toThrow(/until/);
});
