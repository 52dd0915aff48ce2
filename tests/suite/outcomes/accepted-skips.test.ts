import { expect, test } from 'vitest';
import { validateConfig } from '../../../src/core/config/validate.ts';
import { judgeReport } from '../../../src/suite/outcomes/judge-suite.ts';
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

test('an entry says why, and until when by a date that exists', () => {
  expect(() => judged({ match: 'a' })).toThrow(/reason/);
  expect(() => judged({ match: 'a', reason, until: '2026-13-01' })).toThrow(/until/);
});
