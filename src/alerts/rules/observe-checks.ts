import type { CheckOutcome } from '../../suite/index.ts';
import { immediateRule } from '../engine/immediate-rule.ts';
import type { Observation, Reading } from '../engine/inputs.ts';
import { severityOf } from './rule.ts';

/** The rule with one alert per failed check; its severity and priority are those of the check. */
export const healthCheckRule = immediateRule(
  'HealthCheckFailed',
  { severity: 'critical', priority: 'P1', signal: 'check' },
  { flapping: { readings: 20, episodes: 3, calm: 10 } },
);

function readingOf({ outcome, quarantined }: CheckOutcome): Reading {
  // Nobody is called for what somebody mends already. It is no proof of health either.
  if (quarantined) return { state: 'unknown' };
  if (outcome === 'fail') return { state: 'breached' };
  return { state: outcome === 'pass' ? 'clear' : 'unknown' };
}

/** One reading per check of a cycle. A skip proves nothing, so it resolves nothing either. */
export function observeChecks(
  outcomes: readonly CheckOutcome[],
  isNew: (check: CheckOutcome) => boolean = () => true,
): Observation[] {
  return outcomes.map((check) => {
    const priority = check.definition?.priority ?? 'P1';
    const severity = check.definition?.severity ?? severityOf(priority);
    return {
      rule: healthCheckRule.name,
      labels: { check: check.id, group: check.group, priority, severity },
      reading: readingOf(check),
      isNew: check.outcome === 'fail' ? isNew(check) : undefined,
    };
  });
}
