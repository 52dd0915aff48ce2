import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatAgainst, formatValue, grouped, type Unit } from '../../../src/core/units/unit.ts';

test.for([
  [0.95, 'ratio', '95 %'],
  [0.9722222, 'ratio', '97.2 %'],
  [0.001, 'ratio', '0.1 %'],
  [0.00042, 'ratio', '0.042 %'],
  [1, 'ratio', '100 %'],
  [0, 'ratio', '0 %'],
  [0.2, 'seconds', '200 ms'],
  [0, 'seconds', '0 ms'],
  [1.5, 'seconds', '1.5 s'],
  [300, 'seconds', '5m'],
  [299, 'seconds', '4m 59s'],
  [7200, 'seconds', '2h'],
  [7290, 'seconds', '2h 2m'],
  [512, 'bytes', '512 B'],
  [104_857_600, 'bytes', '100 MiB'],
  [1_073_741_824, 'bytes', '1 GiB'],
  [1536, 'bytesPerOperation', '1.5 KiB/operation'],
  [2048, 'bytesPerHour', '2 KiB/h'],
  [12.345, 'perSecond', '12.3/s'],
  [1234, 'count', '1,234'],
  [Number.NaN, 'seconds', 'no value'],
  [Number.POSITIVE_INFINITY, 'seconds', 'infinite'],
  [Number.NEGATIVE_INFINITY, 'bytes', '-infinite'],
] as const satisfies [number, Unit, string][])('%d as %s is %s', ([value, unit, text]) => {
  expect(formatValue(value, unit)).toBe(text);
});

test('a miss, however small, is never rounded to 100 %, nor an error to 0 %', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (value) => {
      const shown = formatValue(value, 'ratio');
      expect(shown === '100 %').toBe(value === 1);
      expect(shown === '0 %').toBe(value === 0);
    }),
  );
  expect(formatValue(1 - 2 ** -53, 'ratio')).not.toBe('100 %');
  expect(formatValue(35_999 / 36_000, 'ratio')).toBe('99.9972 %');
});

test('beside a limit that it misses by a little a value has the digits to be told from it', () => {
  expect(formatAgainst(0.9496, 0.95, 'ratio')).toBe('94.96 %');
  expect(formatAgainst(0.20004, 0.2, 'seconds')).toBe('200.04 ms');
  expect(formatAgainst(0.95, 0.95, 'ratio')).toBe('95 %');
  expect(formatAgainst(0.999_826, 0.8, 'ratio')).toBe('99.9 %');
  expect(formatAgainst(0.999_826, 0.9995, 'ratio')).toBe('99.9826 %');
  expect(formatAgainst(0.9, 0.95, 'ratio')).toBe('90 %');
  expect(formatAgainst(104_857_601, 104_857_600, 'bytes')).toBe('104,857,601 bytes');
});

test('a number is grouped for the eye; beyond all counting it keeps its exponent', () => {
  expect([0, 999, 1000, -1_234_567.891].map(grouped)).toEqual(['0', '999', '1,000', '-1,234,567.891']);
  expect([1e21, -1.23e24, Number.POSITIVE_INFINITY].map(grouped)).toEqual(['1e+21', '-1.23e+24', '∞']);
});
