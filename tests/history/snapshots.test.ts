import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Bound, holds } from '../../src/core/thresholds/bound.ts';
import { thresholds } from '../../src/core/thresholds/thresholds.ts';
import { pastCyclesOf } from '../../src/history/past-cycles.ts';
import { storeLive } from '../../src/history/snapshot.ts';
import { readSnapshots, snapshotFile } from '../../src/history/snapshot-file.ts';
import { minute, sample, start } from '../alerts/signals/sample.ts';
import { snapshot } from './snapshot.ts';

function reports(content?: string): string {
  const made = mkdtempSync(path.join(os.tmpdir(), 'vigil-evidence-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  if (content !== undefined) writeFileSync(snapshotFile(made), content);
  return made;
}

test('without a file there is no evidence', () => {
  expect(readSnapshots(reports())).toEqual([]);
});

test.for([
  ['half a file', '[{"timestamp": "2026'],
  ['an empty file', ''],
  ['no array', '{"timestamp": "2026-01-01"}'],
  ['binary rubbish', '\u0000\u0001'],
] as const)('%s is no evidence, and stays as it is', ([, content]) => {
  const folder = reports(content);
  expect(() => readSnapshots(folder)).toThrow(
    expect.objectContaining({
      code: 'HARNESS',
      message: expect.stringContaining('evidence could not be read'),
    }),
  );
  expect(readFileSync(snapshotFile(folder), 'utf8')).toBe(content);
});

test.for([
  ['null', 'null'],
  ['a number', '7'],
  ['an empty object', '{}'],
  [
    'a time that is none',
    JSON.stringify(snapshot(start)).replace(/"timestamp":"[^"]*"/, '"timestamp":"soon"'),
  ],
  ['counts that are none', JSON.stringify(snapshot(start)).replace('"passed":32', '"passed":"32"')],
  ['no counts', JSON.stringify({ ...snapshot(start), checks: undefined })],
  ['live counters that are none', JSON.stringify({ ...snapshot(start), live: {} })],
] as const)('an entry that is %s is no evidence', ([, entry]) => {
  const folder = reports(`[${JSON.stringify(snapshot(start))}, ${entry}]`);
  expect(() => readSnapshots(folder)).toThrow(
    expect.objectContaining({
      code: 'HARNESS',
      message: 'evidence could not be read: entry 1 is not a snapshot',
    }),
  );
});

test('counters survive the file, the infinite bound among them', () => {
  const live = sample(start, 900, { slow: 3 });
  const folder = reports(JSON.stringify([snapshot(start, { live: storeLive(live) })]));
  expect(pastCyclesOf(readSnapshots(folder)).liveSamples()).toEqual([live]);
  expect(storeLive(undefined)).toBeNull();
});

test('the pass rate of the history is passed ÷ judged over the cycles of the window', () => {
  const history = pastCyclesOf([
    snapshot(start - 60 * minute, { checks: { passed: 0, failed: 10, unknown: 0, skipped: 0 } }),
    snapshot(start - 10 * minute, { checks: { passed: 30, failed: 1, unknown: 1, skipped: 4 } }),
    snapshot(start, { checks: { passed: 32, failed: 0, unknown: 0, skipped: 4 } }),
  ]);
  expect(history.passRate(start, 30 * minute)).toEqual({ ratio: 62 / 64, cycles: 2, judged: 64 });
  expect(history.passRate(start + 600 * minute, 30 * minute)).toBeUndefined();
});

test('a cycle that proved nothing lowers the history, it doesn’t vanish from it', () => {
  const dead = snapshot(start, { checks: { passed: 0, failed: 0, unknown: 36, skipped: 0 } });
  expect(pastCyclesOf([snapshot(start - minute), dead]).passRate(start, 30 * minute)?.ratio).toBe(32 / 68);
});

test('a cycle dated in the future belongs to no window', () => {
  expect(pastCyclesOf([snapshot(start + minute)]).passRate(start, 30 * minute)).toBeUndefined();
});

test('points leave out the cycles without a value', () => {
  const history = pastCyclesOf([
    snapshot(start - minute, { error_ratio: null }),
    snapshot(start, { error_ratio: 0.02 }),
  ]);
  expect(history.points('error_ratio')).toEqual([{ timeMs: start, value: 0.02 }]);
});

test('a pass rate that was low once recovers: what judges it does not count its own failing', () => {
  const cycles = [
    snapshot(minute, { checks: { passed: 20, failed: 4, unknown: 0, skipped: 12 }, pass_rate: 20 / 24 }),
  ];
  const slo = thresholds.passRate.slo as Bound;
  // As C05 and R02 do: each fails in a cycle when what is recorded before it is under the limit.
  for (let cycle = 2; cycle <= 8; cycle += 1) {
    const nowMs = cycle * minute;
    const past = pastCyclesOf(cycles);
    const failing = [
      ...(holds(slo, past.passRate(nowMs, 48 * 60 * minute)?.ratio ?? 0) ? [] : ['C05']),
      ...(holds(slo, past.points('pass_rate').at(-1)?.value ?? 0) ? [] : ['R02']),
    ];
    const [failed, passed] = [failing.length, 24 - failing.length];
    cycles.push(
      snapshot(nowMs, {
        checks: { passed, failed, unknown: 0, skipped: 12 },
        pass_rate: passed / 24,
        failing,
      }),
    );
  }
  expect(cycles.map(({ failing }) => failing.join())).toEqual(['', 'C05,R02', 'C05', 'C05', '', '', '', '']);
});
