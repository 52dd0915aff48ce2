import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { exportAlerts, exportSnapshots } from '../../src/history/export-files.ts';
import type { History } from '../../src/history/history.ts';
import { readSnapshots, snapshotFile } from '../../src/history/snapshot-file.ts';
import { countsOf } from './counts.ts';
import { cycle, minute, outcomes, start } from './cycle.ts';
import { folder, opened } from './folder.ts';
import { snapshot } from './snapshot.ts';

const violation = (index: number) => ({
  timestamp: new Date(start + index).toISOString(),
  alertname: `A${index}`,
});
const alertsOf = (reports: string) => path.join(reports, 'alerts_triggered.json');
const exported = (history: History, reports: string) => {
  exportSnapshots(history, reports);
  exportAlerts(history, reports);
};
const text = (file: string) => readFileSync(file, 'utf8');

test('the files hold the newest 1,000, and are the same after a restart', () => {
  const reports = folder();
  const history = opened(reports);
  history.transaction(() => {
    for (let index = 0; index < 1002; index += 1) {
      history.recordCycle(
        cycle(start + index, { outcomes: outcomes().slice(0, 2), violations: [violation(index)] }),
      );
    }
  });
  exported(history, reports);
  history.recordCycle(cycle(start + 2000, { violations: [violation(2000), violation(2001)] }));
  exported(history, reports);
  const snapshots = readSnapshots(reports);
  expect([snapshots.length, snapshots[0]?.cycle, snapshots.at(-1)?.cycle]).toEqual([
    1000,
    `cycle ${start + 3}`,
    `cycle ${start + 2000}`,
  ]);
  const alerts = JSON.parse(text(alertsOf(reports)));
  expect([alerts.length, alerts[0], alerts.at(-1)]).toEqual([1000, violation(4), violation(2001)]);
  // As JSON.stringify writes an array, so that a person can read it and a diff stays small.
  expect(text(snapshotFile(reports))).toBe(`${JSON.stringify(snapshots, null, 1)}\n`);

  const before = [text(snapshotFile(reports)), text(alertsOf(reports))];
  history.close();
  exported(opened(reports), reports);
  expect([text(snapshotFile(reports)), text(alertsOf(reports))]).toEqual(before);
});

test('a file that someone changed is made anew', () => {
  const reports = folder();
  const history = opened(reports);
  history.recordCycle(cycle(start));
  exported(history, reports);
  const right = text(snapshotFile(reports));
  writeFileSync(snapshotFile(reports), '[]');
  exported(history, reports);
  expect(text(snapshotFile(reports))).toBe(right);
});

test('a cycle of another process appears too', () => {
  const reports = folder();
  const [one, other] = [opened(reports), opened(reports)];
  one.recordCycle(cycle(start));
  exported(one, reports);
  other.recordCycle(cycle(start + 1));
  exported(one, reports);
  expect(readSnapshots(reports)).toHaveLength(2);
});

test('an empty history gives empty arrays', () => {
  const reports = folder();
  exported(opened(reports), reports);
  expect([text(snapshotFile(reports)), text(alertsOf(reports))]).toEqual(['[]\n', '[]\n']);
});

test('a new history takes over the snapshots and alerts of the files, unchanged', () => {
  const reports = folder();
  const snapshots = [
    snapshot(start, { failing: ['H01'], unknown: ['H02', 'H03'], cpu_percent: 33.33, error_ratio: null }),
    snapshot(start + minute, {
      pass_rate: null,
      coverage: 0,
      checks: { passed: 0, failed: 0, unknown: 0, skipped: 0 },
      live: {
        timeMs: start,
        startedMs: undefined,
        operations: 1,
        errors: 0,
        buckets: [['Infinity', 1]],
        residentMemoryBytes: 5,
      },
    }),
    snapshot(start + 2 * minute, {
      coverage: 0.5,
      checks: { passed: 0, failed: 1, unknown: 0, skipped: 2 },
      failing: ['H01', 'H02'],
      quarantined: ['H02'],
      pass_rate: 0,
    }),
  ];
  writeFileSync(snapshotFile(reports), JSON.stringify(snapshots, null, 1));
  writeFileSync(alertsOf(reports), JSON.stringify([violation(1)]));
  const history = opened(reports);
  exported(history, reports);
  expect(readSnapshots(reports)).toEqual(JSON.parse(JSON.stringify(snapshots)));
  expect(JSON.parse(text(alertsOf(reports)))).toEqual([violation(1)]);
  expect(history.passRate(start, start)?.ratio).toBe(1);
  history.close();
  expect(countsOf(opened(reports)).cycles).toBe(3);
});

test('files that can’t be read are set aside before they are derived anew', () => {
  const reports = folder();
  writeFileSync(snapshotFile(reports), '[{"timestamp": "2026');
  writeFileSync(alertsOf(reports), '{}');
  const history = opened(reports, { now: () => new Date(start) });
  exported(history, reports);
  expect(history.warnings).toHaveLength(2);
  const stamp = 'corrupt-2026-01-01T00-00-00.000Z';
  expect(readdirSync(reports)).toEqual(
    expect.arrayContaining([`metrics_snapshot.json.${stamp}`, `alerts_triggered.json.${stamp}`]),
  );
  expect(text(path.join(reports, `metrics_snapshot.json.${stamp}`))).toBe('[{"timestamp": "2026');
});
