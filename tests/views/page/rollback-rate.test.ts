import { expect, test } from 'vitest';
import { openAlerts } from '../../../src/views/page/open-alerts.ts';
import { alert, factsOf, nowMs } from './support/facts.ts';
import { outcomesAt } from './support/outcomes.ts';

test('a call for a rollback by the pass rate says how many unknown checks that counts as passed', () => {
  const rate = alert('RollbackRequired', 'firing', 20, { value: 0.9, labels: { trigger: 'pass_rate' } });
  const outcomes = outcomesAt(nowMs, []).map((check, index) =>
    index < 2 ? { ...check, outcome: 'unknown' as const } : check,
  );
  const says = (some: typeof outcomes) =>
    openAlerts(factsOf({ alerts: [rate], cycle: { outcomes: some } }))[0]?.says;
  expect(says(outcomes)).toMatch(/pass rate 90 % .*, counting 2 unknown checks as passed$/);
  expect(says(outcomes.slice(2))).toMatch(/pass rate 90 % \(< 95 %\)$/);
});
