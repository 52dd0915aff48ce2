import { expect, test } from 'vitest';
import { liveWindow } from '../../../src/alerts/signals/live-window.ts';
import { liveSignals } from '../../../src/alerts/signals/reading.ts';
import { minute, sample, start } from './sample.ts';

const window = 5 * minute;

test('one scrape of an old process is no window', () => {
  expect(liveWindow([sample(start, 5000)], window)).toBeUndefined();
  expect(liveWindow([], window)).toBeUndefined();
  expect(liveSignals([sample(start, 5000)], window)).toEqual({});
});

test('a process younger than the window has its whole life for one, though nobody scraped its birth', () => {
  const young = sample(start, 700, { startedMs: start - 2 * minute, errors: 7, slow: 70 });
  expect(liveWindow([young], window)).toMatchObject({
    seconds: 120,
    operations: 700,
    errors: 7,
    since: 'the target’s start',
  });
  expect(liveWindow([young], window)?.latencyP95).toBeCloseTo(0.375, 3);
});

test('a young process doesn’t inherit what the one before it counted', () => {
  const old = sample(start - 3 * minute, 9000, { errors: 500 });
  const young = sample(start, 700, { startedMs: start - 2 * minute });
  expect(liveWindow([old, young], window)).toMatchObject({ operations: 700, errors: 0, seconds: 120 });
});

test('a window begins at the earlier cycle nearest to its beginning', () => {
  const samples = [10, 4, 3, 1].map((age) => sample(start - age * minute, 10_000 - age * 1000));
  expect(liveWindow([...samples, sample(start, 10_000)], window)).toMatchObject({
    seconds: 240,
    operations: 4000,
    since: 'an earlier cycle',
  });
});

test('a cycle a little older than the window stands for it, one much older doesn’t', () => {
  const now = sample(start, 10_000);
  const first = sample(start - 5000, 9960);
  const late = liveWindow([sample(start - 5.2 * minute, 7000), first, now], window, first.timeMs);
  expect(late).toMatchObject({ seconds: 312, operations: 3000, since: 'an earlier cycle' });
  const lone = liveWindow([sample(start - 8 * minute, 7000), first, now], window, first.timeMs);
  expect(lone).toMatchObject({ seconds: 5, operations: 40, since: 'the first scrape of this cycle' });
});

test('every reading within a run sees the same window, however often it scraped', () => {
  const before = sample(start - 5.2 * minute, 7000);
  const run = [5, 4, 3, 2, 1, 0].map((age) => sample(start - age * 1000, 10_000 - age * 8));
  for (let scrapes = 2; scrapes <= run.length; scrapes += 1) {
    const seen = liveWindow([before, ...run.slice(0, scrapes)], window, run[0]?.timeMs);
    expect(seen?.since).toBe('an earlier cycle');
    expect(seen?.operations).toBeGreaterThan(2900);
  }
});

test('several scrapes of one run are never called an earlier cycle', () => {
  const run = [20, 10, 0].map((age) => sample(start - age * 1000, 10_000 - age * 8));
  expect(liveWindow(run, window, run[0]?.timeMs)).toMatchObject({
    operations: 160,
    since: 'the first scrape of this cycle',
  });
});

test('a restart in between loses nothing that was counted after it', () => {
  const samples = [
    sample(start - 4 * minute, 5000, { startedMs: undefined, errors: 10 }),
    sample(start - 2 * minute, 300, { startedMs: undefined, errors: 3 }),
    sample(start, 900, { startedMs: undefined, errors: 4 }),
  ];
  expect(liveWindow(samples, window)).toMatchObject({ operations: 900, errors: 4 });
});

test('evidence dated in the future, after a clock was set back, counts for nothing', () => {
  const future = sample(start + 60 * minute, 90_000, { errors: 9000 });
  expect(liveWindow([future, sample(start, 10_000)], window)).toBeUndefined();
  expect(liveWindow([future, sample(start - minute, 9000), sample(start, 10_000)], window)).toMatchObject({
    operations: 1000,
    errors: 0,
  });
});

test('the same instant twice is no window', () => {
  expect(liveWindow([sample(start, 1), sample(start, 2)], window)).toBeUndefined();
});

test('a P95 past the last bound of the histogram is said to be beyond it', () => {
  const short = (operations: number, beyond: number) =>
    sample(start, operations, {
      startedMs: start - minute,
      buckets: [
        { le: 0.1, count: operations - beyond },
        { le: Number.POSITIVE_INFINITY, count: operations },
      ],
    });
  expect(liveWindow([short(1000, 51)], window)).toMatchObject({ latencyP95: 0.1, beyondBuckets: true });
  expect(liveWindow([short(1000, 49)], window)).toHaveProperty('beyondBuckets', false);
});

test('a window without operations gives no signal, never a zero', () => {
  expect(liveSignals([sample(start - minute, 500), sample(start, 500)], window)).toEqual({});
});

test('signals are ratio, seconds and operations per second', () => {
  const samples = [sample(start - 2 * minute, 0), sample(start, 1200, { errors: 12 })];
  expect(liveSignals(samples, window)).toEqual({
    errorRatio: 0.01,
    latencyP95: expect.closeTo(0.095, 3),
    throughput: 10,
  });
});

test('a latency is that of the window, not of what the process did before', () => {
  const before = sample(start - 4 * minute, 100_000, { slow: 50_000 });
  const now = sample(start, 101_000, { slow: 50_100 });
  // A hundred of the thousand took 0.25 to 0.5 s: the 950th is half-way.
  expect(liveWindow([before, now], window)?.latencyP95).toBeCloseTo(0.375, 6);
});

test('a bucket that was not there before began at zero, and one that is gone says nothing', () => {
  const buckets = (...pairs: [le: number, count: number][]) => pairs.map(([le, count]) => ({ le, count }));
  const all = Number.POSITIVE_INFINITY;
  const before = sample(start - minute, 1000, { buckets: buckets([all, 1000], [9, 0]) });
  const now = sample(start, 2000, { buckets: buckets([all, 2000], [0.2, 1000]) });
  expect(liveWindow([before, now], window)).toMatchObject({ latencyP95: expect.closeTo(0.19, 6) });
  expect(liveWindow([before, now], window)).toHaveProperty('beyondBuckets', false);
});

test('the P95 is beyond the last bound when fewer than 95 of 100 lie below it, in whatever order the buckets come', () => {
  const of = (below: number, reverse = false) => {
    const buckets = [
      { le: 0.1, count: below },
      { le: Number.POSITIVE_INFINITY, count: 1000 },
    ];
    const ordered = reverse ? buckets.reverse() : buckets;
    return liveWindow([sample(start, 1000, { startedMs: start - minute, buckets: ordered })], window);
  };
  for (const reverse of [false, true]) {
    expect(of(949, reverse)).toHaveProperty('beyondBuckets', true);
    expect(of(950, reverse)).toHaveProperty('beyondBuckets', false);
  }
  for (const buckets of [[], [{ le: Number.POSITIVE_INFINITY, count: 1000 }]]) {
    const bare = liveWindow([sample(start, 1000, { startedMs: start - minute, buckets })], window);
    expect(bare).toHaveProperty('beyondBuckets', false);
  }
});

test('a process as old as the window begins it, and samples of another process are none of its life', () => {
  const own = { startedMs: start - window };
  const other = sample(start - minute, 90_000, { startedMs: start - 2 * window, errors: 900 });
  expect(liveWindow([other, sample(start, 700, { ...own, errors: 7 })], window)).toMatchObject({
    seconds: 300,
    operations: 700,
    errors: 7,
    since: 'the target’s start',
  });
});

test('of two samples beside the window’s begin the nearer one begins it, of two as near the one inside', () => {
  const from = (before: number, inside: number) =>
    liveWindow(
      [sample(start - before * minute, 1000), sample(start - inside * minute, 4000), sample(start, 10_000)],
      window,
    )?.seconds;
  expect(from(5.5, 4)).toBe(330);
  expect(from(7, 4.5)).toBe(270);
  expect(from(6, 4)).toBe(240);
  // As old as the window is inside of it.
  expect(from(6, 5)).toBe(300);
});

test('a sample of one and a half windows still stands for one, an older one for none', () => {
  const from = (age: number) => liveWindow([sample(start - age, 1000), sample(start, 2000)], window)?.seconds;
  expect(from(1.5 * window)).toBe(450);
  expect(from(1.5 * window + 1)).toBeUndefined();
});
