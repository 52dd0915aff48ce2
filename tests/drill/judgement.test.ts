import { describe, expect, test } from 'vitest';
import type { CheckDefinition } from '../../src/core/catalogue/check-definition.ts';
import { drillReport } from '../../src/drill/drill-report.ts';
import { isProven, judgeScenario } from '../../src/drill/judge-scenario.ts';
import { type Scenario, says, unmet } from '../../src/drill/scenario.ts';
import type { CycleRecord } from '../../src/monitor/cycle/cycle-record.ts';
import type { CheckOutcome } from '../../src/suite/outcomes/check-outcome.ts';
import { inOrder } from '../support/in-order.ts';

const definition = (id: string): CheckDefinition => ({
  id,
  group: 'health',
  title: `check ${id}`,
  severity: 'critical',
  priority: 'P1',
  measures: '',
  needs: [],
  next: '',
});
const catalogue = ['H01', 'H02'].map(definition);

function outcome(id: string, state: CheckOutcome['outcome'], latency = 0.4): CheckOutcome {
  const bound = { operator: '<', value: 0.2 } as const;
  const measurements = [{ name: 'P95 latency', value: latency, unit: 'seconds' as const, bound }];
  return {
    id,
    title: id,
    group: 'health',
    outcome: state,
    executed: true,
    reason: `${id} is ${state}`,
    measurements,
  };
}

function cycle(...outcomes: CheckOutcome[]): CycleRecord {
  const isGreen = outcomes.every(({ outcome: state }) => state === 'pass');
  return { outcomes, verdict: isGreen ? 'pass' : 'fail' } as CycleRecord;
}

const scenario: Scenario = {
  name: 'slow',
  description: 'it is slow',
  intended: [{ check: 'H01', shows: unmet('P95 latency', (seconds) => seconds > 0.3) }],
  open: () => Promise.resolve({ impossible: 'never opened' }),
};

const marks = (record: CycleRecord, by = scenario) =>
  Object.fromEntries(judgeScenario(by, record, 1).checks.map(({ id, mark }) => [id, mark]));

describe('a check under a fault', () => {
  test('is detected when it fails and its measured value shows the fault', () => {
    const result = judgeScenario(scenario, cycle(outcome('H01', 'fail'), outcome('H02', 'pass')), 1);
    expect(result.checks.map(({ mark }) => mark)).toEqual(['detected', 'green']);
    expect(isProven(result)).toBe(true);
  });

  test.each(['pass', 'unknown', 'skipped'] as const)('is missed when it is %s', (state) => {
    const result = judgeScenario(scenario, cycle(outcome('H01', state), outcome('H02', 'fail')), 1);
    expect(result.checks[0]?.mark).toBe('missed');
    expect(isProven(result)).toBe(false);
  });

  test('is missed when it fails for another reason than the fault', () => {
    expect(marks(cycle(outcome('H01', 'fail', 0.25)))).toEqual({ H01: 'missed' });
  });

  test('is missed when it was not run at all', () => {
    const result = judgeScenario(scenario, cycle(outcome('H02', 'fail')), 1);
    expect(result.faults).toContain('H01 was not run');
    expect(isProven(result)).toBe(false);
  });

  test('is a stray when it turns red without being named, and collateral when it is named', () => {
    const record = cycle(outcome('H01', 'fail'), outcome('H02', 'unknown'));
    expect(marks(record)).toEqual({ H01: 'detected', H02: 'stray' });
    expect(isProven(judgeScenario(scenario, record, 1))).toBe(false);
    expect(marks(record, { ...scenario, collateral: ['H02'] })).toEqual({
      H01: 'detected',
      H02: 'collateral',
    });
  });

  test('may be unknown only where the fault says so', () => {
    const intended = [{ check: 'H01', as: 'not-pass' as const, shows: says(/is unknown/) }];
    expect(marks(cycle(outcome('H01', 'unknown')), { ...scenario, intended })).toEqual({ H01: 'detected' });
    expect(marks(cycle(outcome('H01', 'pass')), { ...scenario, intended })).toEqual({ H01: 'missed' });
  });
});

describe('the report', () => {
  const proven = judgeScenario(scenario, cycle(outcome('H01', 'fail'), outcome('H02', 'pass')), 1);

  test('is inconclusive while a check has no fault that it failed under, and names it', () => {
    const report = drillReport(catalogue, [proven], undefined, 1);
    expect(report).toMatchObject({ verdict: 'inconclusive', summary: { proven: 1, unproven: 1, missed: 0 } });
    expect(report.findings).toEqual([
      expect.stringMatching(inOrder('H02 check H02', 'no fault', 'can fail')),
    ]);
  });

  test('fails and names the check that stayed green under its fault', () => {
    const missed = judgeScenario(scenario, cycle(outcome('H01', 'pass'), outcome('H02', 'fail')), 1);
    const report = drillReport(catalogue, [missed], undefined, 1);
    expect(report.verdict).toBe('fail');
    expect(report.findings.join('\n')).toMatch(/H01 did not notice “slow”: it was pass/);
  });

  test('does not take a fault around the checks for a proof', () => {
    const report = drillReport(catalogue.slice(0, 1), [{ ...proven, around: true }], undefined, 1);
    expect(report.summary).toMatchObject({ proven: 0, unproven: 1 });
  });

  test('is inconclusive when a fault could not be injected', () => {
    const impossible = { ...proven, checks: [], impossible: 'prometheus is not installed here' };
    const report = drillReport(catalogue.slice(0, 1), [proven, impossible], undefined, 1);
    expect(report.verdict).toBe('inconclusive');
    expect(report.findings.join()).toMatch(
      inOrder('could not be injected', 'prometheus is not installed here'),
    );
  });

  test('fails when the healthy target had a false failure, and bounds the rate', () => {
    const healthy = { cycles: 100, falseCycles: 0, falseChecks: [], judged: 3600, skipped: [], seconds: 1 };
    const good = drillReport(catalogue.slice(0, 1), [proven], healthy, 1);
    expect(good.verdict).toBe('pass');
    // Rule of three: no failure in 100 leaves at most 2.95 % at 95 % confidence.
    expect(good.healthy?.falseRateUpper95).toBeCloseTo(0.0295, 4);
    const falseChecks = [{ id: 'H02', times: 1, reason: 'fail: slow' }];
    const bad = drillReport(catalogue.slice(0, 1), [proven], { ...healthy, falseCycles: 1, falseChecks }, 1);
    expect(bad.verdict).toBe('fail');
    expect(bad.findings[0]).toMatch(inOrder('H02', 'red', '1 ×', 'fail', 'slow'));
  });
});
