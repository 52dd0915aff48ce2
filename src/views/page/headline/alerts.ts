import { formatBeside, formatBound, formatValue, holds } from '../../../core/index.ts';
import type { Facts } from '../facts.ts';
import type { ShownAlert } from '../open-alerts.ts';
import { clause, clockText, listed, spanText } from '../words.ts';
import { hold, type Scene, type Situation } from './situation.ts';

const components = [
  ['htdagMean', 'HTDAG decomposition'],
  ['haloMean', 'HALO routing'],
  ['aopMean', 'AOP validation'],
] as const;

/** The component that is furthest over its own limit now, as a place to look. */
function slowComponent({ status, source }: Facts): string | undefined {
  const over = components.flatMap(([signal, title]) => {
    const value = status.values[signal];
    const { warning, unit } = source.table[signal];
    if (value === undefined || !warning || !holds(warning, value)) return [];
    const text = `look at ${title}: mean ${formatValue(value, unit)} (${formatBound(warning, unit)})`;
    return [{ text, factor: value / warning.value }];
  });
  return over.sort((a, b) => b.factor - a.factor)[0]?.text;
}

const isLatency = ({ name, subject }: ShownAlert): boolean =>
  name === 'HighLatencyP95' || subject === 'latency_p95';

/** What is wrong and for how long, without claiming more than the last reading showed. */
export function story(alert: ShownAlert, nowMs: number): string {
  const { says, sinceMs, value, limit, noDataSinceMs } = alert;
  const hasValue = value !== undefined && limit !== undefined;
  if (noDataSinceMs !== undefined) return `${says}, and since ${clockText(noDataSinceMs)} there is no data`;
  if (alert.isClearing) {
    const now = hasValue ? `${alert.name} ${value} now, no longer ${limit}` : `${alert.name} has cleared`;
    return `${now}; it fires on until that has held`;
  }
  return `${says} for ${spanText(nowMs - sinceMs)}`;
}

function taken({ acknowledged, mute }: ShownAlert): string {
  if (acknowledged) return ` (taken by ${acknowledged.who})`;
  return mute?.kind === 'maintenance' ? ` (maintenance, nobody is told: ${mute.by})` : '';
}

/** A pass rate that only unknown checks pull down sends nobody to look for failing ones. */
function unknownChecks({ cycle }: Facts): string | undefined {
  const outcomes = cycle?.outcomes ?? [];
  const unknown = outcomes.filter(({ outcome }) => outcome === 'unknown');
  const [first] = unknown;
  if (!first || outcomes.some(({ outcome }) => outcome === 'fail')) return undefined;
  const names = listed(unknown.map(({ id }) => id));
  return `find out why ${names} could not judge, no check fails: ${clause(first.reason ?? 'no reason given')}`;
}

function nextOf(alert: ShownAlert, facts: Facts): string {
  if (isLatency(alert)) return slowComponent(facts) ?? alert.next;
  const isPassRate = alert.name.startsWith('TestPassRate');
  return (isPassRate ? unknownChecks(facts) : undefined) ?? alert.next;
}

const label = ({ name, subject }: ShownAlert): string =>
  name === 'HealthCheckFailed' && subject ? subject : subject ? `${name} ${subject}` : name;

const isExplained = ({ mute }: ShownAlert): boolean => mute?.kind === 'inhibited';

/** When a rollback trigger that is pending will call for a rollback. */
export function rollbackDue({ facts, alerts }: Scene): string | undefined {
  const due = alerts
    .filter(({ name, status, isNew }) => name === 'RollbackRequired' && status === 'pending' && isNew)
    .flatMap(({ dueMs }) => (dueMs === undefined ? [] : [dueMs]));
  if (due.length === 0) return undefined;
  const leftMs = Math.min(...due) - facts.nowMs;
  return leftMs < 1000 ? 'rollback due now if it stays' : `rollback due in ${spanText(leftMs)} if it stays`;
}

/** The rollback trigger that fires, by failures that the deployment brought. */
export const requiredRollback = (alerts: readonly ShownAlert[]): ShownAlert | undefined =>
  alerts.find(({ name, status, isNew }) => name === 'RollbackRequired' && status === 'firing' && isNew);

/** `RollbackRequired` fires: by failures that the deployment brought. */
export function rollbackRequired({ facts, alerts }: Scene): Situation | undefined {
  const alert = requiredRollback(alerts);
  if (!alert) return undefined;
  const hint = isLatency(alert) ? slowComponent(facts) : undefined;
  return {
    // While the value hovers under the limit a person decides; the trigger itself has held for its whole time.
    level: 'act',
    lead: 'Roll back now',
    because: `${story(alert, facts.nowMs)}${taken(alert)}`,
    next: `${alert.next}${hint ? `; for the cause ${hint}` : ''}`,
    runbook: alert.runbook,
    brief: 'a rollback is required',
  };
}

/** When an alert fires if it stays, as the end of a sentence. */
function firesIn({ dueMs }: ShownAlert, nowMs: number): string {
  if (dueMs === undefined) return '';
  const leftMs = dueMs - nowMs;
  return leftMs < 1000 ? ', fires now' : `, fires in ${spanText(leftMs)} if it stays`;
}

/** Each alert of a status as a situation: those to hold for, or the others (warnings, and what was there before). */
export function alertSituations(
  { facts, alerts }: Scene,
  status: 'firing' | 'pending',
  hasToHold: boolean,
): Situation[] {
  const isFiring = status === 'firing';
  return alerts
    .filter((alert) => alert.status === status)
    .filter(({ severity, isNew }) => (severity === 'critical' && isNew) === hasToHold)
    .filter(({ name }) => !hasToHold || name !== 'RollbackRequired')
    .sort((a, b) => (isFiring ? Number(isExplained(a)) - Number(isExplained(b)) : 0))
    .map((alert) => {
      const due = hasToHold && !isFiring ? firesIn(alert, facts.nowMs) : '';
      const lookBy = alert.severity === 'info' ? 'Look on the next business day' : 'Look within 30 min';
      const wait = { level: 'wait', lead: hasToHold ? 'Scale nothing yet' : 'Nothing to do yet' } as const;
      const act = hasToHold
        ? ({ level: 'hold', lead: hold(facts) } as const)
        : ({ level: 'look', lead: lookBy } as const);
      const before = isFiring && !alert.isNew ? ', as before the deployment' : '';
      return {
        ...(isFiring ? act : wait),
        because: `${story(alert, facts.nowMs)}${before}${isFiring ? taken(alert) : due}`,
        next: nextOf(alert, facts),
        runbook: alert.runbook,
        brief: `${label(alert)} ${isFiring ? 'fires' : `is pending${due}`}`,
      };
    });
}

/** A limit that is crossed now, of which no alert tells yet: the rules look only every few seconds. */
export function unjudged({ facts, alerts }: Scene): Situation | undefined {
  const { status, source } = facts;
  if (alerts.some(({ severity, status: at }) => severity === 'critical' && at !== 'resolved'))
    return undefined;
  const over = (['uptime', 'errorRatio', 'latencyP95', 'passRate'] as const).flatMap((signal) => {
    const value = status.values[signal];
    const { title, unit, slo } = source.table[signal];
    if (value === undefined || !slo || holds(slo, value)) return [];
    return [`${title} ${formatBeside(value, slo.value, unit)} (must be ${formatBound(slo, unit)})`];
  });
  if (over.length === 0) return undefined;
  return {
    level: 'wait',
    lead: 'Scale nothing yet',
    because: `${over.join(', ')}, and no alert tells of it yet`,
    next: 'look again in a minute',
    brief: over.join(', '),
  };
}
