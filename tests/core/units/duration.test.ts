import fc from 'fast-check';
import { expect, test } from 'vitest';
import { durationLiteral, formatDuration, parseDuration } from '../../../src/core/units/duration.ts';

test.for([
  ['250ms', 250],
  ['90s', 90_000],
  ['5m', 300_000],
  ['48h', 172_800_000],
  ['1h30m', 5_400_000],
  ['1h 30m', 5_400_000],
  ['4m 59s', 299_000],
  ['2d', 172_800_000],
  ['1.5s', 1500],
  [' 5m ', 300_000],
] as const)('%s is %d milliseconds', ([text, expected]) => {
  expect(parseDuration(text)).toBe(expected);
});

test.for(['', '5', 'm', '-5m', '0s', '5 m', '5min', '1e3s', '5m!', 'PT5M', '5mm', '5m 3', '1 h', '1h 30'])(
  '“%s” is no duration',
  (text) => {
    expect(parseDuration(text)).toBeUndefined();
  },
);

test.for([
  [300_000, '5m'],
  [5_400_000, '1h 30m'],
  [299_000, '4m 59s'],
  [172_800_000, '48h'],
  [1500, '1s 500ms'],
  [0, '0s'],
  [-3_600_000, '−1h'],
] as const)('%d milliseconds are written %s', ([durationMs, text]) => {
  expect(formatDuration(durationMs)).toBe(text);
});

test('what is written is read back as the same time', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 ** 10 }), (durationMs) => {
      expect(parseDuration(formatDuration(durationMs))).toBe(durationMs);
      expect(parseDuration(durationLiteral(durationMs))).toBe(durationMs);
      expect(durationLiteral(durationMs)).not.toMatch(/\s/);
    }),
  );
});
