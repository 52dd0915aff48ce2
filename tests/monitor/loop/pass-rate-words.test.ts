import { expect, test } from 'vitest';
import { catalogue } from '../../../health-tests/catalogue.ts';
import { alertRules } from '../../../src/alerts/rules/make-rules.ts';
import { thresholds } from '../../../src/core/thresholds/thresholds.ts';
import { alertWords } from '../../../src/monitor/loop/alert-words.ts';
import type { CheckOutcome, Outcome } from '../../../src/suite/outcomes/check-outcome.ts';
import { outcomeOf } from '../../suite/outcomes/outcome-of.ts';

const check = (id: string, outcome: Outcome, reason?: string): CheckOutcome => ({
  ...outcomeOf(id, outcome),
  group: catalogue.find((one) => one.id === id)?.group ?? 'shop',
  reason,
});

const low = { rule: 'TestPassRateLow', labels: { signal: 'pass_rate' } };

const wordsFor = (outcomes: CheckOutcome[], alert: { rule: string; labels: Record<string, string> } = low) =>
  alertWords(
    { ...alert, isNew: true, value: 0.9 },
    {
      rules: alertRules(thresholds),
      catalogue,
      outcomes,
      suite: { root: process.cwd(), command: undefined },
    },
  );

test('an alert on the pass rate names the gravest check that pulls it down, its next step and how it is run', () => {
  const { next, run } = wordsFor([
    check('C05', 'fail', 'the pass rate is low'),
    check('H01', 'fail', 'htdag is not loaded'),
    check('H09', 'fail', 'the smoke suite failed'),
    check('H02', 'pass'),
  ]);
  const definition = catalogue.find(({ id }) => id === 'H01');
  expect(next).toMatch(/^H01: htdag is not loaded \(first of 3 failing checks\): /);
  expect(next).toContain(definition?.next);
  expect(run).toMatch(
    /^npx vitest run -t H01 health-tests\/health\.test\.ts \(health-tests\/health\.test\.ts:\d+/,
  );
});

test('of checks that could not judge it says why, and without any the step is that of the rule', () => {
  expect(wordsFor([check('H02', 'unknown', 'missing from the run')]).next).toMatch(
    /^H02: missing from the run: /,
  );
  expect(wordsFor([check('H02', 'pass')]).next).toContain('vigil alerts');
});

test('of a suite that its time limit ended the check that hung is named, and no other', () => {
  const late = 'the suite did not end within 18s (`timeout`)';
  const lost = check('H01', 'unknown', `${late}; an earlier cycle had it`);
  const hung = check('H02', 'unknown', `it had begun and not ended; ${late}`);
  expect(wordsFor([lost, hung]).run).toContain('-t H02');
  const { run, next } = wordsFor([lost, check('H03', 'unknown', lost.reason)]);
  expect(run).toBeUndefined();
  expect(next).toMatch(/^2 unknown checks: the suite did not end within 18s \(`timeout`\): give its tests/);
});

test('a call for a rollback says what its pass rate counts other than that of the cycle', () => {
  const required = { rule: 'RollbackRequired', labels: { trigger: 'pass_rate' } };
  const failed = [check('H01', 'fail', 'down'), check('H09', 'fail', 'down')];
  const [lost, open] = [check('H01 › one', 'unknown'), check('H02', 'unknown')];
  expect(wordsFor([...failed, lost, open], required).summary).toMatch(
    /^Roll back: pass rate 90 % \(< 95 %\) for 5m, counting 1 unknown check as passed$/,
  );
  expect(wordsFor([...failed, lost], required).summary).toMatch(/for 5m$/);
  expect(wordsFor([...failed, lost, open]).summary).not.toContain('counting');
});
