import type { GateCondition, Subject } from './condition.ts';
import { repeatsOthers } from './conditions/alerts.ts';

/** What explains others where it is not met; the outcomes and figures in `consequences` follow from these. */
const causes: readonly string[] = [
  'restarts',
  'checks',
  'uptime',
  'routeErrors',
  'errorRatio',
  'routeLatency',
  'latencyP95',
  'alerts',
];
const consequences: readonly string[] = ['passRate', 'errorBudget'];

/** Whether a condition only says again what others say. */
export function isConsequence({ id }: GateCondition, { signals, recorded }: Subject): boolean {
  const firing = (recorded.alerts?.open ?? []).filter(
    ({ status, severity }) => status === 'firing' && severity === 'critical',
  );
  return (
    consequences.includes(id) ||
    signals.burns.some(({ rule }) => rule === id) ||
    (id === 'alerts' && firing.length > 0 && firing.every(repeatsOthers))
  );
}

/** What is said first of what failed: what time does not mend, and then the cause before what follows from it. */
export function leadOf(condition: GateCondition, subject: Subject): number {
  const { id, askAgainAtMs } = condition;
  if (isConsequence(condition, subject)) return 3;
  const at = causes.indexOf(id);
  if (at >= 0) return 1 + at / causes.length;
  return askAgainAtMs === undefined ? 0 : 2;
}
