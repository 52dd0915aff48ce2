import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  judgeErrorRatio,
  judgeP95,
  operationsForP95,
  operationsToResolve,
} from '../../../src/alerts/signals/judge.ts';
import type { Bound } from '../../../src/core/thresholds/bound.ts';
import { inOrder } from '../../support/in-order.ts';

const limit = (value: number): Bound => ({ operator: '<', value });
const odd = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1);

test('1,000 operations are needed to tell a ratio from 0.1 %, never fewer than 100', () => {
  expect(operationsToResolve(0.001)).toBe(1000);
  expect(operationsToResolve(0.01)).toBe(100);
  expect(operationsToResolve(0.5)).toBe(100);
});

test('an error ratio is never met with fewer operations than can resolve its limit', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e-4, max: 0.5, noNaN: true }),
      fc.nat(20_000),
      fc.nat(20_000),
      (value, operations, errors) => {
        const judged = judgeErrorRatio({ operations, errors }, limit(value));
        if (operations < operationsToResolve(value)) expect(judged.outcome).not.toBe('met');
        else
          expect(judged.outcome).toBe(Math.min(errors, operations) / operations < value ? 'met' : 'breached');
      },
    ),
  );
});

test('a P95 is never met with fewer than 100 operations, nor without a latency', () => {
  fc.assert(
    fc.property(fc.nat(300), fc.double({ min: 0, max: 2 }), (operations, latencyP95) => {
      const judged = judgeP95({ operations, latencyP95 }, limit(0.2));
      const provable = operations >= operationsForP95 && !Number.isNaN(latencyP95);
      expect(judged.outcome).toBe(provable ? (latencyP95 < 0.2 ? 'met' : 'breached') : 'unknown');
    }),
  );
});

test.for([
  ['one operation fewer than needed is one too few', [999, 0], [99, 0.01], 'unknown'],
  ['as many operations as are needed are enough', [1000, 0], [100, 0.01], 'met'],
  ['the limit itself is not met', [10_000, 10], [100, 0.2], 'breached'],
  ['the first value under the limit is met', [10_000, 9], [100, 0.1999], 'met'],
] as const)('%s', ([, [operations, errors], [measured, latencyP95], outcome]) => {
  expect(judgeErrorRatio({ operations, errors }, limit(0.001)).outcome).toBe(outcome);
  expect(judgeP95({ operations: measured, latencyP95 }, limit(0.2)).outcome).toBe(outcome);
});

test('a count that is no number of operations is no evidence', () => {
  fc.assert(
    fc.property(odd, (operations) => {
      expect(judgeErrorRatio({ operations, errors: 0 }, limit(0.001)).outcome).toBe('unknown');
      expect(judgeP95({ operations, latencyP95: 0.01 }, limit(0.2)).outcome).toBe('unknown');
    }),
  );
});

test('few operations can prove a breach, when it is gross', () => {
  expect(judgeErrorRatio({ operations: 50, errors: 10 }, limit(0.01)).outcome).toBe('breached');
  expect(judgeErrorRatio({ operations: 50, errors: 0 }, limit(0.01)).outcome).toBe('unknown');
  expect(judgeErrorRatio({ operations: 500, errors: 1 }, limit(0.001)).outcome).toBe('unknown');
});

test('what is missing is told, with the time in which it will be there', () => {
  expect(judgeErrorRatio({ operations: 400, errors: 0, seconds: 50 }, limit(0.001))).toEqual({
    outcome: 'unknown',
    reason: expect.stringMatching(inOrder('400 of the 1000', '1m 15s')),
    leftMs: 75_000,
  });
  expect(judgeP95({ operations: 40, latencyP95: 0.1, seconds: 20 }, limit(0.2))).toEqual({
    outcome: 'unknown',
    reason: expect.stringMatching(inOrder('40 of the 100', 'P95', '30s')),
    leftMs: 30_000,
  });
});

test('a P95 beyond the histogram is breached only when its last bound is over the limit', () => {
  const beyond = (latencyP95: number) => ({ operations: 1000, latencyP95, beyondBuckets: true });
  expect(judgeP95(beyond(0.1), limit(0.2))).toEqual({
    outcome: 'unknown',
    reason: expect.stringMatching(inOrder('P95', 'over 100 ms', 'last bound')),
  });
  expect(judgeP95(beyond(0.25), limit(0.2)).outcome).toBe('breached');
});

test('a P95 of operations of which no latency was observed is unknown, and never breached', () => {
  expect(judgeP95({ operations: 1000, latencyP95: Number.NaN }, limit(0.2))).toEqual({
    outcome: 'unknown',
    reason: 'no latency was observed of 1000 operations',
  });
});

test('without any operation no time is told in which there would be enough', () => {
  expect(judgeErrorRatio({ operations: 0, errors: 0, seconds: 50 }, limit(0.001))).toEqual({
    outcome: 'unknown',
    reason: expect.stringMatching(/^0 of the 1000 operations [^;]+$/),
  });
  expect(judgeErrorRatio({ operations: 400, errors: 0, seconds: 0 }, limit(0.001))).toMatchObject({
    reason: expect.stringMatching(/^400 of the 1000 operations [^;]+$/),
  });
});
