import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { cycleSignals } from '../../src/alerts/signals/cycle-signals.ts';
import { exportSnapshots } from '../../src/history/export-files.ts';
import { openHistoryReader } from '../../src/history/open-history.ts';
import { pastCyclesOf } from '../../src/history/past-cycles.ts';
import type { Snapshot } from '../../src/history/snapshot.ts';
import { readSnapshots } from '../../src/history/snapshot-file.ts';
import type { CycleRecord } from '../../src/monitor/cycle/cycle-record.ts';
import { recordedCycleOf } from '../../src/monitor/cycle/store-cycle.ts';
import { cycle, minute, outcomes, start } from './cycle.ts';
import { snapshotOf } from './direct-snapshot.ts';
import { databaseOf, folder, opened, single } from './folder.ts';
import { stripsOf } from './strips.ts';

test('a cycle comes back as it was recorded', () => {
  const history = opened(folder());
  const first = outcomes([3]);
  const recorded = cycle(start, {
    verdict: 'fail',
    problems: ['a line was torn'],
    outcomes: first.map((check, index) =>
      index === 0
        ? {
            ...check,
            measurements: [
              { name: 'nothing', value: Number.NaN, unit: 'ratio', note: 'no traffic' },
              { name: 'never', value: Number.POSITIVE_INFINITY, unit: 'seconds' },
            ],
          }
        : check,
    ),
    live: {
      timeMs: start,
      startedMs: start - minute,
      operations: 3,
      errors: 1,
      buckets: [
        { le: 0.1, count: 2 },
        { le: Number.POSITIVE_INFINITY, count: 3 },
      ],
      residentMemoryBytes: 1e8,
    },
  });
  history.recordCycle(recorded);
  expect(history.latestCycle()).toEqual(recorded);
  expect(history.cycle(recorded.id)).toEqual(recorded);
  expect(pastCyclesOf(history.snapshots(start)).liveSamples()).toEqual([recorded.live]);
  expect([history.cycle('another'), history.latestCycle('another target')]).toEqual([undefined, undefined]);
});

test('a cycle on demand fills no slot, whatever slot is due when it begins', () => {
  const history = opened(folder(), { now: () => new Date(start + 2 * minute) });
  history.beginGrid({ startMs: start, intervalMs: minute });
  history.recordCycle(cycle(start, { slotMs: undefined }));
  history.recordCycle(cycle(start + minute));
  expect(history.cycle(`cycle ${start}`)?.slotMs).toBeUndefined();
  expect(history.cycle(`cycle ${start + minute}`)?.slotMs).toBe(start + minute);
  expect(history.coverage(start, start + 2 * minute)).toMatchObject({ due: 2, observed: 1, missed: 1 });
});

test('checks of the same name are both kept, in their order', () => {
  const history = opened(folder());
  const [check] = outcomes();
  if (!check) throw new Error('no check');
  const twice = [check, { ...check, outcome: 'fail' as const, reason: 'the second one' }];
  history.recordCycle(cycle(start, { outcomes: twice }));
  expect(history.latestCycle()?.outcomes).toEqual(twice);
});

test('words that come again are stored once, failure texts go with the last cycle that needs them', () => {
  const history = opened(folder());
  for (let index = 0; index < 20; index += 1) {
    history.recordCycle(cycle(start + index, { outcomes: outcomes([1, 2], index % 2) }));
  }
  expect(single(history, 'SELECT count(*) FROM checks')).toBe(36);
  expect(single(history, 'SELECT count(*) FROM metrics')).toBe(72);
  expect(single(history, 'SELECT count(*) FROM texts')).toBe(4);
  expect(single(history, 'SELECT min(last_cycle) FROM texts')).toBe(19);
});

const outcome = fc.constantFrom('pass' as const, 'fail' as const, 'unknown' as const, 'skipped' as const);
const figure = fc.option(fc.double({ noNaN: true, min: 0, max: 1e6 }), { nil: undefined });
const record = fc.record({
  durationMs: fc.double({ noNaN: true, min: 0, max: 600_000 }),
  verdict: fc.constantFrom('pass' as const, 'fail' as const, 'inconclusive' as const),
  checks: fc.array(fc.record({ outcome, executed: fc.boolean() }), { maxLength: 8 }),
  values: fc.record({
    errorRatio: figure,
    latencyP95: figure,
    throughput: figure,
    cpuUsed: figure,
    memoryUsed: figure,
    diskUsed: figure,
  }),
});

test('snapshots from the database and in the file are those that the cycle itself shows', () => {
  const direct: Snapshot[] = [];
  const reports = folder();
  const history = opened(reports);
  const cycles = fc.sample(record, { numRuns: 60, seed: 4 });
  for (const [index, { checks, values, durationMs, verdict }] of cycles.entries()) {
    const judged = checks.map((check, at) => ({
      ...check,
      id: `C${at}`,
      title: 'a check',
      group: 'a group',
      measurements: [],
    }));
    const made: CycleRecord = {
      id: `cycle ${index}`,
      startedAt: new Date(start + index * minute),
      durationMs,
      target: { id: index % 2 === 0 ? 'one' : 'two', url: 'http://t', name: 'target' },
      verdict,
      outcomes: judged,
      signals: cycleSignals(judged),
      values: Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)),
      live: undefined,
      violations: [],
      problems: [],
      output: '',
      junitXml: undefined,
    };
    direct.push(JSON.parse(JSON.stringify(snapshotOf(made))));
    history.recordCycle(recordedCycleOf(made, start + index * minute));
  }
  exportSnapshots(history, reports);
  expect(readSnapshots(reports)).toEqual(direct);
  expect(history.snapshots(0)).toEqual(direct);
  expect(history.snapshots(start + 50 * minute, 4, 'one').map(({ cycle: id }) => id)).toEqual([
    'cycle 52',
    'cycle 54',
    'cycle 56',
    'cycle 58',
  ]);
});

test('pass rate, points and strips are those of the range and the target, both ends included', () => {
  const history = opened(folder());
  for (const [index, failing] of [[], [1], [1, 2], []].entries()) {
    history.recordCycle(
      cycle(start + index * minute, {
        outcomes: outcomes(failing),
        targetId: index === 3 ? 'another' : 'mine',
        signals: index === 1 ? {} : { errorRatio: index / 100 },
      }),
    );
  }
  expect(history.passRate(start + minute, start + 2 * minute)).toEqual({
    ratio: 61 / 64,
    cycles: 2,
    judged: 64,
  });
  expect(history.passRate(start, start + 9 * minute, 'mine')).toEqual({
    ratio: 93 / 96,
    cycles: 3,
    judged: 96,
  });
  expect(history.passRate(start - 9 * minute, start - minute)).toBeUndefined();
  expect(history.points('errorRatio', start, start + 2 * minute)).toEqual([
    { timeMs: start, value: 0 },
    { timeMs: start + 2 * minute, value: 0.02 },
  ]);
  const strips = stripsOf(history, { fromMs: start, toMs: start + 9 * minute, targetId: 'mine' });
  expect(strips.map(({ check }) => check)).toEqual(outcomes().map(({ id }) => id));
  expect(strips[1]?.entries.map(({ outcome: shown }) => shown)).toEqual(['pass', 'fail', 'fail']);
  expect(stripsOf(history, { fromMs: start, toMs: start + minute }, 'X01')).toHaveLength(1);
});

test('journals, windows, baseline and states come back, to another process too', () => {
  const reports = folder();
  const history = opened(reports);
  const transition = {
    timeMs: start,
    alert: 'HighErrorRate',
    labels: { severity: 'critical' },
    from: 'pending',
    to: 'firing',
    value: 0.02,
  };
  const resolved = { ...transition, timeMs: start + 2, to: 'resolved', cycleId: 'c' };
  for (const entry of [resolved, transition]) history.recordTransition(entry);
  history.recordDeployment({ timeMs: start, release: '1.4.0', who: 'ann' });
  const rollback = { timeMs: start, kind: 'git', stage: 'drain', status: 'done', reason: 'R01' };
  history.recordRollback(rollback);
  const acknowledged = { timeMs: start, alertKey: 'k', who: 'ann', untilMs: start + minute };
  history.recordAcknowledgement(acknowledged);
  const window = {
    id: 'w',
    reason: 'reboot',
    fromMs: start,
    toMs: start + minute,
    matchers: [{ label: 'group', operator: '=' as const, value: 'stack' }],
  };
  history.saveMaintenance(window);
  history.saveBaseline([{ check: 'H01', fingerprint: 'old', timeMs: start }]);
  history.saveBaseline([{ check: 'H02', fingerprint: 'new', timeMs: start }]);
  history.saveState('alerts', { pending: [1] });
  history.saveState('alerts', { pending: [2] });

  const reader = openHistoryReader({ file: databaseOf(reports) });
  expect(reader.transitions(start, start)).toEqual([transition]);
  expect(reader.transitions(start, start + 9)).toEqual([transition, resolved]);
  expect(reader.deployments(start, start)).toEqual([{ timeMs: start, release: '1.4.0', who: 'ann' }]);
  expect(reader.rollbacks(start, start)).toEqual([rollback]);
  expect(reader.acknowledgements(start, start)).toEqual([acknowledged]);
  expect(reader.maintenance(start, start)).toEqual([window]);
  expect(reader.maintenance(start + minute, start + minute)).toEqual([]);
  expect(reader.baseline()).toEqual([{ check: 'H02', fingerprint: 'new', timeMs: start }]);
  expect([reader.loadState('alerts', z.unknown()), reader.loadState('none', z.unknown())]).toEqual([
    { pending: [2] },
    undefined,
  ]);
  reader.close();

  history.saveMaintenance({ ...window, toMs: start + 1 });
  expect(history.maintenance(start + 2, start + 2)).toEqual([]);
});
