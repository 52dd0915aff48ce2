import { subjectLabels } from '../../core/index.ts';
import type { CheckOutcome } from '../../suite/index.ts';
import { immediateRule } from '../engine/immediate-rule.ts';
import { severityOf } from './rule.ts';

/** The rule with one alert per failed check; its severity and priority are those of the check. */
export const healthCheckRule = immediateRule(
  'HealthCheckFailed',
  { severity: 'critical', priority: 'P1', signal: 'check' },
  { flapping: { readings: 20, episodes: 3, calm: 10 } },
);

/** The labels of a check's alert. */
export function checkLabels({
  id,
  group,
  definition,
}: Pick<CheckOutcome, 'id' | 'group' | 'definition'>): Record<string, string> {
  const priority = definition?.priority ?? 'P1';
  const severity = definition?.severity ?? severityOf(priority);
  return { check: id, group, priority, severity, ...subjectLabels(definition) };
}
