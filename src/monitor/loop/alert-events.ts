import {
  type AlertEvent,
  type IncidentSummary,
  type Notification,
  type NotifiedAlert,
  sharedStreamOf,
} from '../../alerts/index.ts';
import { formatBound, labelFingerprint, type Priority, type Severity } from '../../core/index.ts';
import { alertWords, type WordContext } from './alert-words.ts';

export interface EventContext extends WordContext {
  /** Where a person finds this watch. */
  url: string;
  /** Which of several watches this is; their alerts must not pass for one another's. */
  probe?: string | undefined;
  /** Whether several watch: what one of them sees is information, and what enough see is told by Alertmanager. */
  isOneOfSeveral?: boolean | undefined;
}

type Labelled = Pick<NotifiedAlert, 'labels' | 'externalLabels'>;
type Watcher = Pick<EventContext, 'probe' | 'isOneOfSeveral'>;

function labelsOf(
  { labels, externalLabels }: Labelled,
  { probe, isOneOfSeveral }: Watcher,
): Record<string, string> {
  const whole = { ...labels, ...externalLabels };
  const own = isOneOfSeveral ? { ...whole, severity: 'info', priority: 'P4' } : whole;
  // One that another probe told is told under that one's name until its end.
  const teller = externalLabels?.probe ?? probe;
  return teller ? { ...own, probe: teller } : own;
}

/** What names an alert at every one of several Vigils. */
export const sharedStreamOfAlert = (
  alert: Labelled,
  { isOneOfSeveral }: Pick<Watcher, 'isOneOfSeveral'>,
): string => sharedStreamOf({ labels: labelsOf(alert, { isOneOfSeveral }) });

/** The stream in which the events of an alert are sent. */
export const streamOfAlert = (alert: Labelled, watcher: Watcher): string =>
  labelFingerprint(labelsOf(alert, watcher));

const incidentWords = ({ id, startedBy, followedBy }: IncidentSummary) => ({ id, startedBy, followedBy });

/** A runbook as a link that can be followed: the page of the watch serves the documents. */
const absolute = (runbook: string, url: string): string =>
  runbook.startsWith('docs/') ? (URL.parse(runbook, `${url}/`)?.href ?? runbook) : runbook;

function eventOf(
  alert: NotifiedAlert,
  { reason, groupKey }: Notification,
  context: EventContext,
): AlertEvent {
  const rule = context.rules.find(({ name }) => name === alert.rule);
  const isOver = reason === 'resolved';
  const labels = labelsOf(alert, context);
  const words = alertWords(alert, context);
  return {
    kind: 'alert',
    alertname: alert.rule,
    state: isOver ? 'resolved' : 'firing',
    severity: (labels.severity ?? 'critical') as Severity,
    priority: (labels.priority ?? 'P1') as Priority,
    labels,
    annotations: { ...words, ...(words.runbook && { runbook: absolute(words.runbook, context.url) }) },
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
