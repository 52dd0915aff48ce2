import { expect, test } from 'vitest';
import { labelFingerprint } from '../../../src/core/labels/fingerprint.ts';
import { alertsOf } from '../../../src/views/report/alert-episodes.ts';
import { Queries } from '../../../src/views/report/queries.ts';
import { scopeOf } from '../../../src/views/report/window.ts';
import { minute, start } from '../../history/cycle.ts';
import { folder, opened } from '../../history/folder.ts';

const window = { fromMs: start + 60 * minute, toMs: start + 120 * minute, stepMs: minute };

const labelsOf = (alertname: string, more: Record<string, string> = {}) => ({
  alertname,
  severity: 'critical',
  priority: 'P0',
  ...more,
});

test('each alert has its own begin and end, though several of one name overlap', () => {
  const history = opened(folder());
  const change = (min: number, labels: Record<string, string>, from: string, to: string, value?: number) =>
    history.recordTransition({
      timeMs: start + min * minute,
      alert: labels.alertname ?? '',
      labels,
      from,
      to,
      ...(value !== undefined && { value }),
    });
  const error = labelsOf('RollbackRequired', { trigger: 'error_ratio' });
  const latency = labelsOf('RollbackRequired', { trigger: 'latency_p95' });
  const disk = labelsOf('HighDiskUsage', { severity: 'warning', priority: 'P2' });
  const old = labelsOf('HighErrorRate');
  // Over before the window; fired before it and over within; and the two triggers crossing each other.
  change(10, old, 'inactive', 'firing');
  change(20, old, 'firing', 'resolved');
  change(50, old, 'inactive', 'pending');
  change(55, old, 'pending', 'firing', 0.02);
  change(70, error, 'inactive', 'pending');
  change(71, latency, 'inactive', 'pending');
  change(72, latency, 'pending', 'firing', 0.6);
  change(73, error, 'pending', 'firing', 0.03);
  change(74, latency, 'firing', 'firing'); // no data: neither begin nor end
  change(75, old, 'firing', 'resolved');
  change(80, error, 'firing', 'resolved');
  change(90, latency, 'firing', 'resolved');
  // Never fired, and one that does still when the window ends, whatever comes later.
  change(95, disk, 'inactive', 'pending');
  change(96, disk, 'pending', 'inactive');
  change(110, disk, 'inactive', 'firing');
  change(130, disk, 'firing', 'resolved');
  history.recordAcknowledgement({
    timeMs: start + 74 * minute,
    alertKey: labelFingerprint(latency),
    who: 'maya',
  });

  const queries = new Queries(history, window);
  const { episodes, neverFired } = alertsOf(
    queries,
    scopeOf(window, undefined),
    history.acknowledgements(window.fromMs, window.toMs),
  );
  const at = (timeMs: number | null) => timeMs && (timeMs - start) / minute;
  expect(
    episodes.map(({ alert, labels, pendingMs, firedMs, resolvedMs, durationMs, acknowledgedBy }) => [
      labels.trigger ?? alert,
      at(pendingMs),
      at(firedMs),
      at(resolvedMs),
      durationMs / minute,
      acknowledgedBy,
    ]),
  ).toEqual([
    ['HighErrorRate', 50, 55, 75, 20, null],
    ['latency_p95', 71, 72, 90, 18, 'maya'],
    ['error_ratio', 70, 73, 80, 7, null],
    ['HighDiskUsage', 110, 110, null, 10, null],
  ]);
  expect(neverFired.value).toBe(1);
});
