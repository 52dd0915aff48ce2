import { describe, expect, test } from 'vitest';
import type { AlertRecord } from '../../../src/alerts/engine/state.ts';
import { formatExposition } from '../../../src/clients/exposition/format.ts';
import { parseExposition } from '../../../src/clients/exposition/parse.ts';
import { type WatchFacts, watchMetrics } from '../../../src/monitor/loop/watch-metrics.ts';
import { promtool } from '../metrics/promtool.ts';

const alert = (
  rule: string,
  status: AlertRecord['status'],
  more: Partial<AlertRecord> = {},
): AlertRecord => ({
  fingerprint: `${rule} ${status}`,
  rule,
  status,
  sinceMs: 0,
  heldMs: 0,
  clearMs: 0,
  isNew: true,
  labels: { alertname: rule, severity: 'critical' },
  last: { atMs: 0, state: 'breached' },
  ...more,
});

const channel = {
  sent: 5,
  failed: 2,
  dropped: 1,
  superseded: 0,
  pending: 4,
  oldestAgeSeconds: 9.5,
  undeliveredSeconds: 0,
  reason: undefined,
};

const figures: WatchFacts = {
  version: '1.2.3',
  targetId: 'http://127.0.0.1:8000',
  name: 'Shop',
  releases: { api: ['v1', 'v2'], search: null },
  suite: '0123456789abcdef',
  thresholds: 'abc',
  startedMs: 1_000_000,
  lastTickMs: 2_000_500,
  intervalMs: 300_000,
  coverage: { due: 10, observed: 8, missed: 2, ratio: 0.8, largestGapMs: 600_000, gaps: [] },
  sentinel: { state: 'received', atMs: 1_500_000, tookMs: 40 },
  confirmation: { state: 'confirming', failures: 1, sinceMs: 0 },
  alerts: {
    version: 1,
    groups: {},
    recent: {},
    incidents: {},
    alerts: Object.fromEntries(
      [
        alert('HealthCheckFailed', 'firing', { fingerprint: 'a' }),
        alert('HealthCheckFailed', 'firing', { fingerprint: 'b' }),
        alert('HighErrorRate', 'pending'),
        alert('HighLatencyP95', 'firing', { mute: { kind: 'maintenance', by: 'backup' } }),
        alert('HighDiskUsage', 'resolved'),
      ].map((one) => [one.fingerprint, one]),
    ),
  },
  channels: { pager: channel },
};

const read = (given: WatchFacts) => {
  const text = formatExposition(watchMetrics(given));
  return new Map(
    parseExposition(text).families.flatMap(({ samples }) =>
      samples.map(({ name, labels, value }) => [
        `${name} ${Object.values(labels).sort().join(' ')}`.trim(),
        value,
      ]),
    ),
  );
};

describe('the metrics of the watch itself', () => {
  test('are such as promtool wants them', { tags: ['promtool'] }, () => {
    expect(promtool(formatExposition(watchMetrics(figures)))).toEqual([]);
  });

  test('tell the heartbeat, the slots, the gap and the channels', () => {
    const values = read(figures);
    expect(Object.fromEntries(values)).toMatchObject({
      vigil_watch_last_tick_timestamp_seconds: 2000.5,
      vigil_watch_slots_due: 10,
      vigil_watch_slots_observed: 8,
      vigil_watch_slots_missed: 2,
      vigil_watch_coverage_ratio: 0.8,
      vigil_watch_largest_gap_seconds: 600,
      vigil_sentinel_receipt_timestamp_seconds: 1500,
      'vigil_sentinel_state received': 1,
      'vigil_sentinel_state missing': 0,
      'vigil_confirmation_state confirming': 1,
      'vigil_confirmation_state none': 0,
      'vigil_watch_info Shop abc http://127.0.0.1:8000': 1,
      'vigil_suite_info 0123456789abcdef': 1,
      'vigil_release_info api v1': 1,
      'vigil_release_info api v2': 1,
      'vigil_notifications_pending pager': 4,
      'vigil_notifications_total pager sent': 5,
    });
    expect([...values.keys()]).toContain(`vigil_build_info ${['1.2.3', process.version].sort().join(' ')}`);
  });

  test('count open alerts by state, and a resolved one no more', () => {
    const counts = [...read(figures)].filter(([key]) => key.startsWith('vigil_alerts'));
    expect(Object.fromEntries(counts)).toEqual({
      'vigil_alerts HealthCheckFailed critical firing': 2,
      'vigil_alerts HighErrorRate critical pending': 1,
      'vigil_alerts HighLatencyP95 critical muted': 1,
    });
  });

  test('claim nothing that is not known: no coverage before a slot was due, no receipt that never came', () => {
    const values = read({
      ...figures,
      coverage: { ...figures.coverage, due: 0, observed: 0, missed: 0, ratio: undefined },
      sentinel: { state: 'missing', atMs: 1, reason: 'no receipt' },
    });
    expect(values.has('vigil_watch_coverage_ratio')).toBe(false);
    expect(values.has('vigil_sentinel_receipt_timestamp_seconds')).toBe(false);
    expect(values.get('vigil_sentinel_state missing')).toBe(1);
  });
});
