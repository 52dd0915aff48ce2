import { expect, test } from 'vitest';
import { type RunningReading, whyNotProven } from '../../../src/release/rollback/proof.ts';

const said = (answer: string, startedSeconds = 100): RunningReading => ({
  answers: [answer],
  startedSeconds,
});

test('an instance that ran the expected release all along need not change, nor start anew, where another one did', () => {
  const before = { base: said('v1'), canary: said('v2') };
  expect(whyNotProven('v1', before, { base: said('v1'), canary: said('v1', 200) })).toBeUndefined();
  expect(whyNotProven('v1', before, { base: said('v1'), canary: said('v1') })).toContain(
    'canary was not restarted',
  );
  expect(whyNotProven('v1', before, { base: said('v1'), canary: said('v2', 200) })).toContain('canary: v2');
  // It was taken to another release meanwhile.
  expect(whyNotProven('v1', before, { base: said('v2', 200), canary: said('v1', 200) })).toContain(
    'base: v2',
  );
});

test('where every instance ran the expected release already nothing was rolled back', () => {
  const before = { base: said('v1'), canary: said('v1') };
  expect(whyNotProven('v1', before, before)).toContain('as before the rollback');
});

test('without an expected release every instance must change', () => {
  const before = { base: said('v1'), canary: said('v2') };
  expect(whyNotProven(undefined, before, { base: said('v1'), canary: said('v1', 200) })).toContain(
    'base: v1',
  );
});
