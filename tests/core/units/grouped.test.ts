import fc from 'fast-check';
import { expect, test } from 'vitest';
import { grouped } from '../../../src/core/units/grouped.ts';

test.each([0, 3, 9])('a number reads as Node’s own formatter writes it, with %d decimals', (decimals) => {
  const own = (value: number) => value.toLocaleString('en-US', { maximumFractionDigits: decimals });
  fc.assert(
    fc.property(
      fc.oneof(
        fc.integer(),
        fc.maxSafeInteger(),
        fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }).map((value) => value / 1000),
        fc.constantFrom(0, 999, 1000, 1e6, 1.2345678901234568e20, Number.NaN, Infinity, -Infinity),
      ),
      (value) => {
        // At a tie the two round by different readings of the same binary number.
        fc.pre(!Number.isFinite(value) || Math.abs((Math.abs(value * 10 ** decimals) % 1) - 0.5) > 1e-6);
        expect(grouped(value, decimals)).toBe(own(value));
      },
    ),
    { numRuns: 2000 },
  );
});

test('a number beyond all counting keeps its exponent', () => {
  expect([grouped(1e21), grouped(-1.23e24)]).toEqual(['1e+21', '-1.23e+24']);
});
