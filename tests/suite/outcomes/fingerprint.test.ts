import { expect, test } from 'vitest';
import type { CheckOutcome } from '../../../src/suite/outcomes/check-outcome.ts';
import { baselineOf, failureFingerprint, isNewFailure } from '../../../src/suite/outcomes/fingerprint.ts';

const failing = (reason?: string, more: Partial<CheckOutcome> = {}): CheckOutcome => ({
  id: 'H11',
  title: 'H11',
  group: 'g',
  outcome: 'fail',
  executed: true,
  measurements: [],
  ...(reason !== undefined && { reason }),
  ...more,
});
const of = (reason?: string) => failureFingerprint(failing(reason));

test.each([
  ['other numbers', 'took 412 ms of 0.2 s', 'took 9 ms of 12.25 s'],
  ['other addresses', 'http://10.0.0.1:80/a is down, wait', 'https://example.org/b?c=1 is down, wait'],
  ['other ids', 'trace 4bf92f3577b34da6 is lost', 'trace 4BF92F35-77b3-4da6-a3ce is lost'],
  ['other times', 'at 2026-01-05T00:00:00Z', 'at 2027-12-31T23:59:59Z'],
  ['other lines', 'it is down\n  at a (a.ts:1:2)', 'it is down\n  at a (a.ts:3:4)'],
  [
    'other callers',
    'it is down\n  at a (a.ts:1:2)\n  at b (b.ts:1:2)',
    'it is down\n  at a (a.ts:1:2)\n  at c (c.ts:1:2)',
  ],
  ['longer numbers', 'order 1234 is lost', 'order 12345678 is lost'],
  ['blanks around it', ' it is down ', 'it is down'],
])('it is the same failure with %s', (_, a, b) => {
  expect(of(a)).toBe(of(b));
});

test.each([
  ['other words after the first line', 'it is down\n  the disk', 'it is down\n  the network'],
  ['another place', 'it is down\n  at a (a.ts:1:2)', 'it is down\n  at b (b.ts:1:2)'],
  ['a number for an id', 'trace 12345678 is lost', 'trace 4bf92f35 is lost'],
  ['other words', 'it is down', 'it is slow'],
  ['more than another address', 'http://a is down, wait', 'http://a is slow, wait'],
  ['other short hexadecimal words', 'the face is bad', 'the cafe is bad'],
  ['a number or none', 'took 1 s', 'took s'],
  ['an address or none', 'at http://a', 'at'],
  ['an id or none', 'trace 4bf92f3577b34da6', 'trace'],
])('it is another failure with %s', (_, a, b) => {
  expect(of(a)).not.toBe(of(b));
});

test('a fingerprint is the check’s and 16 hexadecimal digits, the same in every release', () => {
  expect(of('took 412 ms')).toBe('9d6777cd50c59fc8');
  expect(of()).toBe(of(''));
  expect(failureFingerprint({ id: 'H12', reason: 'took 412 ms' })).not.toBe(of('took 412 ms'));
});

test('a failure that was told apart by its first line alone stays known', () => {
  const baseline = new Map([['H11', 'a5d5f0d5f2e2b1c0']]);
  expect(isNewFailure(failing('took 412 ms\nagain'), baseline)).toBe(true);
  const former = new Map([['H11', '9d6777cd50c59fc8']]);
  expect(isNewFailure(failing('took 412 ms\nagain'), former)).toBe(false);
});

test('of what failed before the deployment only the same failure is known', () => {
  const baseline = baselineOf([failing('took 412 ms'), failing('', { id: 'H12', outcome: 'unknown' })]);
  expect([...baseline]).toEqual([['H11', of('took 1 ms')]]);
  expect(isNewFailure(failing('took 9 ms'), baseline)).toBe(false);
  expect(isNewFailure(failing('it is down'), baseline)).toBe(true);
  expect(isNewFailure(failing('', { id: 'H12' }), baseline)).toBe(true);
  expect(isNewFailure(failing('it is down', { outcome: 'unknown' }), baseline)).toBe(false);
});
