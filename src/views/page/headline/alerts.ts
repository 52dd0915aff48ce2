import { formatBound, formatValue, holds } from '../../../core/index.ts';
import type { ShownAlert } from '../open-alerts.ts';
import { clause, clockText, listed, spanText } from '../words.ts';
import type { Scene, Situation } from './situation.ts';

/** What is wrong and for how long, without claiming more than the last reading showed. */
export function story(alert: ShownAlert, nowMs: number): string {
  const { name, says, sinceMs, value, limit, noDataSinceMs } = alert;
  if (noDataSinceMs !== undefined) return `${says}, and since ${clockText(noDataSinceMs)} there is no data`;
  if (!alert.isClearing) return `${says} for ${spanText(nowMs - sinceMs)}`;
  const now = value && limit ? `${name} ${value} now, no longer ${limit}` : `${name} has cleared`;
  return `${now}; it fires on until that has held`;
}

function taken({ acknowledged, mute }: ShownAlert): string {
  if (acknowledged) return ` (taken by ${acknowledged.who})`;
  return mute?.kind === 'maintenance' ? ` (maintenance, nobody is told: ${mute.by})` : '';
}

/** The component that is furthest over its own limit now. */
function slowComponent({ status, source }: Scene): string | undefined {
  const over = (['htdagMean', 'haloMean', 'aopMean'] as const).flatMap((signal) => {
    const value = status.values[signal];
    const { title, warning, unit } = source.table[signal];
    if (value === undefined || !warning || !holds(warning, value)) return [];
    const text = `look at ${title} ${formatValue(value, unit)} (${formatBound(warning, unit)})`;
    return [{ text, factor: value / warning.value }];
  });
  return over.sort((a, b) => b.factor - a.factor)[0]?.text;
}

/** Where to look for the cause; a pass rate that only unknown checks pull down sends nobody to failing ones. */
function hintOf({ name, subject }: ShownAlert, scene: Scene): string | undefined {
  if (name === 'HighLatencyP95' || subject === 'latency_p95') return slowComponent(scene);
  const outcomes = scene.cycle?.outcomes ?? [];
  const unknown = outcomes.filter(({ outcome }) => outcome === 'unknown');
  const isFailing = outcomes.some(({ outcome }) => outcome === 'fail');
  if (!name.startsWith('TestPassRate') || !unknown[0] || isFailing) return undefined;
  const names = listed(unknown.map(({ id }) => id));
  const reason = clause(unknown[0].reason ?? 'no reason given');
  return `find out why ${names} could not judge, no check fails: ${reason}`;
}

/** When something comes unless the value recovers. */
const dueText = (leftMs: number): string =>
  leftMs < 1000 ? 'now' : `in ${spanText(leftMs)} unless it recovers`;

/** When a rollback trigger that is pending will call for a rollback. */
export function rollbackDue({ nowMs, alerts }: Scene): string | undefined {
  const due = alerts
    .filter(({ name, isNew }) => name === 'RollbackRequired' && isNew)
    .flatMap(({ dueMs }) => dueMs ?? []);
  return due.length === 0 ? undefined : `rollback due ${dueText(Math.min(...due) - nowMs)}`;
}

/** The rollback trigger that fires, by failures that the deployment brought. */
export const requiredRollback = ({ alerts }: Scene): ShownAlert | undefined =>
  alerts.find(({ name, status, isNew }) => name === 'RollbackRequired' && status === 'firing' && isNew);

/** `RollbackRequired` fires. While the value hovers under the limit a person decides; the trigger has held its whole time. */
export function rollbackRequired(scene: Scene): Situation | undefined {
  const alert = requiredRollback(scene);
  if (!alert) return undefined;
  const hint = hintOf(alert, scene);
  return {
    level: 'act',
    lead: 'Roll back now',
    because: `${story(alert, scene.nowMs)}${taken(alert)}`,
    next: `${alert.next}${hint ? `; for the cause ${hint}` : ''}`,
    runbook: alert.runbook,
    brief: 'a rollback is required',
  };
}

/** What an alert asks for: to hold the rollout, or, as a warning or one of before the deployment, to be looked at. */
function levelOf({ status, severity }: ShownAlert, hasToHold: boolean): Pick<Situation, 'level' | 'lead'> {
  if (status === 'pending')
    return { level: 'wait', lead: hasToHold ? 'Scale nothing yet' : 'Nothing to do yet' };
  if (hasToHold) return { level: 'hold' };
  return {
    level: 'look',
    lead: severity === 'info' ? 'Look on the next business day' : 'Look within 30 min',
  };
}

const isExplained = ({ mute }: ShownAlert): number => Number(mute?.kind === 'inhibited');

/** Each alert of a status as a situation: those to hold for, or the others. What another alert explains comes last. */
export function alertSituations(scene: Scene, status: 'firing' | 'pending', hasToHold: boolean): Situation[] {
  return scene.alerts
    .filter((alert) => alert.status === status)
    .filter(({ severity, isNew }) => (severity === 'critical' && isNew) === hasToHold)
    .filter(({ name }) => !hasToHold || name !== 'RollbackRequired')
    .toSorted((a, b) => isExplained(a) - isExplained(b))
    .map((alert) => {
      const { name, subject = '', isNew, dueMs } = alert;
      const label = name === 'HealthCheckFailed' ? subject : `${name} ${subject}`.trim();
      const due = dueMs === undefined ? '' : `, fires ${dueText(dueMs - scene.nowMs)}`;
      const more = status === 'pending' ? due : `${isNew ? '' : ', as before the deployment'}${taken(alert)}`;
      return {
        ...levelOf(alert, hasToHold),
        because: `${story(alert, scene.nowMs)}${more}`,
        next: hintOf(alert, scene) ?? alert.next,
        runbook: alert.runbook,
        brief: `${label} ${status === 'firing' ? 'fires' : `is pending${due}`}`,
      };
    });
}
