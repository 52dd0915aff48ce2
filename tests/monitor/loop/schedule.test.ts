import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planNext, slotAt, slotTime } from '../../../src/monitor/loop/cycle-schedule.ts';
import { type Confirmation, confirm } from '../../../src/monitor/loop/saved-state.ts';

const minute = 60_000;
const grid = { startMs: 1_000_000, intervalMs: 5 * minute };

describe('the grid', () => {
  test('is computed from the start, so that no delay adds up', () => {
    expect(slotTime(grid, 576)).toBe(grid.startMs + 48 * 60 * minute);
    expect(slotAt(grid, slotTime(grid, 576) + 1)).toBe(576);
  });

  test('after a cycle that kept to its time the next slot follows, whenever in it the cycle ended', () => {
    const plan = planNext(grid, 3, slotTime(grid, 3) + 20_000);
    expect(plan).toEqual({ next: 4, nextMs: slotTime(grid, 4), skipped: { first: 4, count: 0 } });
  });

  test('a cycle that overran its slot skips it and says so, rather than running two at once', () => {
    const plan = planNext(grid, 3, slotTime(grid, 4) + 4 * minute);
    expect(plan).toEqual({ next: 5, nextMs: slotTime(grid, 5), skipped: { first: 4, count: 1 } });
  });

  test('a slot that came due only just now is still run', () => {
    expect(planNext(grid, 3, slotTime(grid, 5) + minute)).toEqual({
      next: 5,
      nextMs: slotTime(grid, 5),
      skipped: { first: 4, count: 1 },
    });
  });

  test('never plans a slot twice, never loses one: each is run or said to be skipped', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 40 * minute }), { maxLength: 60 }), (durations) => {
        let [last, now] = [0, grid.startMs];
        const seen = [0];
        for (const duration of durations) {
          now += duration;
          const { next, nextMs, skipped } = planNext(grid, last, now);
          expect(skipped.first).toBe(last + 1);
          seen.push(...Array.from({ length: skipped.count }, (_, index) => skipped.first + index), next);
          expect(nextMs).toBe(slotTime(grid, next));
          last = next;
          now = Math.max(now, nextMs);
        }
        expect(seen).toEqual(seen.map((_, index) => index));
      }),
    );
  });
});

describe('a first failure', () => {
  const afterCycles = (...verdicts: ('pass' | 'fail' | 'inconclusive')[]) =>
    verdicts.reduce<Confirmation>((state, verdict, index) => confirm(state, verdict, index * 1000), {
      state: 'none',
    });

  test('is confirmed by three in a row', () => {
    expect(afterCycles('fail')).toEqual({ state: 'confirming', failures: 1, sinceMs: 0 });
    expect(afterCycles('pass', 'fail', 'fail', 'fail')).toEqual({ state: 'confirmed', sinceMs: 1000 });
  });

  test('is gone with the first pass, and an inconclusive cycle neither confirms nor clears it', () => {
    expect(afterCycles('fail', 'fail', 'pass')).toEqual({ state: 'none' });
    expect(afterCycles('fail', 'inconclusive', 'fail', 'inconclusive')).toEqual({
      state: 'confirming',
      failures: 2,
      sinceMs: 0,
    });
    expect(afterCycles('fail', 'inconclusive', 'fail', 'fail')).toEqual({ state: 'confirmed', sinceMs: 0 });
  });
});
