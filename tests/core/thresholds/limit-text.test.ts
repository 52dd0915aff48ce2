import { expect, test } from 'vitest';
import { parseLimit, toBase } from '../../../src/core/thresholds/limit-text.ts';

test.for([
  ['< 200 ms', '<', 0.2, 'seconds'],
  ['<=1.5s', '<=', 1.5, 'seconds'],
  ['>= 99.5 %', '>=', 0.995, 'ratio'],
  ['> 14 d', '>', 1_209_600, 'seconds'],
  ['< 5 MiB', '<', 5_242_880, 'bytes'],
  ['> 10/s', '>', 10, 'perSecond'],
  ['<= 0', '<=', 0, undefined],
  ['> -3', '>', -3, undefined],
] as const)('“%s” is a limit', ([text, operator, value, unit]) => {
  expect(parseLimit(text)).toEqual({ bound: { operator, value }, unit });
});

test.for(['200 ms', '< ms', '< 5 parsecs', '= 5', '< 5 ms or so', '', '< 1 < 2'])('“%s” is none', (text) => {
  expect(parseLimit(text)).toBeUndefined();
});

test('a value in any written unit becomes one in its base unit, without digits of the arithmetic', () => {
  expect(toBase(7, '%')).toEqual({ value: 0.07, unit: 'ratio' });
  expect(toBase(200, 'ms')).toEqual({ value: 0.2, unit: 'seconds' });
  expect(toBase(3, 'count')).toEqual({ value: 3, unit: 'count' });
});
