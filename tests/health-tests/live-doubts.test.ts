import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { growthBy } from '../../health-tests/support/growth.ts';
import { alternation } from '../../health-tests/support/several-instances.ts';
import { usualShare } from '../../health-tests/support/watch-met.ts';
import { historyFile, openHistory, readMeasured } from '../../src/history/index.ts';
import { minute, sample, start } from '../alerts/signals/sample.ts';

const at = (index: number, operations: number, startedMs: number | undefined) =>
  sample(start + index * minute, operations, { startedMs });

test('a process that was replaced and answers again is a second instance; a restart is none', () => {
  const [old, young] = [start - 100 * minute, start - 5 * minute];
  expect(alternation([at(0, 10, old), at(1, 20, old), at(2, 3, young), at(3, 9, young)])).toBeUndefined();
  expect(alternation([at(0, 10, old), at(1, 3, young), at(2, 11, old)])).toMatch(/answer in turn/);
  expect(alternation([at(0, 10, old), at(1, 20, old + 500), at(2, 30, old)])).toBeUndefined();
});

test('without start times, a counter that falls and goes on where it was is two', () => {
  const none = undefined;
  expect(alternation([at(0, 500, none), at(1, 3, none), at(2, 9, none)])).toBeUndefined();
  expect(alternation([at(0, 500, none), at(1, 3, none), at(2, 502, none)])).toMatch(/goes on at 502/);
});

/** A counter to which others add at a steady rate, read by the clock. */
function counter(perSecond: number) {
  const begunAt = performance.now();
  let own = 0;
  return {
    add: (count: number) => {
      own += count;
    },
    read: async () => own + Math.floor(((performance.now() - begunAt) / 1000) * perSecond),
  };
}

test('growth is what we sent, not what others sent meanwhile', async () => {
  const quiet = counter(0);
  const counted = await growthBy(quiet.read, async () => {
    quiet.add(20);
    return 20;
  });
  expect(counted).toEqual({ grown: 20, must: { operator: '>=', value: 20 }, note: undefined });
  const fed = counter(50);
  const uncounted = await growthBy(fed.read, () => new Promise((resolve) => setTimeout(resolve, 100, 20)));
  expect(uncounted.grown).toBeLessThan(uncounted.must.value);
});

test('growth that others feed far more than we do is only asked for, and says so', async () => {
  const busy = counter(100_000);
  const { must, note } = await growthBy(busy.read, async () => 3);
  expect(must.value).toBe(1);
  expect(note).toContain('too many to tell ours');
});

test('nothing that was answered is no growth of nothing', async () => {
  await expect(
    growthBy(
      async () => 1,
      async () => 0,
    ),
  ).rejects.toThrow('nothing could be counted');
});

test('what earlier cycles of a target measured is read by its name, each cycle once', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'vigil-measured-'));
  try {
    expect(readMeasured(folder, 'a', 'share', 0)).toEqual([]);
    const history = openHistory({ file: historyFile(folder) });
    const cycle = (id: string, targetId: string, startedMs: number, value: number) =>
      history.recordCycle({
        id,
        slotMs: undefined,
        startedMs,
        durationMs: 1000,
        targetId,
        verdict: 'pass',
        problems: [],
        signals: {},
        outcomes: ['C06', 'R01'].map((check) => ({
          id: check,
          title: check,
          group: 'g',
          outcome: 'pass' as const,
          executed: true,
          reason: undefined,
          durationMs: 1,
          measurements: [{ name: 'share', value, unit: 'ratio' as const, sample: 7 }],
        })),
      });
    cycle('1', 'a', 1000, 0.1);
    cycle('2', 'b', 2000, 0.2);
    cycle('3', 'a', 3000, 0.3);
    history.close();
    expect(readMeasured(folder, 'a', 'share', 0)).toEqual([
      { timeMs: 2000, value: 0.1, sample: 7 },
      { timeMs: 4000, value: 0.3, sample: 7 },
    ]);
    expect(readMeasured(folder, 'a', 'share', 2500)).toHaveLength(1);
    expect(readMeasured(folder, 'a', 'other', 0)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a rise that stays never becomes what is usual', () => {
  const points = (values: number[], from = 0) =>
    values.map((value, index) => ({ timeMs: start + (from + index) * minute, value }));
  expect(usualShare(points([0.01, 0.02]))).toBeUndefined();
  expect(usualShare(points([0.01, 0.02, 0.03]))).toBe(0.02);
  // Without a release that is recorded.
  expect(usualShare(points([0.01, 0.01, 0.02, 0.33, 0.33, 0.33, 0.33]))).toBe(0.01);
  expect(usualShare(points([0.33, 0.33, 0.33, 0.33]))).toBeUndefined();
  // Before the release, however high it was.
  const past = [...points([0.4, 0.4, 0.4]), ...points([0.1, 0.1, 0.1, 0.1, 0.1], 10)];
  expect(usualShare(past, start + 5 * minute)).toBe(0.4);
});
