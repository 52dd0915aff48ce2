import { expect, test } from 'vitest';
import type { EngineSetup, Observation } from '../../../src/alerts/engine/inputs.ts';
import { type AlertRecord, initialState } from '../../../src/alerts/engine/state.ts';
import type { AlertEvent } from '../../../src/alerts/notify/event.ts';
import { labelFingerprint } from '../../../src/core/labels/fingerprint.ts';
import { streamOfAlert } from '../../../src/monitor/loop/alert-events.ts';
import { continueNotified, endsOfUnseen } from '../../../src/monitor/loop/taken-over.ts';

const rules = ['HighLatency', 'HealthCheckFailed'].map((name) => ({
  name,
  labels: { severity: 'critical' },
}));
const setup = { rules, policy: { externalLabels: { deployment: 'shop' } } } as unknown as EngineSetup;
const watcher = { probe: 'south', isOneOfSeveral: false };

/** What a probe told of an alert. */
function toldBy(probe: string, alertname: string, instance: Record<string, string> = {}): AlertEvent {
  const labels = { severity: 'critical', ...instance, alertname, deployment: 'shop', probe };
  return {
    kind: 'alert',
    alertname,
    state: 'firing',
    severity: 'critical',
    priority: 'P1',
    labels,
    annotations: { summary: 'it is slow' },
    startsAt: '2026-01-05T10:00:00.000Z',
    groupKey: 'g',
    fingerprint: labelFingerprint(labels),
  };
}

/** An alert that this Vigil sees. */
function seen(rule: string, status: AlertRecord['status']): AlertRecord {
  const labels = { severity: 'critical', alertname: rule };
  return {
    fingerprint: labelFingerprint(labels),
    rule,
    labels,
    status,
    sinceMs: 1,
    heldMs: 0,
    clearMs: 0,
    last: { atMs: 1, state: 'breached' },
    isNew: true,
  };
}

const stateOf = (...alerts: AlertRecord[]) => ({
  ...initialState(),
  alerts: Object.fromEntries(alerts.map((alert) => [alert.fingerprint, alert])),
});

const reading = (rule: string, state: Observation['reading']['state'], labels = {}): Observation => ({
  rule,
  labels,
  reading: { state },
});

test.each(['pending', 'firing'] as const)(
  'an alert that another told and that is %s here counts as told, and goes on under the name by which it was',
  (status) => {
    const event = toldBy('north', 'HighLatency');
    const state = stateOf(seen('HighLatency', status), seen('Other', 'firing'));
    const [mine, other] = Object.values(continueNotified(state, { open: [event], setup, watcher }).alerts);
    expect(mine?.told).toMatchObject({ firstMs: Date.parse(event.startsAt), reminders: 0 });
    expect(other?.told).toBeUndefined();
    const streamed = { labels: mine?.labels ?? {}, externalLabels: mine?.told?.externalLabels };
    expect(streamOfAlert(streamed, watcher)).toBe(event.fingerprint);
    // Its own goes on as it was.
    const own = toldBy('south', 'HighLatency');
    expect(continueNotified(state, { open: [own], setup, watcher })).toBe(state);
  },
);

test('the end of what another told is told where it is clear here or no check any more, never where it is unknown or seen', () => {
  const check = (name: string) => toldBy('north', 'HealthCheckFailed', { check: name });
  const open = [toldBy('north', 'HighLatency'), check('X1'), check('X2'), check('gone')];
  const observations = [
    reading('HealthCheckFailed', 'clear', { check: 'X1' }),
    reading('HealthCheckFailed', 'unknown', { check: 'X2' }),
  ];
  const endsIn = (
    state: ReturnType<typeof stateOf>,
    latency: Observation['reading']['state'],
    isWhole: boolean,
  ) =>
    endsOfUnseen(
      state,
      { open, setup, watcher },
      { observations: [...observations, reading('HighLatency', latency)], isWhole, atMs: 0 },
    );
  expect(endsIn(stateOf(), 'unknown', false)).toEqual([
    { ...open[1], state: 'resolved', endsAt: '1970-01-01T00:00:00.000Z' },
  ]);
  expect(endsIn(stateOf(), 'clear', true).map(({ labels }) => labels.check ?? 'latency')).toEqual([
    'latency',
    'X1',
    'gone',
  ]);
  expect(endsIn(stateOf(seen('HighLatency', 'firing')), 'clear', false)).toHaveLength(1);
});
