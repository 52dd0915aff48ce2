import { describe, expect, test } from 'vitest';
import { askedMs, hour, minute, second, setup } from '../green.ts';
import {
  alert,
  alerts,
  both,
  type Change,
  check,
  checks,
  newest,
  over,
  recorded,
  tells,
  told,
} from './told.ts';

tells('alerts', [
  ['no rules judged', recorded({ alerts: undefined }), 'unknown', ['no watch', 'vigil monitor --loop']],
  [
    'rules judged five minutes ago',
    recorded({ alerts: { evaluatedMs: askedMs - 5 * minute, open: [] } }),
    'pass',
    ['no alert is open'],
  ],
  [
    'rules judged longer ago',
    recorded({ alerts: { evaluatedMs: askedMs - 5 * minute - second, open: [] } }),
    'unknown',
    ['last judged', '2026-01-05T01:04:59Z', 'watch alive'],
  ],
  [
    'firing',
    alerts(alert('A', 'firing'), alert('B', 'pending'), alert('C', 'firing', { subject: 'H11' })),
    'fail @ 5 min',
    ['firing: A', '2026-01-05T01:08:00Z, C H11', '2026-01-05T01:08:00Z', 'vigil alerts'],
  ],
  [
    'pending',
    alerts(
      alert('A', 'pending', { firesAtMs: askedMs + minute }),
      alert('B', 'pending'),
      alert('C', 'pending', { firesAtMs: askedMs + 3 * minute }),
    ),
    'unknown @ 3 min',
    ['pending: A, B, C →', 'wait until it fires'],
  ],
  [
    'pending, long due',
    alerts(alert('A', 'pending', { firesAtMs: askedMs - minute })),
    'unknown @ 0 min',
    ['pending: A →', 'wait until it fires'],
  ],
  [
    'pending, nobody knows until when',
    alerts(alert('A', 'pending')),
    'unknown',
    ['pending: A →', 'wait until it fires'],
  ],
  [
    'none critical',
    alerts(...['A', 'B', 'C', 'D', 'E', 'F'].map((rule) => alert(rule, 'firing', { severity: 'warning' }))),
    'pass',
    ['none', 'A, B, C, D and 2 more'],
  ],
  [
    'nobody looks, whatever its severity',
    alerts(
      alert('ObservabilityMetricsMissing', 'firing', { severity: 'warning' }),
      alert('TestSuiteNotRunning', 'firing', { severity: 'info' }),
    ),
    'unknown @ 5 min',
    ['firing: ObservabilityMetricsMissing since', 'TestSuiteNotRunning since', 'no green result'],
  ],
  [
    'nobody may be looking',
    alerts(alert('TestSuiteNotRunning', 'pending', { severity: 'warning' })),
    'pass',
    ['TestSuiteNotRunning'],
  ],
  [
    'four',
    alerts(...['A', 'B', 'C', 'D'].map((rule) => alert(rule, 'firing', { severity: 'warning' }))),
    'pass',
    ['none', 'A, B, C, D → nothing'],
  ],
]);

tells('checks', [
  [
    'new failures',
    newest({ newFailures: checks('H01', 'H02', 'H03', 'H04') }),
    'fail @ 5 min',
    ['H01: H01 was slow', 'H02: H02 was slow', 'H03: H03 was slow and 1 more →', 'vigil alerts'],
  ],
  [
    'a new failure without a reason',
    newest({ newFailures: [{ id: 'H01', title: '', reason: '' }] }),
    'fail @ 5 min',
    ['H01 →', 'vigil alerts'],
  ],
  [
    'a new failure that is looked at again',
    both(
      newest({ newFailures: checks('H01') }),
      recorded({ confirmation: { state: 'confirming' } as never }),
    ),
    'fail @ 5 min',
    ['H01: H01 was slow', 'looked at again', 'vigil alerts'],
  ],
  [
    'a new failure, nothing known of looking again',
    both(newest({ newFailures: checks('H01') }), recorded({ confirmation: undefined })),
    'fail @ 5 min',
    ['H01: H01 was slow →', 'vigil alerts'],
  ],
  [
    'a new failure that was there more often',
    both(
      newest({ newFailures: checks('H01', 'H02') }),
      over(check('H01', { failed: 7, cycles: 16 }), check('H02', { failed: 1, cycles: 16 })),
    ),
    'fail @ 5 min',
    ['H01: H01 was slow; failed 7 of 16 cycles', 'H02: H02 was slow →'],
  ],
  [
    'a failure of a moment ago',
    over(
      check('H01', { failed: 7, cycles: 16, passingMs: askedMs - 44 * minute }),
      check('H02', { failed: 0, passingMs: askedMs - minute }),
    ),
    'fail @ 1 min',
    ['H01 failed 7 of 16 cycles', '2026-01-05T00:26:00Z', 'must pass for 45m', 'why it failed'],
  ],
  [
    'a failure of long ago',
    over(check('H01', { failed: 7, cycles: 16, passingMs: askedMs - 45 * minute })),
    'pass',
    ['32 passed'],
  ],
  [
    'a failure of which nobody knows that it is over',
    over(check('H01', { failed: 1, cycles: 2, passingMs: undefined })),
    'fail @ 45 min',
    ['H01 failed 1 of 2 cycles', 'not passing yet'],
  ],
  [
    'judged since late',
    over(
      check('H01', { judgedMs: askedMs - 29 * minute }),
      check('H02', { judgedMs: askedMs - 30 * minute }),
    ),
    'unknown @ 16 min',
    ['H01 judged since 2026-01-05T00:41:00Z; the soak began 2026-01-05T00:25:00Z', 'soak time pass'],
  ],
  [
    'nothing judged',
    newest({ passed: 0, skipped: 36 }),
    'unknown @ 5 min',
    ['newest cycle', 'proves nothing', 'no check was judged', '36', 'vigil monitor'],
  ],
  [
    'a doubtful run',
    newest({ problems: ['the report is torn', 'more'] }),
    'unknown @ 5 min',
    ['newest cycle', 'proves nothing', 'torn', 'vigil monitor'],
  ],
  [
    'unknown',
    newest({ unknown: checks('H01') }),
    'unknown @ 5 min',
    ['unknown in', 'newest cycle', 'H01: H01 was slow', 'no pass'],
  ],
  ['a shard', newest({ notRun: 24 }), 'unknown', ['24', 'not run', 'vigil gate --source prometheus']],
  [
    'no longer judged',
    newest({
      noLonger: [
        { id: 'H01', title: '' },
        { id: 'H02', title: '' },
      ],
    }),
    'unknown @ 45 min',
    ['no longer', 'H01, H02', 'put them back'],
  ],
  [
    'a failure in quarantine, and of before it was',
    (evidence) => {
      over(check('H01', { failed: 1, cycles: 2, passingMs: undefined }))(evidence);
      newest({ quarantined: ['H01'] })(evidence);
    },
    'pass',
    ['32 passed', 'in quarantine, not counted: H01'],
  ],
  [
    'only known failures',
    newest({ passed: 0, knownFailures: checks('H01', 'H02') }),
    'pass',
    ['0 passed', 'newest cycle', '4 not declared', 'H01, H02', 'before the deployment'],
  ],
  [
    'more known failures than passes',
    newest({ passed: 1, knownFailures: checks('H01', 'H02'), skipped: 0 }),
    'pass',
    ['1 passed', 'newest cycle; H01, H02', 'before the deployment'],
  ],
]);

tells('sentinel', [
  ['no sentinel', recorded({ sentinel: undefined }), 'unknown', ['none', 'vigil monitor --loop']],
  ['off', recorded({ sentinel: { state: 'off' } }), 'unknown', ['switched off', 'vigil monitor --loop']],
  [
    'missing',
    recorded({ sentinel: { state: 'missing', atMs: askedMs - 10 * minute, reason: 'no receipt' } }),
    'unknown @ 50 min',
    ['2026-01-05T01:00:00Z', 'did not arrive', 'no receipt', 'vigil monitor --test-notifications'],
  ],
  [
    'two intervals',
    recorded({ sentinel: { state: 'received', atMs: askedMs - 2 * hour, tookMs: 900 } }),
    'pass (2h; ≤ 2h)',
    ['received', '2026-01-04T23:10:00Z', '1s'],
  ],
  [
    'a second longer',
    recorded({ sentinel: { state: 'received', atMs: askedMs - 2 * hour - second, tookMs: 900 } }),
    'unknown (2h 1s; ≤ 2h)',
    ['received', '2026-01-04T23:09:59Z', '1s', 'vigil monitor --test-notifications'],
  ],
  [
    'this moment',
    recorded({ sentinel: { state: 'received', atMs: askedMs, tookMs: 900 } }),
    'pass (0 ms; ≤ 2h)',
    ['received', '2026-01-05T01:10:00Z', '1s'],
  ],
  [
    'after now',
    recorded({ sentinel: { state: 'received', atMs: askedMs + second, tookMs: 900 } }),
    'unknown (0 ms; ≤ 2h)',
    ['received', '2026-01-05T01:10:01Z', '1s', 'vigil monitor --test-notifications'],
  ],
]);

describe('an alert of a check in quarantine keeps no gate shut', () => {
  const flaky = 'tests/shop.py › test_flaky';
  const open = alerts(alert('HealthCheckFailed', 'firing', { subject: flaky }));
  const entry = (until: string, check = 'test_flaky') => ({ ...setup, quarantine: [{ check, until }] });
  const judged = (change: Change, rules: typeof setup) => told(change, 'alerts', 50, rules);

  test('whether it fails now or not, and it is said that it is in quarantine', () => {
    for (const said of [
      judged(open, entry('2026-01-05')),
      judged(both(open, newest({ quarantined: [flaky] })), setup),
    ]) {
      expect(said.judged).toBe('pass');
      expect(said.text).toContain(`HealthCheckFailed ${flaky} (in quarantine)`);
    }
  });

  test.each([
    ['one whose quarantine is over', open, entry('2026-01-04')],
    ['another check', open, entry('2026-01-05', 'test_other')],
    [
      'one of several that the name means',
      both(recorded({ checks: [check('tests/cart.py › test_flaky')] }), open),
      entry('2026-01-05'),
    ],
  ])('%s still does', (_, change, rules) => {
    expect(judged(change, rules).judged).toBe('fail @ 5 min');
  });
});
