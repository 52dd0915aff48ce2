import { expect, test } from 'vitest';
import { combinedLive, type LiveSample, liveWindow } from '../../../src/alerts/signals/live-window.ts';
import { restoreLive, storeLive } from '../../../src/history/snapshot.ts';

const minuteMs = 60_000;
const atMs = 100 * minuteMs;

const sample = (minute: number, operations: number, startedMs = 1): LiveSample => ({
  timeMs: atMs + minute * minuteMs,
  startedMs,
  operations,
  errors: operations / 10,
  buckets: [
    { le: 0.1, count: operations },
    { le: Number.POSITIVE_INFINITY, count: operations },
  ],
});

const both = (a: LiveSample, b: LiveSample): LiveSample => combinedLive({ a, b }) ?? a;

test('an instance that began anew is reset alone', () => {
  const before = both(sample(0, 1000), sample(0, 2000));
  // a went on by 50; b began anew 1 min ago and has counted 30: their sum only fell from 3000 to 1080.
  const after = both(sample(4, 1050), sample(4, 30, atMs + 3 * minuteMs));
  expect(liveWindow([before, after], 5 * minuteMs)).toMatchObject({
    operations: 80,
    errors: 8,
    seconds: 240,
  });
});

test('a sum that grew although one instance began anew loses nothing', () => {
  const before = both(sample(0, 1000), sample(0, 100));
  const after = both(sample(4, 1200), sample(4, 60, atMs + minuteMs));
  expect(liveWindow([before, after], 5 * minuteMs)).toMatchObject({ operations: 260 });
});

test('an instance that came counts from its birth; of one whose birth is unknown nothing is counted', () => {
  const before = both(sample(0, 1000), sample(0, 100));
  const born = combinedLive({
    a: sample(4, 1010),
    b: sample(4, 110),
    c: sample(4, 40, atMs + minuteMs),
    d: { ...sample(4, 5000), startedMs: undefined },
  });
  expect(liveWindow([before, born ?? before], 5 * minuteMs)).toMatchObject({ operations: 60 });
});

test('instances that are all younger than the window count from the first birth', () => {
  const now = both(sample(4, 40, atMs + minuteMs), sample(4, 60, atMs + 2 * minuteMs));
  expect(liveWindow([now], 5 * minuteMs)).toMatchObject({ operations: 100, seconds: 180 });
});

test('each instance is kept with the cycle', () => {
  const live = both(sample(0, 1000), sample(0, 100));
  expect(restoreLive(JSON.parse(JSON.stringify(storeLive(live))))).toEqual(live);
});
