import { statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createOutboxTables } from '../../src/alerts/notify/outbox-tables.ts';
import type { Matcher } from '../../src/core/labels/matcher.ts';
import { exportSnapshots } from '../../src/history/export-files.ts';
import type { History } from '../../src/history/history.ts';
import { readSnapshots } from '../../src/history/snapshot-file.ts';
import { countsOf } from './counts.ts';
import { cycle, minute, outcomes, start } from './cycle.ts';
import { databaseOf, folder, opened, single } from './folder.ts';

const decision = {
  id: 'd',
  from: 0,
  to: 25,
  verdict: 'fail' as const,
  isTaken: false,
  askedBy: 'ci',
  via: 'command',
  times: 1,
  body: {},
};

const keep = { retentionMs: 100 * minute, sampleRetentionMs: 10 * minute };

test('what is beyond retention goes, with all that hangs on it, and the rest stays', () => {
  let now = start;
  const reports = folder();
  const history = opened(reports, { ...keep, now: () => new Date(now) });
  history.beginGrid({ startMs: start, intervalMs: minute });
  history.transaction(() => {
    for (let index = 0; index < 600; index += 1) {
      const timeMs = start + index * minute;
      now = timeMs;
      if (index > 0) history.observed(minute);
      history.recordCycle(cycle(timeMs, { outcomes: outcomes([3], index), violations: [{ index }] }));
      history.recordSamples(timeMs, [{ series: `m{part="${Math.floor(index / 100)}"}`, value: index }]);
      history.recordTransition({ timeMs, alert: 'a', labels: {}, from: 'pending', to: 'firing' });
      history.recordDeployment({ timeMs, release: String(index) });
      history.saveState('alerts', index);
    }
  });
  exportSnapshots(history, reports);
  now = start + 600 * minute;
  history.observed(minute);
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
  history.observed(0);
  history.prune();
  const full = countsOf(history).bytes;
  now = start + 60 * minute;
  history.observed(60 * minute);
  while (history.prune().more);
  expect(countsOf(history).cycles).toBe(0);
  expect(countsOf(history).bytes).toBeLessThan(full / 5);
  expect(statSync(databaseOf(reports)).size).toBeLessThan(full / 5);
  history.recordCycle(cycle(now));
  expect(statSync(`${databaseOf(reports)}-wal`).size).toBeLessThanOrEqual(4_300_000);
});

/** A history with everything that retention deletes, as a loop of some minutes left it. */
function watchedBriefly(reports: string, clock: { ms: number }) {
  const history = opened(reports, { ...keep, now: () => new Date(clock.ms) });
  createOutboxTables(history.database);
  history.beginGrid({ startMs: start, intervalMs: minute, endMs: start + 5 * minute });
  history.recordDeployment({ timeMs: start, release: 'v2' });
  history.recordDecision({ ...decision, timeMs: start, lastMs: start });
  history.saveMaintenance({ id: 'w', reason: 'r', fromMs: start, toMs: start + minute, matchers: [] });
  for (let index = 0; index < 5; index += 1) {
    clock.ms = start + index * minute;
    history.observed(minute);
    history.recordCycle(cycle(clock.ms, { outcomes: outcomes([3], index), violations: [{ index }] }));
    history.recordSamples(clock.ms, [{ series: 'm', value: index }]);
    history.recordTransition({ timeMs: clock.ms, alert: 'a', labels: {}, from: 'pending', to: 'firing' });
  }
  return history;
}

const tables = [
  'cycles',
  'scrapes',
  'slots',
  'grids',
  'violations',
  'transitions',
  'deployments',
  'decisions',
  'maintenance',
  'texts',
];
const rowsOf = (history: History) =>
  Object.fromEntries(tables.map((name) => [name, single(history, `SELECT count(*) FROM ${name}`)]));

test('a clock 70 days ahead for 40 seconds deletes nothing, and neither does one that goes back', () => {
  const clock = { ms: start };
  const history = watchedBriefly(folder(), clock);
  const before = rowsOf(history);
  for (const days of [70, -70, 3650]) {
    const rightMs = clock.ms;
    clock.ms += days * 86_400_000;
    for (let turn = 0; turn < 4; turn += 1) {
      history.observed(10_000);
      expect(history.prune()).toEqual({ deleted: 0, more: false });
    }
    clock.ms = rightMs + 40_000;
    history.observed(10_000);
    expect(history.prune().deleted).toBe(0);
  }
  expect(rowsOf(history)).toEqual(before);
  expect(history.deployments(0, clock.ms)).toMatchObject([{ release: 'v2' }]);
});

test('after a long watch a clock that jumps ahead takes only what is old anyway', () => {
  const clock = { ms: start };
  const history = opened(folder(), { ...keep, now: () => new Date(clock.ms) });
  history.beginGrid({ startMs: start, intervalMs: minute });
  for (let index = 0; index < 250; index += 1) {
    clock.ms = start + index * minute;
    history.observed(minute);
    history.recordCycle(cycle(clock.ms, { outcomes: [] }));
  }
  clock.ms += 70 * 86_400_000;
  history.observed(minute);
  while (history.prune().more);
  // A mark is made each minute: those of the last 100 minutes of the watch are kept, whatever the date.
  expect(history.snapshots(0).length).toBeGreaterThanOrEqual(100);
  expect(history.snapshots(0).length).toBeLessThanOrEqual(103);
  expect(history.snapshots(0).at(-1)?.timestamp).toBe(new Date(start + 249 * minute).toISOString());
  const { observed, due } = history.coverage(start + 150 * minute, start + 249 * minute);
  expect([observed, due]).toEqual([99, 99]);
});

test('what was recorded under a clock that was wrong goes when the loop has run for as long as it is kept', () => {
  const clock = { ms: start };
  const history = watchedBriefly(folder(), clock);
  // A machine without a clock of its own begins in 1970, until it is told the time.
  clock.ms = 60_000;
  history.observed(minute);
  history.recordCycle(cycle(clock.ms));
  clock.ms = start + 10 * minute;
  history.observed(minute);
  history.prune();
  expect(history.snapshots(0)).toHaveLength(6);
  for (let ran = 0; ran < 110; ran += 1) {
    clock.ms += minute;
    history.observed(minute);
    while (history.prune().more);
  }
  expect(history.snapshots(0)).toEqual([]);
});

test('a watch that stood still for 70 days deletes nothing of before: nobody ran meanwhile', () => {
  const clock = { ms: start };
  const reports = folder();
  watchedBriefly(reports, clock).close();
  clock.ms += 70 * 86_400_000;
  const history = opened(reports, { ...keep, now: () => new Date(clock.ms) });
  history.observed(minute);
  expect(history.prune().deleted).toBe(0);
  expect(history.snapshots(0)).toHaveLength(5);
});
