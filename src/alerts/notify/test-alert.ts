import { labelFingerprint } from '../../core/index.ts';
import type { AlertEvent, TestEvent } from './event.ts';
import { identityLabels } from './identity-labels.ts';

/** A test as an alert, for receivers that know nothing else. */
export function testAlert(event: TestEvent): AlertEvent {
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

/** Whether an event is an alert, or is sent as one. */
export function asAlert(event: { kind: string }): AlertEvent | undefined {
  if (event.kind === 'alert') return event as AlertEvent;
  return event.kind === 'test' ? testAlert(event as TestEvent) : undefined;
}
