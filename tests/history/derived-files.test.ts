import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { readSnapshots, snapshotFile } from '../../src/history/snapshot-file.ts';
import { cycle, minute, outcomes, start } from './cycle.ts';
import { folder, opened } from './folder.ts';
import { snapshot } from './snapshot.ts';

const violation = (index: number) => ({
  timestamp: new Date(start + index).toISOString(),
  alertname: `A${index}`,
});
const alertsOf = (reports: string) => path.join(reports, 'alerts_triggered.json');
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
  history.deriveFiles(reports);
  history.recordCycle(cycle(start + 2000, { violations: [violation(2000), violation(2001)] }));
  history.deriveFiles(reports);
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
  opened(reports).deriveFiles(reports);
  expect([text(snapshotFile(reports)), text(alertsOf(reports))]).toEqual(before);
});

test('what a loop remembers of the files takes no more memory than they do on disk', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  // What was collected is given back in the background.
  const held = async () => {
    let least = Number.POSITIVE_INFINITY;
    for (let attempt = 0; attempt < 10; attempt += 1) {
      collect();
      await sleep(50);
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      least = Math.min(least, heapUsed + arrayBuffers);
    }
    return least;
  };
  const reports = folder();
  const history = opened(reports);
  history.recordCycle(cycle(start, { violations: [violation(0)] }));
  history.deriveFiles(reports);
  const before = await held();
  for (let index = 1; index < 300; index += 1) {
    history.recordCycle(cycle(start + index, { violations: [violation(index)] }));
    history.deriveFiles(reports);
    // What else a cycle does with short texts, so that two entries are no neighbours in Node's pool of bytes.
    for (let text = 0; text < 40; text += 1) Buffer.from('x'.repeat(1000));
  }
  const remembered = (await held()) - before;
  const written = statSync(snapshotFile(reports)).size + statSync(alertsOf(reports)).size;
  expect(remembered / written).toBeLessThan(5);
});

test('nothing is written when nothing changed, and a file that someone changed is made anew', () => {
  const reports = folder();
  const history = opened(reports);
  history.recordCycle(cycle(start));
  expect(history.deriveFiles(reports).written).toHaveLength(2);
  expect(history.deriveFiles(reports).written).toEqual([]);
  const right = text(snapshotFile(reports));
  const stamp = statSync(snapshotFile(reports));
  writeFileSync(snapshotFile(reports), '[]');
  utimesSync(snapshotFile(reports), stamp.atime, stamp.mtime);
  expect(history.deriveFiles(reports).written).toEqual([snapshotFile(reports)]);
  expect(text(snapshotFile(reports))).toBe(right);
});

test('a cycle of another process appears too', () => {
  const reports = folder();
  const [one, other] = [opened(reports), opened(reports)];
  one.recordCycle(cycle(start));
  one.deriveFiles(reports);
  other.recordCycle(cycle(start + 1));
  one.deriveFiles(reports);
  expect(readSnapshots(reports)).toHaveLength(2);
});

test('an empty history gives empty arrays', () => {
  const reports = folder();
  opened(reports).deriveFiles(reports);
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
  ];
  writeFileSync(snapshotFile(reports), JSON.stringify(snapshots, null, 1));
  writeFileSync(alertsOf(reports), JSON.stringify([violation(1)]));
  const history = opened(reports);
  history.deriveFiles(reports);
  expect(readSnapshots(reports)).toEqual(JSON.parse(JSON.stringify(snapshots)));
  expect(JSON.parse(text(alertsOf(reports)))).toEqual([violation(1)]);
  expect(history.passRate(start, start)?.ratio).toBe(1);
  history.close();
  expect(opened(reports).counts().cycles).toBe(2);
});

test('files that can’t be read are set aside before they are derived anew', () => {
  const reports = folder();
  writeFileSync(snapshotFile(reports), '[{"timestamp": "2026');
  writeFileSync(alertsOf(reports), '{}');
  const history = opened(reports, { now: () => new Date(start) });
  history.deriveFiles(reports);
  expect(history.warnings).toHaveLength(2);
  const stamp = 'corrupt-2026-01-01T00-00-00.000Z';
  expect(readdirSync(reports)).toEqual(
    expect.arrayContaining([`metrics_snapshot.json.${stamp}`, `alerts_triggered.json.${stamp}`]),
  );
  expect(text(path.join(reports, `metrics_snapshot.json.${stamp}`))).toBe('[{"timestamp": "2026');
});
