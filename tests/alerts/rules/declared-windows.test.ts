import { describe, expect, test } from 'vitest';
import { declaredWindows } from '../../../src/alerts/rules/declared-windows.ts';
import { validateConfig } from '../../../src/core/config/validate.ts';

const of = (maintenance: object[]) => validateConfig({ maintenance }, 'the test').maintenance;
const at = (text: string) => Date.parse(text);
const times = (declared: ReturnType<typeof of>, from: string, to: string) =>
  declaredWindows(declared, at(from), at(to)).map(({ fromMs, toMs }) =>
    [fromMs, toMs].map((ms) => new Date(ms).toISOString().slice(0, 16)).join(' '),
  );

describe('a declared window', () => {
  const once = of([{ reason: 'move', from: '2026-01-05T22:00:00+01:00', to: '2026-01-05T23:00:00+01:00' }]);
  const daily = of([{ reason: 'backup', daily: '23:30', for: '45m' }]);
  const weekly = of([{ reason: 'reboot', weekly: 'mon 02:00', for: '1h' }]);

  const long = of([{ reason: 'move', daily: '02:00', for: '20h' }]);

  test.each([
    ['is open for all of its length, however long', long, '2026-01-05T21:59:59Z', 1],
    ['is not open before it begins', once, '2026-01-05T20:59:59Z', 0],
    ['is open from its first moment', once, '2026-01-05T21:00:00Z', 1],
    ['is over at its end', once, '2026-01-05T22:00:00Z', 0],
    ['recurs every day, over midnight', daily, '2026-01-06T00:14:59Z', 1],
    ['is closed for the rest of the day', daily, '2026-01-06T00:15:00Z', 0],
    ['is open on its day of the week', weekly, '2026-01-05T02:59:59Z', 1],
    ['is closed on the other days', weekly, '2026-01-06T02:30:00Z', 0],
  ])('%s', (_title, declared, now, count) => {
    expect(declaredWindows(declared, at(now), at(now))).toHaveLength(count);
  });

  test('comes once in each period of a range', () => {
    expect(times(daily, '2026-01-05T00:00:00Z', '2026-01-06T23:00:00Z')).toEqual([
      '2026-01-04T23:30 2026-01-05T00:15',
      '2026-01-05T23:30 2026-01-06T00:15',
    ]);
    expect(times(weekly, '2026-01-01T00:00:00Z', '2026-01-15T00:00:00Z')).toEqual([
      '2026-01-05T02:00 2026-01-05T03:00',
      '2026-01-12T02:00 2026-01-12T03:00',
    ]);
  });

  test('comes by its begin, whichever was declared first, and only where it touches the range', () => {
    expect(times([...daily, ...once, ...weekly], '2026-01-05T02:00:00Z', '2026-01-05T23:30:00Z')).toEqual([
      '2026-01-05T02:00 2026-01-05T03:00',
      '2026-01-05T21:00 2026-01-05T22:00',
      '2026-01-05T23:30 2026-01-06T00:15',
    ]);
    expect(times([...daily, ...once], '2026-01-05T22:00:00Z', '2026-01-05T23:29:59Z')).toEqual([]);
  });

  test('keeps its id over restarts, and no two times share one', () => {
    const ids = () =>
      declaredWindows(daily, at('2026-01-01T00:00:00Z'), at('2026-01-09T00:00:00Z')).map(({ id }) => id);
    expect(ids()).toEqual(ids());
    expect(new Set(ids()).size).toBe(ids().length);
    for (const id of ids()) expect(id).toMatch(/^configured [0-9a-f]{16}$/);
  });
});

test.each([
  [{ from: '2026-01-05T22:00:00Z' }, /either from .*later to, .*daily .*weekly /],
  [{ from: '2026-01-05T22:00:00Z', to: '2026-01-05T21:00:00Z' }, 'a later to'],
  [{ daily: '02:00', weekly: 'mon 02:00', for: '1h' }, 'expected either from'],
  [{ from: '2026-01-05T22:00:00', to: '2026-01-05T23:00:00Z' }, 'expected a time with its zone'],
  [{ daily: '24:00', for: '1h' }, 'expected a time of day in UTC'],
  [{ weekly: 'someday 02:00', for: '1h' }, 'expected a day and a time in UTC'],
  [{ daily: '02:00', for: '2d' }, 'expected a duration from 1m to 24h'],
  [{ daily: '02:00', for: '1h', match: 'alertname' }, 'expected matchers such as'],
  [{ daily: '02:00', for: '1h', match: 'alertname=~"("' }, 'expected matchers such as'],
])('%j is refused', (window, message) => {
  expect(() => of([{ reason: 'r', ...window }])).toThrow(message);
});
