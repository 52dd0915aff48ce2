import type { CycleRecord } from '../monitor/index.ts';
import type { CheckOutcome } from '../suite/index.ts';
import type { ScenarioMark, ScenarioResult } from './drill-documents.ts';
import type { Scenario } from './scenario.ts';

function markOf(check: CheckOutcome, scenario: Scenario): ScenarioMark {
  const intended = scenario.intended.find((entry) => entry.check === check.id);
  const isRed = check.outcome === 'fail' || check.outcome === 'unknown';
  if (intended) {
    const redEnough = intended.as === 'not-pass' ? isRed : check.outcome === 'fail';
    return redEnough && intended.shows(check) ? 'detected' : 'missed';
  }
  if (isRed) return scenario.collateral?.includes(check.id) ? 'collateral' : 'stray';
  return check.outcome === 'skipped' ? 'skipped' : 'green';
}

/** Holds a cycle under a fault against what the scenario says must, may and must not turn red. */
export function judgeScenario(scenario: Scenario, record: CycleRecord, seconds: number): ScenarioResult {
  const checks = record.outcomes.map((check) => ({
    id: check.id,
    mark: markOf(check, scenario),
    outcome: check.outcome,
    reason: check.reason ?? '',
  }));
  const absent = scenario.intended.filter(({ check }) => !checks.some(({ id }) => id === check));
  const also = scenario.also?.(record);
  return {
    name: scenario.name,
    description: scenario.description,
    around: scenario.around ?? false,
    checks,
    faults: [
      ...absent.map(({ check }) => `${check} was not run`),
      ...(record.verdict === 'pass' ? ['the cycle passed under the fault'] : []),
      ...(also ? [also] : []),
    ],
    seconds,
  };
}

/** Whether a scenario proved what it had to. */
export function isProven(result: ScenarioResult): boolean {
  return (
    !result.impossible &&
    result.faults.length === 0 &&
    !result.checks.some(({ mark }) => mark === 'missed' || mark === 'stray')
  );
}
