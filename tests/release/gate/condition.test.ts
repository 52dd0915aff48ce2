import { expect, test } from 'vitest';
import { thresholds } from '../../../src/core/thresholds/thresholds.ts';
import {
  fail,
  isoExact,
  isoTime,
  limitOf,
  recoversInMs,
  shownValues,
  spanOf,
  unknown,
} from '../../../src/release/gate/condition.ts';

import { hour, minute, second } from './green.ts';

const latestMs = 8.64e15;

test('what is not known of a condition is left out, a time beyond every calendar too', () => {
  expect(unknown('why', { next: undefined })).toStrictEqual({ outcome: 'unknown', detail: 'why' });
  const askAgain = (askAgainAtMs: number) => fail('', { askAgainAtMs });
  expect(askAgain(latestMs - 1)).toHaveProperty('askAgainAtMs', latestMs - 1);
  for (const beyond of [latestMs, -latestMs, Number.POSITIVE_INFINITY]) {
    expect(askAgain(beyond)).not.toHaveProperty('askAgainAtMs');
  }
});

test('figures are shown with their unit, and not without', () => {
  const limit = { operator: '<', value: 0.2 } as const;
  const of = (more: object) => shownValues({ ...fail(''), ...more });
  expect(of({ value: 0.3, unit: 'seconds', limit })).toEqual({ value: '300 ms', limit: '< 200 ms' });
  expect(of({ value: 0.3, unit: 'seconds' })).toEqual({ value: '300 ms', limit: '' });
  expect(of({ unit: 'seconds', limit })).toEqual({ value: '', limit: '< 200 ms' });
  for (const few of [{ value: 0.3 }, { value: 0.3, limit }, { limit }, {}, { unit: 'seconds' }]) {
    expect(of(few)).toEqual({ value: '', limit: '' });
  }
});

test('times are shown by the second that has begun by then, spans by the minute from an hour on', () => {
  expect(isoTime(1)).toBe('1970-01-01T00:00:01Z');
  expect(isoTime(-latestMs)).toBe('beyond every calendar');
  expect(isoExact(latestMs)).toBe('beyond every calendar');
  expect(isoExact(latestMs - 1)).toBe('+275760-09-12T23:59:59.999Z');
  expect([spanOf(0), spanOf(1499), spanOf(1500)]).toEqual(['1s', '1s', '2s']);
  expect([spanOf(hour - second), spanOf(hour)]).toEqual(['59m 59s', '1h']);
  expect([spanOf(hour + 29 * second), spanOf(hour + 30 * second)]).toEqual(['1h', '1h 1m']);
});

test('a share recovers when enough that is good has come, and at the latest with the window', () => {
  const share = { bad: 10, total: 100, allowed: 0.05, perMs: 0.001, windowMs: hour };
  expect(recoversInMs(share)).toBe(100_000); // ten of 200 are 5 %
  expect(recoversInMs({ ...share, windowMs: minute })).toBe(minute);
  expect(recoversInMs({ ...share, total: 400 })).toBe(0);
  // Where nothing bad is allowed, or nothing comes, only the window’s end helps.
  expect(recoversInMs({ ...share, bad: 0, allowed: 0 })).toBe(hour);
  expect(recoversInMs({ ...share, bad: 5, perMs: 0 })).toBe(hour);
});

test('a signal without an objective is a mistake of the configuration, never met', () => {
  const table = {
    ...structuredClone(thresholds),
    errorRatio: { title: 'error ratio', unit: 'ratio' },
  } as never;
  expect(() => limitOf(table, 'errorRatio')).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', where: 'thresholds.errorRatio.slo' }),
  );
  expect(() => limitOf(table, 'errorRatio')).toThrow('error ratio has no objective to judge by');
});
