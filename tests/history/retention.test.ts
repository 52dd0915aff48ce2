import { statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { Matcher } from '../../src/core/labels/matcher.ts';
import { exportSnapshots } from '../../src/history/export-files.ts';
import { readSnapshots } from '../../src/history/snapshot-file.ts';
import { countsOf } from './counts.ts';
import { cycle, minute, outcomes, start } from './cycle.ts';
import { databaseOf, folder, opened, single } from './folder.ts';

const keep = { retentionMs: 100 * minute, sampleRetentionMs: 10 * minute };

test('what is beyond retention goes, with all that hangs on it, and the rest stays', () => {
  let now = start;
  const reports = folder();
  const history = opened(reports, { ...keep, now: () => new Date(now) });
  history.beginGrid({ startMs: start, intervalMs: minute });
  history.transaction(() => {
    for (let index = 0; index < 600; index += 1) {
      const timeMs = start + index * minute;
      history.recordCycle(cycle(timeMs, { outcomes: outcomes([3], index), violations: [{ index }] }));
      history.recordSamples(timeMs, [{ series: `m{part="${Math.floor(index / 100)}"}`, value: index }]);
      history.recordTransition({ timeMs, alert: 'a', labels: {}, from: 'pending', to: 'firing' });
      history.recordDeployment({ timeMs, release: String(index) });
      history.saveState('alerts', index);
    }
  });
  exportSnapshots(history, reports);
  now = start + 600 * minute;
  const first = history.prune();
  expect(first.more).toBe(true);
  expect(countsOf(history).cycles).toBe(400); // a batch, so that nobody waits long
  while (history.prune().more);

  expect(countsOf(history)).toMatchObject({
    cycles: 100,
    outcomes: 3600,
    observedSlots: 100,
    scrapes: 10,
    transitions: 100,
  });
  expect(single(history, 'SELECT count(*) FROM outcomes')).toBe(3600);
  expect(single(history, 'SELECT count(*) FROM measurements')).toBe(7200);
  expect(single(history, 'SELECT count(*) FROM signals')).toBe(500);
  expect(single(history, 'SELECT count(*) FROM texts')).toBe(100);
  expect(single(history, 'SELECT count(*) FROM layouts')).toBe(1);
  expect(single(history, 'SELECT count(*) FROM violations')).toBe(100);
  expect(history.deployments(0, now)).toHaveLength(100);
  expect(history.latestCycle()?.outcomes[3]?.reason).toContain('599');
  expect([history.loadState('alerts', z.unknown()), history.grids().length]).toEqual([599, 1]);
  exportSnapshots(history, reports);
  expect(readSnapshots(reports)).toHaveLength(100);
  expect(history.prune()).toEqual({ deleted: 0, more: false });
  // A list of series that was deleted is made again.
  history.recordSamples(now, [{ series: 'm{part="0"}', value: 7 }]);
  const part: Matcher = { label: 'part', operator: '=', value: '0' };
  expect(history.series('m', [part], now, now)[0]?.points).toHaveLength(1);
});

test('the file gives its room back, and the log stays small', () => {
  let now = start;
  const reports = folder();
  const history = opened(reports, { retentionMs: minute, now: () => new Date(now) });
  for (let batch = 0; batch < 8; batch += 1) {
    history.transaction(() => {
      for (let index = 0; index < 100; index += 1) history.recordCycle(cycle(start + batch * 100 + index));
    });
  }
  history.prune();
  const full = countsOf(history).bytes;
  now = start + 60 * minute;
  while (history.prune().more);
  expect(countsOf(history).cycles).toBe(0);
  expect(countsOf(history).bytes).toBeLessThan(full / 5);
  expect(statSync(databaseOf(reports)).size).toBeLessThan(full / 5);
  history.recordCycle(cycle(now));
  expect(statSync(`${databaseOf(reports)}-wal`).size).toBeLessThanOrEqual(4_300_000);
});
