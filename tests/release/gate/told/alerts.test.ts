import { expect, test } from 'vitest';
import { askedMs, hour, minute, second } from '../green.ts';
import { alert, alerts, both, type Change, checks, newest, recorded, told } from './told.ts';

test.each<[id: string, what: string, change: Change, said: string, to?: number]>([
  [
    'alerts',
    'no rules judged',
    recorded({ alerts: undefined }),
    'unknown: no watch has judged the rules → run vigil monitor --loop',
  ],
  [
    'alerts',
    'rules judged five minutes ago',
    recorded({ alerts: { evaluatedMs: askedMs - 5 * minute, open: [] } }),
    'pass: no alert is open',
  ],
  [
    'alerts',
    'rules judged longer ago',
    recorded({ alerts: { evaluatedMs: askedMs - 5 * minute - second, open: [] } }),
    'unknown: the rules were last judged at 2026-01-05T01:04:59Z → is the watch alive? a verdict needs fresh evidence',
  ],
  [
    'alerts',
    'firing',
    alerts(alert('A', 'firing'), alert('B', 'pending'), alert('C', 'firing', { subject: 'H11' })),
    'fail: firing: A since 2026-01-05T01:08:00Z, C H11 since 2026-01-05T01:08:00Z → see to it first: vigil alerts lists what is open @ 5 min',
  ],
  [
    'alerts',
    'pending',
    alerts(
      alert('A', 'pending', { firesAtMs: askedMs + minute }),
      alert('B', 'pending'),
      alert('C', 'pending', { firesAtMs: askedMs + 3 * minute }),
    ),
    'unknown: pending: A, B, C → wait until it fires or is gone @ 3 min',
  ],
  [
    'alerts',
    'pending, long due',
    alerts(alert('A', 'pending', { firesAtMs: askedMs - minute })),
    'unknown: pending: A → wait until it fires or is gone @ 0 min',
  ],
  [
    'alerts',
    'pending, nobody knows until when',
    alerts(alert('A', 'pending')),
    'unknown: pending: A → wait until it fires or is gone',
  ],
  [
    'alerts',
    'none critical',
    alerts(...['A', 'B', 'C', 'D', 'E', 'F'].map((rule) => alert(rule, 'firing', { severity: 'warning' }))),
    'pass: open, none of them critical: A, B, C, D and 2 more',
  ],
  [
    'alerts',
    'four',
    alerts(...['A', 'B', 'C', 'D'].map((rule) => alert(rule, 'firing', { severity: 'warning' }))),
    'pass: open, none of them critical: A, B, C, D',
  ],
  [
    'checks',
    'no cycle ended',
    recorded({ newest: undefined }),
    'unknown: no cycle of this deployment has ended yet → run vigil monitor --loop @ 5 min',
  ],
  [
    'checks',
    'no cycle ended, no schedule',
    recorded({ newest: undefined, intervalMs: undefined }),
    'unknown: no cycle of this deployment has ended yet → run vigil monitor --loop',
  ],
  [
    'checks',
    'new failures',
    newest({ newFailures: checks('H01', 'H02', 'H03', 'H04') }),
    'fail: H01: H01 was slow, H02: H02 was slow, H03: H03 was slow and 1 more → see to the failing checks; docs/checks.md says how @ 5 min',
  ],
  [
    'checks',
    'a new failure without a reason',
    newest({ newFailures: [{ id: 'H01', title: '', reason: '' }] }),
    'fail: H01 → see to the failing checks; docs/checks.md says how @ 5 min',
  ],
  [
    'checks',
    'a new failure that is looked at again',
    both(
      newest({ newFailures: checks('H01') }),
      recorded({ confirmation: { state: 'confirming' } as never }),
    ),
    'fail: H01: H01 was slow; being looked at again → see to the failing checks; docs/checks.md says how @ 5 min',
  ],
  [
    'checks',
    'a new failure, nothing known of looking again',
    both(newest({ newFailures: checks('H01') }), recorded({ confirmation: undefined })),
    'fail: H01: H01 was slow → see to the failing checks; docs/checks.md says how @ 5 min',
  ],
  [
    'checks',
    'nothing judged',
    newest({ passed: 0, skipped: 36 }),
    'unknown: the newest cycle proves nothing: no check was judged, 36 were skipped → run vigil monitor and see what it says @ 5 min',
  ],
  [
    'checks',
    'a doubtful run',
    newest({ problems: ['the report is torn', 'more'] }),
    'unknown: the newest cycle proves nothing: the report is torn → run vigil monitor and see what it says @ 5 min',
  ],
  [
    'checks',
    'unknown',
    newest({ unknown: checks('H01') }),
    'unknown: unknown in the newest cycle: H01: H01 was slow → what is unknown is no pass: see why @ 5 min',
  ],
  [
    'checks',
    'a shard',
    newest({ notRun: 24 }),
    'unknown: 24 checks of the catalogue are not run by this watch → ask over all shards: vigil gate --source prometheus',
  ],
  [
    'checks',
    'no longer judged',
    newest({
      noLonger: [
        { id: 'H01', title: '' },
        { id: 'H02', title: '' },
      ],
    }),
    'unknown: judged earlier in this stage, and no longer: H01, H02 → put them back, or let the soak time pass without them @ 45 min',
  ],
  [
    'checks',
    'only known failures',
    newest({ passed: 0, knownFailures: checks('H01', 'H02') }),
    'pass: 0 passed in the newest cycle, 4 not declared; H01, H02 failed before the deployment already',
  ],
  [
    'checks',
    'more known failures than passes',
    newest({ passed: 1, knownFailures: checks('H01', 'H02'), skipped: 0 }),
    'pass: 1 passed in the newest cycle; H01, H02 failed before the deployment already',
  ],
  [
    'sentinel',
    'no sentinel',
    recorded({ sentinel: undefined }),
    'unknown: none has travelled the alert path yet → run vigil monitor --loop: it sends one at its start',
  ],
  [
    'sentinel',
    'off',
    recorded({ sentinel: { state: 'off' } }),
    'unknown: it is switched off → run vigil monitor --loop: it sends one at its start',
  ],
  [
    'sentinel',
    'missing',
    recorded({ sentinel: { state: 'missing', atMs: askedMs - 10 * minute, reason: 'no receipt' } }),
    'unknown: the one of 2026-01-05T01:00:00Z did not arrive: no receipt → find where the alert path breaks: vigil monitor --test-notifications @ 50 min',
  ],
  [
    'sentinel',
    'two intervals',
    recorded({ sentinel: { state: 'received', atMs: askedMs - 2 * hour, tookMs: 900 } }),
    'pass (2 h; ≤ 2 h): received at 2026-01-04T23:10:00Z after 1s',
  ],
  [
    'sentinel',
    'a second longer',
    recorded({ sentinel: { state: 'received', atMs: askedMs - 2 * hour - second, tookMs: 900 } }),
    'unknown (7201000 ms; ≤ 2 h): received at 2026-01-04T23:09:59Z after 1s → find where the alert path breaks: vigil monitor --test-notifications',
  ],
  [
    'sentinel',
    'this moment',
    recorded({ sentinel: { state: 'received', atMs: askedMs, tookMs: 900 } }),
    'pass (0 ms; ≤ 2 h): received at 2026-01-05T01:10:00Z after 1s',
  ],
  [
    'sentinel',
    'after now',
    recorded({ sentinel: { state: 'received', atMs: askedMs + second, tookMs: 900 } }),
    'unknown (0 ms; ≤ 2 h): received at 2026-01-05T01:10:01Z after 1s → find where the alert path breaks: vigil monitor --test-notifications',
  ],
])('%s: %s', (id, _, change, said, to) => {
  expect(told(change, id, to)).toBe(said);
});
