import { expect, test } from 'vitest';
import type { CycleRecord } from '../../../src/monitor/cycle/cycle-record.ts';
import { alertLines, cycleLine } from '../../../src/monitor/loop/loop-lines.ts';

type Outcome = CycleRecord['outcomes'][number];

const outcome = (id: string, said: Partial<Outcome> = {}): Outcome => ({
  id,
  title: 'answers',
  group: 'g',
  outcome: 'pass',
  executed: true,
  measurements: [],
  ...said,
});
const cycle = (verdict: CycleRecord['verdict'], outcomes: Outcome[], problems: string[] = []) =>
  ({ verdict, outcomes, problems, durationMs: 1234 }) as CycleRecord;

test('a cycle is one line: its verdict, its checks, and the failure before what is unknown', () => {
  expect(cycleLine(cycle('pass', [outcome('a'), outcome('b', { outcome: 'skipped' })]))).toBe(
    'PASS  1 of 1 checks in 1.2 s',
  );
  const red = cycleLine(
    cycle('fail', [
      outcome('a'),
      outcome('b', { outcome: 'unknown', reason: 'no traffic' }),
      outcome('c', { outcome: 'fail', reason: 'status 500\nand a stack' }),
    ]),
  );
  expect(red).toMatch(/^FAIL {2}1 of 3 checks in 1\.2 s {2}c answers: status 500 \(and 1 more\)$/);
  expect(cycleLine(cycle('inconclusive', [outcome('a')], ['the report is empty']))).toContain(
    'the report is empty',
  );
});

test('a cycle whose suite its time limit ended says that before any check', () => {
  const late = 'the suite did not end within 18s (`timeout`): pays of a.test.ts had begun and not ended';
  const lost = outcome('b', { outcome: 'unknown', reason: late });
  const failed = outcome('me', { outcome: 'fail', reason: 'no answer within 5 s' });
  expect(cycleLine(cycle('fail', [failed, lost], [late]))).toBe(
    `FAIL  0 of 2 checks in 1.2 s  ${late} (2 checks did not pass)`,
  );
});

test('an alert is told when it begins and when it ends to fire, not while it is pending', () => {
  const transition = (from: 'inactive' | 'pending' | 'firing', to: 'pending' | 'firing' | 'resolved') => ({
    rule: 'HealthCheckFailed',
    fingerprint: 'f',
    labels: { check: 'C07', priority: 'P1' },
    from,
    to,
    atMs: 0,
    value: undefined,
    isNew: true,
  });
  expect(
    alertLines(
      {
        transitions: [
          transition('inactive', 'pending'),
          transition('pending', 'firing'),
          // It had no data for a while.
          transition('firing', 'firing'),
          transition('firing', 'resolved'),
        ],
      },
      () => 'C07 P95 SLO: P95 latency 441 ms',
    ),
  ).toEqual([
    'FIRING  P1 C07 P95 SLO: P95 latency 441 ms (HealthCheckFailed C07)',
    'RESOLVED  P1 C07 P95 SLO: P95 latency 441 ms (HealthCheckFailed C07)',
  ]);
});
