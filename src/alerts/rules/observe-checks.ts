import { type CheckOutcome, failureCause } from '../../suite/index.ts';
import type { Observation, Reading } from '../engine/inputs.ts';
import { checkLabels, healthCheckRule } from './check-alert.ts';
import { failingAlerts, isOfPassRate } from './explain-pass-rate.ts';
import { rollbackTriggers } from './observe-rollback.ts';

function readingOf({ outcome, quarantined }: CheckOutcome): Reading {
  // Nobody is called for what somebody mends already. It is no proof of health either.
  if (quarantined) return { state: 'unknown' };
  if (outcome === 'fail') return { state: 'breached' };
  return { state: outcome === 'pass' ? 'clear' : 'unknown' };
}

/** Whether a check says again what a rule on its signal, or a trigger of a rollback, says by itself. */
const isDerived = (check: CheckOutcome): boolean =>
  isOfPassRate(check) ||
  (check.group === 'rollback' && rollbackTriggers.some(({ check: id }) => id === check.id));

/** One reading per check of a cycle. A skip proves nothing, so it resolves nothing either. */
export function observeChecks(
  outcomes: readonly CheckOutcome[],
  isNew: (check: CheckOutcome) => boolean = () => true,
): Observation[] {
  const alerts = failingAlerts(outcomes);
  return outcomes.map((check) => {
    const isFailing = check.outcome === 'fail';
    return {
      rule: healthCheckRule.name,
      labels: checkLabels(check),
      reading: readingOf(check),
      isNew: isFailing ? isNew(check) : undefined,
      cause: isFailing ? failureCause(check) : undefined,
      isDerived: isDerived(check) || undefined,
      isQuarantined: check.quarantined ? true : undefined,
      explainedBy: isFailing && isOfPassRate(check) ? { alerts, atLeast: 1 } : undefined,
    };
  });
}
