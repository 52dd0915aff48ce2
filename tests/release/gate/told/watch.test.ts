import { expect, test } from 'vitest';
import { askedMs, hour, minute, second, setup } from '../green.ts';
import { both, newest, recorded, tells, told } from './told.ts';

/** So many of the slots that were due were observed, without a gap. */
const slots = (observed: number, due: number, more: object = {}) =>
  recorded({ coverage: { due, observed, largestGapMs: 0 }, ...more });

tells('clock', [
  [
    'dated after now',
    recorded({ fromTheFuture: ['3 cycles', 'the alerts'] }),
    'unknown',
    ['3 cycles, the alerts', 'correct the clock'],
  ],
]);

tells('target', [
  [
    'nobody watches',
    recorded({ watchedTargetId: undefined }),
    'unknown',
    ['no watch', 'vigil monitor --loop'],
  ],
  [
    'nobody named a target',
    recorded({ targetId: undefined }),
    'unknown',
    ['which deployment?', '--config FILE'],
  ],
  [
    'another target',
    recorded({ watchedTargetId: 'http://other' }),
    'unknown',
    ['http://other', 'asked is for', 'http://target', 'configuration of the watch'],
  ],
  [
    'cycles of others',
    recorded({ cycles: { pass: 9, fail: 0, inconclusive: 0, foreign: 2 } }),
    'unknown',
    ['2 cycles', '2026-01-05T00:25:00Z', 'other targets', 'reports folder of its own'],
  ],
]);

tells('cycles', [
  [
    'no cycle',
    recorded({ cycles: { pass: 0, fail: 0, inconclusive: 0, foreign: 0 } }),
    'unknown (0; ≥ 2) @ 10 min',
    ['none', '2026-01-05T00:25:00Z', 'vigil monitor --loop'],
  ],
  [
    'cycles of all kinds',
    recorded({ cycles: { pass: 2, fail: 1, inconclusive: 4, foreign: 0 } }),
    'pass (3; ≥ 2)',
    ['2 green, 1 red, 4 inconclusive', '2026-01-05T00:25:00Z'],
  ],
  [
    'only doubtful cycles',
    recorded({ cycles: { pass: 0, fail: 0, inconclusive: 4, foreign: 0 } }),
    'unknown (0; ≥ 2) @ 10 min',
    ['0 green, 4 inconclusive', '2026-01-05T00:25:00Z', 'vigil monitor --loop'],
  ],
  [
    'too few cycles, no schedule',
    recorded({ cycles: { pass: 0, fail: 1, inconclusive: 0, foreign: 0 }, intervalMs: undefined }),
    'unknown (1; ≥ 2)',
    ['0 green, 1 red since', '2026-01-05T00:25:00Z', 'vigil monitor --loop'],
  ],
]);

for (const id of ['freshness', 'checks'])
  tells(id, [
    [
      'no cycle ended',
      recorded({ newest: undefined }),
      'unknown @ 5 min',
      ['no cycle', 'ended', 'vigil monitor --loop'],
    ],
    [
      'no cycle ended, no schedule',
      recorded({ newest: undefined, intervalMs: undefined }),
      'unknown',
      ['no cycle', 'ended', 'vigil monitor --loop'],
    ],
  ]);

tells('freshness', [
  ['no schedule', recorded({ intervalMs: undefined }), 'unknown', ['no schedule', 'vigil monitor --loop']],
  [
    'two intervals old',
    newest({ endedMs: askedMs - 10 * minute }),
    'pass (10m; ≤ 10m)',
    ['ended', '2026-01-05T01:00:00Z', 'due every', '5m'],
  ],
  [
    'a second older',
    newest({ endedMs: askedMs - 10 * minute - second }),
    'unknown (10m 1s; ≤ 10m) @ 5 min',
    ['ended', '2026-01-05T00:59:59Z', 'due every', '5m', 'watch alive'],
  ],
  [
    'ended after now',
    newest({ endedMs: askedMs + minute }),
    'pass (0 ms; ≤ 10m)',
    ['ended', '2026-01-05T01:11:00Z', 'due every', '5m'],
  ],
]);

tells('coverage', [
  [
    'no slot was due',
    slots(0, 0),
    'unknown (; ≥ 95 %) @ 5 min',
    ['no slot', '2026-01-05T00:25:00Z', 'vigil monitor --loop'],
  ],
  [
    'no slot was due, no schedule',
    slots(0, 0, { intervalMs: undefined }),
    'unknown (; ≥ 95 %)',
    ['no slot', '2026-01-05T00:25:00Z', 'vigil monitor --loop'],
  ],
  [
    'slots missed',
    both(slots(18, 19)),
    'unknown (94.7 %; ≥ 95 %) @ 10 min',
    ['18 of 19', 'vigil monitor --loop'],
  ],
  [
    'slots missed in a long window',
    both(
      (e) => {
        e.window.fromMs -= 24 * hour;
      },
      slots(7, 9),
    ),
    'unknown (77.8 %; ≥ 95 %) @ 155 min',
    ['7 of 9', 'vigil monitor --loop'],
  ],
  [
    'slots missed, no schedule',
    slots(7, 9, { intervalMs: undefined }),
    'unknown (77.8 %; ≥ 95 %)',
    ['7 of 9', 'vigil monitor --loop'],
  ],
]);

tells('gap', [
  ['no slot was due', slots(0, 0), 'unknown @ 5 min', ['no slot', 'vigil monitor --loop']],
  [
    'no slot was due, no schedule',
    slots(0, 0, { intervalMs: undefined }),
    'unknown',
    ['no slot', 'vigil monitor --loop'],
  ],
  [
    'a gap',
    recorded({
      coverage: { due: 9, observed: 9, largestGapMs: 20 * minute, largestGapEndMs: askedMs - 10 * minute },
    }),
    'unknown (20m; ≤ 15m) @ 35 min',
    ['ended', '2026-01-05T01:00:00Z', 'soak time pass again'],
  ],
  [
    'a gap at its limit',
    recorded({
      coverage: { due: 9, observed: 9, largestGapMs: 15 * minute, largestGapEndMs: askedMs - 10 * minute },
    }),
    'pass (15m; ≤ 15m)',
    ['ended', '2026-01-05T01:00:00Z'],
  ],
]);

test('where every slot must be observed, as many as were due must come again, but no more than the window holds', () => {
  const rules = structuredClone(setup);
  rules.table.watchCoverage.slo = { operator: '>=', value: 1 };
  const missed = slots(3, 4);
  expect(told(missed, 'coverage', 50, rules).judged).toContain('@ 20 min');
});
