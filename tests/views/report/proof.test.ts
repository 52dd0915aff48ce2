import { expect, test } from 'vitest';
import { proofOf, trialsNeeded } from '../../../src/views/report/proof.ts';

test.each([
  // Hanley & Lippman-Hand 1983 call it 3 ÷ n; these are ln 0.05 ÷ ln(1 − p).
  [0.05, 59],
  [0.01, 299],
  [0.001, 2995],
])('an allowed share of %d needs %d trials without a bad one', (allowed, needed) => {
  expect(trialsNeeded(allowed)).toBe(needed);
  expect(proofOf(0, needed, allowed)?.state).toBe('proven');
  expect(proofOf(0, needed - 1, allowed)?.state).toBe('too few');
});

test.each([
  // Bounds from the binomial tails summed with 60 decimal digits, bisected for a tail of 5 %.
  ['proven', 0, 11_520, 0.001, 0, 0.00026001],
  ['proven', 5, 11_520, 0.001, 0.00017103, 0.00091237],
  ['not proven', 8, 11_520, 0.001, 0.0003456, 0.00125266],
  ['refuted', 30, 11_520, 0.001, 0.00187508, 0.00353052],
  ['too few', 0, 100, 0.001, 0, 0.02951305],
] as const)('%s: %d bad of %d with %d allowed', (state, bad, trials, allowed, atLeast, atMost) => {
  const proof = proofOf(bad, trials, allowed);
  expect(proof?.state).toBe(state);
  expect(proof?.atLeast).toBeCloseTo(atLeast, 7);
  expect(proof?.atMost).toBeCloseTo(atMost, 7);
});

test('a sample too small to prove can still refute', () => {
  expect(proofOf(10, 100, 0.001)?.state).toBe('refuted');
});

test('parts of an operation, as a stretched counter gives them, count against the sample', () => {
  expect(proofOf(4.2, 999.9, 0.01)).toMatchObject({ bad: 5, trials: 999 });
  expect(proofOf(5 + 1e-9, 1000, 0.01)).toMatchObject({ bad: 5 });
});

test.each([
  [0, 0],
  [0, Number.NaN],
  [Number.NaN, 10],
  [-1, 10],
])('%d bad of %d proves nothing', (bad, trials) => {
  expect(proofOf(bad, trials, 0.01)).toBeUndefined();
});
