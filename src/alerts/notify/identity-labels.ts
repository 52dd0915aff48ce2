import { labelFingerprint } from '../../core/index.ts';
import { clipped } from './describe.ts';
import type { AlertEvent, NotificationEvent, TestEvent } from './event.ts';

const longestName = 200;
const longestValue = 1024;

/**
 * The labels as Prometheus and Alertmanager accept them, and as they are sent everywhere: names of letters, digits and
 * `_`, no empty value, `alertname` and `severity` among them.
 */
export function identityLabels(
  event: Pick<AlertEvent, 'alertname' | 'severity' | 'labels'>,
): Record<string, string> {
  const named = { ...event.labels, alertname: event.alertname, severity: event.severity };
  const labels: Record<string, string> = {};
  for (const [name, value] of Object.entries(named)) {
    const sound = name
      .replace(/[^a-zA-Z0-9_]/g, '_')
      .replace(/^(?=\d|$)/, '_')
      .slice(0, longestName);
    const text = clipped(String(value), longestValue);
    if (text !== '') labels[sound] = text;
  }
  return labels;
}

/** A test as an alert, for receivers that know nothing else. */
function testAlert(event: TestEvent): AlertEvent {
  const identity = {
    alertname: 'VigilNotificationTest',
    severity: 'info' as const,
    labels: { vigil_test: 'true' },
  };
  return {
    kind: 'alert',
    ...identity,
    state: event.state,
    priority: 'P4',
    annotations: {
      summary: '[TEST] a test of this channel, nothing is wrong',
      description: `Sent by hand to see whether notifications arrive (${event.id}).`,
      next: 'nothing: it was only a test',
    },
    startsAt: event.at,
    ...(event.state === 'resolved' && { endsAt: event.at }),
    groupKey: 'vigil-test',
    fingerprint: labelFingerprint(identityLabels(identity)),
  };
}

/** An alert itself, or a test as one. TypeError for anything else, which a receiver of alerts does not accept. */
export function asAlert(event: NotificationEvent): AlertEvent {
  if (event.kind === 'alert') return event;
  if (event.kind === 'test') return testAlert(event);
  throw new TypeError(`a ${event.kind} is no alert`);
}
