import { expect, onTestFinished, test } from 'vitest';
import { openHistory } from '../../../src/history/open-history.ts';
import { rolloutStanding } from '../../../src/release/gate/gate.ts';
import { setupForRelease } from '../../../src/release/gate/proven.ts';
import { hour, minute, setup } from './green.ts';

const provenPlan = [
  { percent: 25, afterMs: minute },
  { percent: 50, afterMs: 2 * minute },
  { percent: 100, afterMs: 3 * minute },
];
const given = { ...setup, provenPlan };
const t0 = Date.parse('2026-01-05T00:00:00Z');

/** v1 had all of the traffic for so long before v2 came; then v1 is deployed again. */
function comeBack(wholeMs: number, { percent = 100, again = 'v1' } = {}) {
  const history = openHistory({ file: ':memory:', now: () => new Date(t0 + 200 * hour) });
  onTestFinished(() => history.close());
  const deployed = (timeMs: number, release: string) =>
    history.recordDeployment({ timeMs, release, who: 'ci' });
  const takenMs = t0 + 50 * hour;
  deployed(t0, 'v1');
  history.recordDecision({
    id: 'd',
    timeMs: takenMs,
    from: 50,
    to: percent,
    verdict: 'pass',
    isTaken: true,
    deployedMs: t0,
    release: 'v1',
    askedBy: 'ci',
    via: 'command',
    times: 1,
    lastMs: takenMs,
    body: {},
  });
  deployed(takenMs + wholeMs, 'v2');
  const againMs = takenMs + wholeMs + hour;
  deployed(againMs, again);
  return { history, againMs };
}

test('a release that comes back after all of the traffic for the last soak takes the shorter plan, and says so', () => {
  const { history, againMs } = comeBack(48 * hour);
  const own = setupForRelease(history, given, againMs);
  expect(own.plan).toBe(provenPlan);
  expect(own.proven).toContain('v1 had all of the traffic from 2026-01-07T02:00:00Z on');
  expect(rolloutStanding(history, given, againMs)?.next?.afterMs).toBe(minute);
});

test('one that had it for too short a time, or less of it, or another release keeps the usual plan', () => {
  const plans = [
    comeBack(10 * hour),
    comeBack(48 * hour, { percent: 50 }),
    comeBack(48 * hour, { again: 'v3' }),
  ];
  for (const { history, againMs } of plans)
    expect(setupForRelease(history, given, againMs)).toMatchObject({ plan: setup.plan, proven: undefined });
});

test('a proven release that was rolled back from all of the traffic is not proven any more', () => {
  const { history, againMs } = comeBack(48 * hour);
  history.transaction(() =>
    history.database
      .prepare(
        `INSERT INTO rollback_runs (id, option, type, reason, who, status, started_ms, ended_ms, owner, plan)
         VALUES ('r', 0, 'git', 'bad', 'carol', 'succeeded', ?, ?, 'me', '{}')`,
      )
      .run(t0 + 60 * hour, t0 + 60 * hour + minute),
  );
  expect(setupForRelease(history, given, againMs).proven).toBeUndefined();
});

test('without a plan for proven releases nothing changes', () => {
  const { history, againMs } = comeBack(48 * hour);
  expect(setupForRelease(history, setup, againMs)).toBe(setup);
});
