import { type Bound, checksOfPassRate, holds, labelFingerprint } from '../../core/index.ts';
import { type CheckOutcome, isFailure } from '../../suite/index.ts';
import { alertLabels } from '../engine/observe-all.ts';
import { checkLabels, healthCheckRule } from './check-alert.ts';

/** Whether a check tells of past cycles' pass rate and not of the deployment. */
export const isOfPassRate = ({ id, group }: Pick<CheckOutcome, 'id' | 'group'>): boolean =>
  checksOfPassRate.has(id) && (group === 'monitoring' || group === 'rollback');

/** The alerts of the checks that fail by themselves, by their fingerprints. */
export const failingAlerts = (outcomes: readonly CheckOutcome[]): string[] =>
  outcomes
    .filter((check) => isFailure(check) && !isOfPassRate(check))
    .map((check) => labelFingerprint(alertLabels(healthCheckRule, checkLabels(check))));

/**
 * The alerts of the failing checks, and how many of them explain a pass rate past its limit: had so many passed, and those
 * that only judge the rate, it would be within. `undefined` where all of them together do not, as for unknown checks.
 */
export function explainedByChecks(
  outcomes: readonly CheckOutcome[],
  bound: Bound,
): { alerts: string[]; atLeast: number } | undefined {
  const alerts = failingAlerts(outcomes);
  const failed = outcomes.filter(isFailure).length;
  const count = (of: CheckOutcome['outcome']) => outcomes.filter(({ outcome }) => outcome === of).length;
  const passed = count('pass') + failed - alerts.length;
  const judged = count('pass') + count('unknown') + failed;
  for (let atLeast = 1; atLeast <= alerts.length; atLeast += 1)
    if (!holds(bound, (passed + atLeast) / judged)) return { alerts, atLeast };
  return undefined;
}
