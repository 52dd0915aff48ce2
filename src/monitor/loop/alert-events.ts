import {
  type AlertEvent,
  type AlertRule,
  alertText,
  type ChannelStatistics,
  evaluationFailed,
  type IncidentSummary,
  type Notification,
  type NotifiedAlert,
  runbookOfAlert,
  undeliveredRule,
  undeliveredText,
} from '../../alerts/index.ts';
import {
  type CheckDefinition,
  formatBound,
  labelFingerprint,
  type Priority,
  runbookOf,
  type Severity,
} from '../../core/index.ts';
import type { CheckOutcome } from '../../suite/index.ts';

export interface EventContext {
  rules: readonly AlertRule[];
  catalogue: readonly CheckDefinition[] | undefined;
  /** The outcomes of the last cycle, for the words of a failed check. */
  outcomes: readonly CheckOutcome[];
  /** How each channel delivers now. */
  channels?: Readonly<Record<string, ChannelStatistics>> | undefined;
  /** Where a person finds this watch. */
  url: string;
  /** Which of several watches this is; their alerts must not pass for one another's. */
  probe?: string | undefined;
  /** What a person on call does when this trigger calls for a rollback. */
  rollbackAdvice?: ((trigger: string) => string) | undefined;
}

function checkWords(
  alert: NotifiedAlert,
  { catalogue, outcomes, channels }: EventContext,
): AlertEvent['annotations'] {
  if (alert.rule === undeliveredRule.name) return undeliveredText(alert, channels);
  const id = alert.labels.check ?? '';
  const outcome = outcomes.find((check) => check.id === id) ?? outcomes.find(({ was }) => was === id);
  const definition = catalogue?.find((check) => check.id === id) ?? outcome?.definition;
  const name = definition ? `${id} ${definition.title}` : (outcome?.shown ?? id);
  const said = (outcome?.outcome === 'fail' ? outcome.reason : undefined)?.split('\n', 1)[0];
  const { flapping } = alert;
  const lately = flapping ? `${name} is flapping, failed ${flapping.failed} of ${flapping.of}` : name;
  const summary = said ? `${lately}: ${said}` : flapping ? lately : `${name} failed`;
  return {
    summary: alert.isNew ? summary : `${summary} (known before the deployment)`,
    ...(definition && { next: definition.next, runbook: runbookOf(definition) }),
  };
}

function ruleWords(
  rule: AlertRule,
  alert: NotifiedAlert,
  { rollbackAdvice }: EventContext,
): AlertEvent['annotations'] {
  const text = alertText(rule, alert);
  const { trigger } = alert.labels;
  const isRollback = rule.name === 'RollbackRequired' && trigger !== undefined;
  const next = (isRollback && rollbackAdvice?.(trigger)) || rule.next;
  return { ...text, next, runbook: rule.runbook };
}

/** What a person reads of a check or a rule that could not be judged. */
function evaluationWords({ labels }: NotifiedAlert): AlertEvent['annotations'] {
  const { rule, problem, check } = labels;
  return {
    summary: `${rule}${check === undefined ? '' : ` of ${check}`} could not be judged: ${problem}`,
    next: 'look into the log of vigil monitor; what this alert would tell of is not watched until it is resolved',
    runbook: runbookOfAlert(evaluationFailed.name),
  };
}

function wordsOf(alert: NotifiedAlert, context: EventContext): AlertEvent['annotations'] {
  const rule = context.rules.find(({ name }) => name === alert.rule);
  if (rule) return ruleWords(rule, alert, context);
  return alert.rule === evaluationFailed.name ? evaluationWords(alert) : checkWords(alert, context);
}

const labelsOf = ({ labels }: Pick<NotifiedAlert, 'labels'>, probe: string | undefined) =>
  probe ? { ...labels, probe } : labels;

/** The stream in which the events of an alert are sent. */
export const streamOfAlert = (alert: Pick<NotifiedAlert, 'labels'>, probe: string | undefined): string =>
  labelFingerprint(labelsOf(alert, probe));

const incidentWords = ({ id, startedBy, followedBy }: IncidentSummary) => ({ id, startedBy, followedBy });

function eventOf(
  alert: NotifiedAlert,
  { reason, groupKey }: Notification,
  context: EventContext,
): AlertEvent {
  const rule = context.rules.find(({ name }) => name === alert.rule);
  const isOver = reason === 'resolved';
  const labels = labelsOf(alert, context.probe);
  return {
    kind: 'alert',
    alertname: alert.rule,
    state: isOver ? 'resolved' : 'firing',
    severity: (alert.labels.severity ?? 'critical') as Severity,
    priority: (alert.labels.priority ?? 'P1') as Priority,
    labels,
    annotations: wordsOf(alert, context),
    startsAt: new Date(alert.firedAtMs).toISOString(),
    ...(isOver && { endsAt: new Date(alert.resolvedAtMs ?? alert.firedAtMs).toISOString() }),
    ...(alert.value !== undefined && { value: alert.value }),
    ...(rule?.unit && { unit: rule.unit }),
    ...(rule?.unit && rule.limit && { threshold: formatBound(rule.limit, rule.unit) }),
    groupKey,
    fingerprint: labelFingerprint(labels),
    generatorURL: context.url,
    ...(alert.reminder !== undefined && { reminder: alert.reminder }),
    ...(alert.incident && { incident: incidentWords(alert.incident) }),
  };
}

/** What the engine wants told, in the words of its rules and checks. */
export function eventsOf(notifications: readonly Notification[], context: EventContext): AlertEvent[] {
  return notifications.flatMap((notification) =>
    notification.alerts.map((alert) => eventOf(alert, notification, context)),
  );
}
