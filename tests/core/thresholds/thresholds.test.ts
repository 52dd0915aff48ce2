import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeMeasurement, isMet } from '../../../src/core/catalogue/measurement.ts';
import { type Bound, formatBound, holds, opposite } from '../../../src/core/thresholds/bound.ts';
import { resolveThreshold, thresholds } from '../../../src/core/thresholds/thresholds.ts';

const operator = fc.constantFrom<Bound['operator']>('<', '<=', '>', '>=');
const number = fc.double({ noNaN: true });

test.for([
  ['<', false, true, false],
  ['<=', true, true, false],
  ['>', false, false, true],
  ['>=', true, false, true],
] as const)('%s at, under and over its value', ([sign, at, under, over]) => {
  const bound = { operator: sign, value: 10 };
  expect([holds(bound, 10), holds(bound, 9), holds(bound, 11)]).toEqual([at, under, over]);
});

test('what is no number meets no bound', () => {
  fc.assert(
    fc.property(operator, number, (sign, value) => {
      expect(holds({ operator: sign, value }, Number.NaN)).toBe(false);
    }),
  );
});

test('a bound and its opposite never both hold, and for a number one of them does', () => {
  fc.assert(
    fc.property(operator, number, number, (sign, value, seen) => {
      const bound = { operator: sign, value, forSeconds: 300 };
      expect(holds(bound, seen)).toBe(!holds(opposite(bound), seen));
      expect(opposite(opposite(bound))).toEqual({ operator: sign, value });
    }),
  );
});

test('the limits are those of the specification', () => {
  const { passRate, errorRatio, latencyP95, uptime } = thresholds;
  expect([passRate.slo.value, errorRatio.slo.value, latencyP95.slo.value, uptime.slo.value]).toEqual([
    0.95, 0.001, 0.2, 0.999,
  ]);
  expect([passRate.rollback, errorRatio.rollback, latencyP95.rollback]).toEqual([
    { operator: '<', value: 0.95, forSeconds: 300 },
    { operator: '>', value: 0.01, forSeconds: 300 },
    { operator: '>', value: 0.5, forSeconds: 300 },
  ]);
});

test('a breach never counts as meeting the objective', () => {
  for (const [name, row] of Object.entries(thresholds)) {
    const { slo, ...levels } = row as { slo?: Bound; warning?: Bound; rollback?: Bound; critical?: Bound };
    if (!slo || !levels.rollback) continue;
    const far = levels.rollback.value * (levels.rollback.operator === '>' ? 1.01 : 0.99);
    expect(holds(slo, far), name).toBe(false);
  }
});

test('a reference without a limit is the caller’s mistake', () => {
  expect(() => resolveThreshold(structuredClone(thresholds), 'coverage.slo')).toThrow(
    'there is no threshold coverage.slo',
  );
});

test('a measurement says what it is, what it must be and on what it rests', () => {
  const bound = { operator: '<', value: 0.2 } as const;
  const latency = {
    name: 'P95 latency',
    value: 0.412,
    unit: 'seconds',
    bound,
    sample: 120,
    note: 'live',
  } as const;
  expect(describeMeasurement(latency)).toBe('P95 latency 412 ms (must be < 200 ms, n = 120, live)');
  expect(isMet(latency)).toBe(false);
  expect(isMet({ ...latency, value: Number.NaN })).toBe(false);
  expect(describeMeasurement({ name: 'snapshot', value: 10, unit: 'bytes' })).toBe('snapshot 10 B');
  expect(formatBound({ operator: '>=', value: 0.95 }, 'ratio')).toBe('≥ 95 %');
});

test('a measurement that misses its limit by a little doesn’t look as if it met it', () => {
  const bound = { operator: '>=', value: 0.95 } as const;
  expect(describeMeasurement({ name: 'pass rate', value: 0.9496, unit: 'ratio', bound })).toBe(
    'pass rate 94.96 % (must be ≥ 95 %)',
  );
});
