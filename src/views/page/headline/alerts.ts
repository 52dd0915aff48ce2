import { recordingRule } from '../../../alerts/index.ts';
import { formatBound, formatValue, holds } from '../../../core/index.ts';
import { causeOf, isSum } from '../causes.ts';
import { incidentsOfAlerts } from '../incidents.ts';
import type { ShownAlert } from '../open-alerts.ts';
import { clockText, spanText } from '../words.ts';
import type { Scene, Situation } from './situation.ts';

/** The alert, and of what it is where there may be several. */
const namedOf = ({ name, subject }: ShownAlert): string => (subject ? `${name} of ${subject}` : name);

/** What is wrong and for how long, without claiming more than the last reading showed. */
export function story(alert: ShownAlert, nowMs: number): string {
  const { says, sinceMs, value, limit, noDataSinceMs } = alert;
  const name = namedOf(alert);
  if (noDataSinceMs !== undefined) return `${says}, and since ${clockText(noDataSinceMs)} there is no data`;
  if (!alert.isClearing) return `${says} for ${spanText(nowMs - sinceMs)}`;
  const now = value && limit ? `${name} ${value} now, no longer ${limit}` : `${name} has cleared`;
  return `${now}; it fires on until that has held`;
}

function taken({ acknowledged, mute }: ShownAlert): string {
  if (acknowledged) return ` (acknowledged by ${acknowledged.who})`;
  return mute?.kind === 'maintenance' ? ` (silenced: ${mute.by})` : '';
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

/** Where to look for the cause. */
function hintOf(alert: ShownAlert, scene: Scene): string | undefined {
  if (alert.name === 'HighLatencyP95' || alert.subject === 'latency_p95') return slowComponent(scene);
  return isSum(alert) && alert.name !== 'RollbackRequired' ? causeOf(scene)?.next : undefined;
}

/** What is wrong and for how long; of a sum, such as the pass rate, what pulls it down. */
function causeStory(alert: ShownAlert, scene: Scene): string {
  const cause = isSum(alert) && !alert.isClearing ? causeOf(scene)?.text : undefined;
  if (cause === undefined) return story(alert, scene.nowMs);
  if (alert.name === 'RollbackRequired') return `${cause}; ${story(alert, scene.nowMs)}`;
  return story({ ...alert, says: cause }, scene.nowMs);
}

/** When something comes unless the value recovers. */
const dueText = (leftMs: number): string =>
  leftMs < 1000 ? 'now' : `in ${spanText(leftMs)} unless it recovers`;

/** When a rollback trigger that is pending will call for a rollback. */
export function rollbackDue({ nowMs, alerts, source }: Scene): string | undefined {
  const due = alerts
    .filter(({ name, isNew }) => name === 'RollbackRequired' && isNew)
    .flatMap(({ dueMs }) => dueMs ?? []);
  if (due.length === 0) return undefined;
  const how = source.isRollbackConfigured ? 'prepare to roll back' : 'prepare to roll back by hand';
  return `${how}: required ${dueText(Math.min(...due) - nowMs)}`;
}

/** The rollback trigger that fires, by failures that the deployment brought. */
export const firingRollback = ({ alerts }: Scene): ShownAlert | undefined =>
  alerts.find(({ name, status, isNew }) => name === 'RollbackRequired' && status === 'firing' && isNew);

/**
 * `RollbackRequired` fires. While the value hovers under the limit a person decides; the trigger has held its whole time. The
 * rollout is held, and not rolled back, for what the release before would bring back, and where nothing is known any more.
 */
export function rollbackRequired(scene: Scene): Situation | undefined {
  const alert = firingRollback(scene);
  if (!alert) return undefined;
  const hint = hintOf(alert, scene);
  const isOfBefore = scene.source.rollbackExplained?.(alert.subject ?? '') !== undefined;
  const isUnknown = alert.noDataSinceMs !== undefined;
  return {
    ...(isOfBefore || isUnknown ? { level: 'hold' } : { level: 'act', lead: 'Roll back now' }),
    because: `${causeStory(alert, scene)}${taken(alert)}`,
    next: `${isUnknown ? 'find why nothing is known, and decide by what users see: ' : ''}${alert.next}${hint ? `; for the cause ${hint}` : ''}`,
    runbook: alert.runbook,
    brief: 'a rollback is required',
  };
}

/** What alerts are asked for; those that fire are past their limit now, or `clearing`. */
type AlertState = 'firing' | 'clearing' | 'pending';

/** What an alert asks for: to hold the rollout, or, as a warning or one of before the deployment, to be looked at. */
function levelOf({ status, severity }: ShownAlert, hasToHold: boolean): Pick<Situation, 'level' | 'lead'> {
  if (status === 'pending')
    return { level: 'wait', lead: hasToHold ? 'Scale nothing yet' : 'Nothing to do yet' };
  if (hasToHold) return { level: 'hold' };
  return {
    level: 'look',
    lead: severity === 'info' ? 'Look on the next business day' : 'Look within 30m',
  };
}

/** Whether it holds the rollout: grave, and brought by the deployment. */
const hasToHold = ({ severity, isNew, isQuarantined }: ShownAlert): boolean =>
  severity === 'critical' && isNew && !isQuarantined;

/** What is said of an alert first: what is past its limit now before what has cleared and fires on. */
const worstOf = (alerts: readonly ShownAlert[]): ShownAlert | undefined =>
  alerts.find(({ isClearing }) => !isClearing) ?? alerts[0];

/** A rollback trigger of the deployment that is past its limit and has not held for its time yet. */
export function rollbackPending(scene: Scene): Situation | undefined {
  const alert = scene.alerts.find(
    ({ name, status, dueMs, isNew }) =>
      name === 'RollbackRequired' && status === 'pending' && isNew && dueMs !== undefined,
  );
  if (!alert) return undefined;
  return {
    level: 'wait',
    lead: 'Scale nothing yet',
    because: causeStory(alert, scene),
    next: hintOf(alert, scene) ?? 'look at what the release changed',
    runbook: alert.runbook,
    brief: `a rollback is due ${dueText((alert.dueMs ?? 0) - scene.nowMs)}`,
  };
}

/**
 * Each incident of a status as a situation, by the alert that leads it: those to hold for, or the others. What follows
 * from an alert, or belongs to an incident that holds the rollout, is no situation of its own. `clearing` ones are past no
 * limit any more and fire on for a while.
 */
export function alertSituations(scene: Scene, status: AlertState, isHolding: boolean): Situation[] {
  const alerts = scene.alerts
    .filter((alert) => alert.status === (status === 'clearing' ? 'firing' : status))
    .filter((alert) => alert.name !== 'RollbackRequired' || !hasToHold(alert))
    // While it lasts it is a situation by itself, and at once.
    .filter((alert) => alert.name !== recordingRule.name);
  return incidentsOfAlerts(alerts).flatMap((incident) => {
    const members = [incident.lead, ...incident.others];
    const holding = worstOf(members.filter(hasToHold));
    if ((holding !== undefined) !== isHolding) return [];
    const lead = holding ?? worstOf(members) ?? incident.lead;
    if (status !== 'pending' && lead.isClearing !== (status === 'clearing')) return [];
    const { isNew, dueMs, says } = lead;
    const due = dueMs === undefined ? '' : `, fires ${dueText(dueMs - scene.nowMs)}`;
    const before = `${isNew ? '' : ', as before the deployment'}${lead.isQuarantined ? ', in quarantine' : ''}`;
    const more = status === 'pending' ? due : `${before}${taken(lead)}`;
    return {
      ...levelOf(lead, isHolding),
      because: `${causeStory(lead, scene)}${more}`,
      next: hintOf(lead, scene) ?? lead.next,
      runbook: lead.runbook,
      brief:
        status === 'pending'
          ? `${says}, pending${due}`
          : lead.isClearing
            ? `${namedOf(lead)} is clearing`
            : says,
    };
  });
}
