import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import type { Notification } from '../../../src/alerts/engine/outputs.ts';
import { formatExposition } from '../../../src/clients/exposition/format.ts';
import { eventsOf, streamOfAlert } from '../../../src/monitor/loop/alert-events.ts';
import { type WatchFacts, watchMetrics } from '../../../src/monitor/loop/watch-metrics.ts';
import { withLabel } from '../../../src/monitor/metrics/cycle-metrics.ts';

const firing = {
  reason: 'firing',
  groupKey: 'g',
  alerts: [
    {
      rule: 'HealthCheckFailed',
      labels: { alertname: 'HealthCheckFailed', severity: 'critical', check: 'H01' },
      firedAtMs: 0,
    },
  ],
} as unknown as Notification;

const eventOf = (probe?: string, isOneOfSeveral = false) =>
  eventsOf([firing], {
    rules: [],
    catalogue: undefined,
    outcomes: [],
    url: 'http://vigil',
    probe,
    isOneOfSeveral,
  })[0];

test('what several watches tell of one check are several alerts: the end of one is not that of another', () => {
  const [none, north, south] = [eventOf(), eventOf('north'), eventOf('south')];
  expect(none?.labels).not.toHaveProperty('probe');
  expect(north?.labels).toMatchObject({ probe: 'north', check: 'H01' });
  expect(new Set([none, north, south].map((event) => event?.fingerprint)).size).toBe(3);
});

test('what one of several sees is information, in its stream too', () => {
  const event = eventOf('north', true);
  expect(event).toMatchObject({ severity: 'info', priority: 'P4', labels: { severity: 'info' } });
  expect(eventOf('north')).toMatchObject({ severity: 'critical' });
  const [alert] = firing.alerts;
  const watcher = { probe: 'north', isOneOfSeveral: true };
  expect(alert && streamOfAlert(alert, watcher)).toBe(event?.fingerprint);
});

const factsOf = (sentinel: WatchFacts['sentinel']): WatchFacts => ({
  version: '1.2.3',
  targetId: 'http://target',
  name: 'Shop',
  releases: {},
  suite: undefined,
  thresholds: 'abc',
  startedMs: 0,
  lastTickMs: 0,
  intervalMs: 300_000,
  coverage: { due: 1, observed: 1, missed: 0, ratio: 1, largestGapMs: 0, gaps: [] },
  sentinel,
  confirmation: { state: 'none' },
  alerts: { version: 1, groups: {}, recent: {}, incidents: {}, alerts: {} },
  channels: {},
});

test.each([
  ['a sentinel that arrived', { state: 'received', atMs: 1_000_000, tookMs: 450 }, [1000, 1, 0.45]],
  ['one that is missing', { state: 'missing', atMs: 1_000_000, reason: 'x' }, [1000, 0, undefined]],
  ['none yet', { state: 'never' }, [undefined, 0, undefined]],
  ['none at all', { state: 'off' }, [undefined, 0, undefined]],
] as const)(
  '%s is exposed as what it is, and promtool finds nothing to say',
  { tags: ['promtool'] },
  (_, sentinel, [at, ok, took]) => {
    const families = withLabel(watchMetrics(factsOf(sentinel)), 'probe', 'north');
    const value = (name: string, state?: string) =>
      families
        .find((one) => one.name === name)
        ?.samples.find(({ labels }) => state === undefined || labels.state === state)?.value;
    expect(value('vigil_sentinel_timestamp_seconds')).toBe(at);
    expect(value('vigil_sentinel_state', 'received')).toBe(ok);
    expect(value('vigil_sentinel_travel_seconds')).toBe(took);
    expect(value('vigil_watch_interval_seconds')).toBe(300);
    const samples = families.flatMap((one) => one.samples);
    expect(samples.every(({ labels }) => labels.probe === 'north')).toBe(true);
    const said = spawnSync('promtool', ['check', 'metrics'], {
      input: formatExposition(families),
      encoding: 'utf8',
    });
    expect(said.error).toBeUndefined();
    expect(said.stderr).toBe('');
  },
);
