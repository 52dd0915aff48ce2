import { expect, test } from 'vitest';
import { askedMs, deployedMs, hour, minute, second, setup, takenMs } from '../green.ts';
import { at, both, type Change, newest, recorded, rolledBack, told } from './told.ts';

test('of a healthy watch each condition says what it saw, and nothing to do', () => {
  const said = {
    order: 'pass: 25 % is taken; 50 % is the next stage',
    soak: 'pass (50 min; ≥ 45 min): 45m at 25 %, from 2026-01-05T00:20:00Z on: over since 2026-01-05T01:05:00Z',
    rollback: 'pass: none since the deployment of v2',
    clock: 'pass: nothing is dated after 2026-01-05T01:10:00Z',
    target: 'pass: http://target',
    cycles: 'pass (9; ≥ 3): 9 green since 2026-01-05T00:25:00Z',
    freshness: 'pass (60 s; ≤ 10 min): ended at 2026-01-05T01:09:00Z, one is due every 5m',
    coverage: 'pass (100 %; ≥ 95 %): 9 of 9 slots observed',
    gap: 'pass (0 ms; ≤ 15 min): no slot was missed',
    passRate: 'pass (100 %; ≥ 95 %): 288 outcomes of 9 cycles',
    errorRatio: 'pass (0 %; < 0.1 %): 2,400 operations in 5m',
    latencyP95: 'pass (45 ms; < 200 ms): 2,400 operations in 5m',
    uptime: 'pass (100 %; ≥ 99.9 %): genesis-orchestration answered 180 of 180 scrapes',
    errorBudget: 'pass (90 %; ≥ 10 %): 2 errors of 21,600 operations in 45m',
    ErrorBudgetFastBurn: 'pass (0; ≤ 14.4): 0.1 and 0.0 times the allowed errors over 1h and 5m',
    alerts: 'pass: no alert is open',
    checks: 'pass: 32 passed in the newest cycle, 4 not declared',
    sentinel: 'pass (30 min; ≤ 2 h): received at 2026-01-05T00:40:00Z after 1s',
  };
  for (const [id, line] of Object.entries(said)) expect.soft(told(() => {}, id)).toBe(line);
});

test.each<[id: string, what: string, change: Change, said: string, to?: number]>([
  [
    'order',
    'the stage is taken',
    () => {},
    'pass: taken already: v2 has 25 % of the traffic since 2026-01-05T00:20:00Z',
    25,
  ],
  ['soak', 'the stage is taken', () => {}, 'pass: nothing to wait for: the stage is taken', 25],
  [
    'order',
    'a stage is left out',
    () => {},
    'fail: 25 % is taken; the next stage is 50 %, not 100 % → ask for 50 % first: vigil gate --to 50',
    100,
  ],
  [
    'soak',
    'a stage is left out',
    () => {},
    'unknown: counts from the stage before, 50 % → ask for 50 % first: vigil gate --to 50',
    100,
  ],
  [
    'order',
    'the first stage is left out',
    recorded({ taken: [] }),
    'fail: no stage is taken yet; the next stage is 25 %, not 50 % → ask for 25 % first: vigil gate --to 25',
  ],
  [
    'order',
    'no deployment',
    recorded({ deployment: undefined }),
    'unknown: no deployment is recorded, so nothing can be said of its time → record the deployment when it is out: vigil gate --deployed RELEASE',
  ],
  [
    'soak',
    'no deployment',
    recorded({ deployment: undefined }),
    'unknown: no deployment is recorded, so nothing can be said of its time → record the deployment when it is out: vigil gate --deployed RELEASE',
  ],
  [
    'rollback',
    'no deployment',
    recorded({ deployment: undefined }),
    'unknown: no deployment is recorded → record the deployment when it is out: vigil gate --deployed RELEASE',
  ],
  [
    'soak',
    'the first stage too early',
    both(at(deployedMs + 10 * minute), recorded({ taken: [] })),
    'fail (10 min; ≥ 15 min): 15m after the deployment of v2: ends at 2026-01-05T00:15:00Z → wait for the end of the soak time @ 5 min',
    25,
  ],
  [
    'soak',
    'to the moment',
    at(takenMs + 45 * minute),
    'pass (45 min; ≥ 45 min): 45m at 25 %, from 2026-01-05T00:20:00Z on: over since 2026-01-05T01:05:00Z',
  ],
  [
    'soak',
    'a second too early',
    at(takenMs + 45 * minute - second),
    'fail (2699000 ms; ≥ 45 min): 45m at 25 %, from 2026-01-05T00:20:00Z on: ends at 2026-01-05T01:05:00Z → wait for the end of the soak time @ 0.017 min',
  ],
  [
    'soak',
    'the deployment decides',
    recorded({ taken: [{ percent: 25, takenMs: deployedMs + 5 * minute, isOverride: false }] }),
    'pass (70 min; ≥ 60 min): 1h after the deployment of v2: over since 2026-01-05T01:00:00Z',
  ],
  [
    'rollback',
    'a rollback under way',
    rolledBack(['under way', 'flag of carol'], ['done', 'git']),
    'fail: a rollback is under way since 2026-01-05T01:09:00Z: flag of carol → wait for its end, then see why it was needed',
  ],
  [
    'rollback',
    'a rollback that is done',
    rolledBack(['done', 'flag of carol']),
    'fail: v2 was rolled back (2026-01-05T01:09:00Z; flag of carol) → deploy what is to be rolled out, and record it: vigil gate --deployed RELEASE',
  ],
  [
    'rollback',
    'a rollback that did not succeed',
    rolledBack(['done', 'flag'], ['not done', 'git of carol']),
    'fail: v2 was to be rolled back, which did not succeed (2026-01-05T01:09:00Z; git of carol) → deploy what is to be rolled out, and record it: vigil gate --deployed RELEASE',
  ],
  [
    'rollback',
    'an aborted rollback after one that is done',
    rolledBack(['done', 'git of carol'], ['aborted', 'flag']),
    'fail: v2 was rolled back (2026-01-05T01:09:00Z; git of carol) → deploy what is to be rolled out, and record it: vigil gate --deployed RELEASE',
  ],
  [
    'rollback',
    'an aborted rollback',
    rolledBack(['aborted', 'flag']),
    'pass: none since the deployment of v2',
  ],
  [
    'clock',
    'dated after now',
    recorded({ fromTheFuture: ['3 cycles', 'the alerts'] }),
    'unknown: dated after now: 3 cycles, the alerts → set the clock right; what was recorded under the wrong one counts when its time has come',
  ],
  [
    'target',
    'nobody watches',
    recorded({ watchedTargetId: undefined }),
    'unknown: no watch has said what it watches → let the watch run: vigil monitor --loop',
  ],
  [
    'target',
    'nobody named a target',
    recorded({ targetId: undefined }),
    'unknown: no watch has said what it watches → let the watch run: vigil monitor --loop',
  ],
  [
    'target',
    'another target',
    recorded({ watchedTargetId: 'http://other' }),
    'unknown: the watch is on http://other, asked is for http://target → ask with the configuration of the watch, or name its reports folder',
  ],
  [
    'target',
    'cycles of others',
    recorded({ cycles: { pass: 9, fail: 0, inconclusive: 0, foreign: 2 } }),
    'unknown: 2 cycles since 2026-01-05T00:25:00Z are of other targets, and so are samples → give each target a reports folder of its own, and record the deployment again',
  ],
  [
    'cycles',
    'no cycle',
    recorded({ cycles: { pass: 0, fail: 0, inconclusive: 0, foreign: 0 } }),
    'unknown (0; ≥ 3): none since 2026-01-05T00:25:00Z → let the watch run: vigil monitor --loop @ 15 min',
  ],
  [
    'cycles',
    'cycles of all kinds',
    recorded({ cycles: { pass: 2, fail: 1, inconclusive: 4, foreign: 0 } }),
    'pass (3; ≥ 3): 2 green, 1 red, 4 inconclusive since 2026-01-05T00:25:00Z',
  ],
  [
    'cycles',
    'only doubtful cycles',
    recorded({ cycles: { pass: 0, fail: 0, inconclusive: 4, foreign: 0 } }),
    'unknown (0; ≥ 3): 0 green, 4 inconclusive since 2026-01-05T00:25:00Z → let the watch run: vigil monitor --loop @ 15 min',
  ],
  [
    'cycles',
    'too few cycles, no schedule',
    recorded({ cycles: { pass: 1, fail: 1, inconclusive: 0, foreign: 0 }, intervalMs: undefined }),
    'unknown (2; ≥ 3): 1 green, 1 red since 2026-01-05T00:25:00Z → let the watch run: vigil monitor --loop',
  ],
  [
    'freshness',
    'no cycle ended',
    recorded({ newest: undefined }),
    'unknown: no cycle of this deployment has ended yet → let the watch run: vigil monitor --loop @ 5 min',
  ],
  [
    'freshness',
    'no cycle ended, no schedule',
    recorded({ newest: undefined, intervalMs: undefined }),
    'unknown: no cycle of this deployment has ended yet → let the watch run: vigil monitor --loop',
  ],
  [
    'freshness',
    'no schedule',
    recorded({ intervalMs: undefined }),
    'unknown: no schedule is recorded → let the watch run: vigil monitor --loop',
  ],
  [
    'freshness',
    'two intervals old',
    newest({ endedMs: askedMs - 10 * minute }),
    'pass (10 min; ≤ 10 min): ended at 2026-01-05T01:00:00Z, one is due every 5m',
  ],
  [
    'freshness',
    'a second older',
    newest({ endedMs: askedMs - 10 * minute - second }),
    'unknown (601000 ms; ≤ 10 min): ended at 2026-01-05T00:59:59Z, one is due every 5m → is the watch alive? a verdict needs fresh evidence @ 5 min',
  ],
  [
    'freshness',
    'ended after now',
    newest({ endedMs: askedMs + minute }),
    'pass (0 ms; ≤ 10 min): ended at 2026-01-05T01:11:00Z, one is due every 5m',
  ],
  [
    'coverage',
    'no slot was due',
    recorded({ coverage: { due: 0, observed: 0, largestGapMs: 0 } }),
    'unknown (; ≥ 95 %): no slot was due since 2026-01-05T00:25:00Z → let the watch run: vigil monitor --loop @ 5 min',
  ],
  [
    'gap',
    'no slot was due',
    recorded({ coverage: { due: 0, observed: 0, largestGapMs: 0 } }),
    'unknown: no slot was due → let the watch run: vigil monitor --loop @ 5 min',
  ],
  [
    'coverage',
    'no slot was due, no schedule',
    recorded({ coverage: { due: 0, observed: 0, largestGapMs: 0 }, intervalMs: undefined }),
    'unknown (; ≥ 95 %): no slot was due since 2026-01-05T00:25:00Z → let the watch run: vigil monitor --loop',
  ],
  [
    'gap',
    'no slot was due, no schedule',
    recorded({ coverage: { due: 0, observed: 0, largestGapMs: 0 }, intervalMs: undefined }),
    'unknown: no slot was due → let the watch run: vigil monitor --loop',
  ],
  [
    'coverage',
    'slots missed',
    both(recorded({ coverage: { due: 19, observed: 18, largestGapMs: 0 } })),
    'unknown (94.7 %; ≥ 95 %): 18 of 19 slots observed → let the watch run: vigil monitor --loop @ 10 min',
  ],
  [
    'coverage',
    'slots missed in a long window',
    both(
      (e) => {
        e.window.fromMs -= 24 * hour;
      },
      recorded({ coverage: { due: 9, observed: 7, largestGapMs: 0 } }),
    ),
    'unknown (77.8 %; ≥ 95 %): 7 of 9 slots observed → let the watch run: vigil monitor --loop @ 155 min',
  ],
  [
    'coverage',
    'slots missed, no schedule',
    recorded({ coverage: { due: 9, observed: 7, largestGapMs: 0 }, intervalMs: undefined }),
    'unknown (77.8 %; ≥ 95 %): 7 of 9 slots observed → let the watch run: vigil monitor --loop',
  ],
  [
    'gap',
    'a gap',
    recorded({
      coverage: { due: 9, observed: 9, largestGapMs: 20 * minute, largestGapEndMs: askedMs - 10 * minute },
    }),
    'unknown (20 min; ≤ 15 min): ended at 2026-01-05T01:00:00Z → nobody saw what happened meanwhile: let the soak time pass again without a gap @ 35 min',
  ],
  [
    'gap',
    'a gap at its limit',
    recorded({
      coverage: { due: 9, observed: 9, largestGapMs: 15 * minute, largestGapEndMs: askedMs - 10 * minute },
    }),
    'pass (15 min; ≤ 15 min): ended at 2026-01-05T01:00:00Z',
  ],
])('%s: %s', (id, _, change, said, to) => {
  expect(told(change, id, to)).toBe(said);
});

test('where every slot must be observed, as many as were due must come again, but no more than the window holds', () => {
  const rules = structuredClone(setup);
  rules.table.watchCoverage.slo = { operator: '>=', value: 1 };
  const missed = recorded({ coverage: { due: 4, observed: 3, largestGapMs: 0 } });
  expect(told(missed, 'coverage', 50, rules)).toContain('@ 20 min');
});
