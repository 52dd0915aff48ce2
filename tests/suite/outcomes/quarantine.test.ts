import { expect, test } from 'vitest';
import { cycleSignals } from '../../../src/alerts/signals/cycle-signals.ts';
import { validateConfig } from '../../../src/core/config/validate.ts';
import type { CheckOutcome } from '../../../src/suite/outcomes/check-outcome.ts';
import { heldAgainst, remembered } from '../../../src/suite/outcomes/known-checks.ts';
import { isFailure, quarantine } from '../../../src/suite/outcomes/quarantine.ts';
import { inOrder } from '../../support/in-order.ts';

const outcome = (id: string, state: CheckOutcome['outcome']): CheckOutcome => ({
  id,
  title: id,
  group: 'g',
  outcome: state,
  executed: state !== 'skipped',
  measurements: [],
});
const entry = (check: string, until = '2026-12-24') => ({ check, owner: 'me', until, reason: 'races' });
const at = (text: string) => Date.parse(text);
const now = at('2026-12-01T00:00:00Z');

test.for([
  ['fail', 'excused', true],
  ['pass', 'idle', false],
  ['unknown', 'idle', false],
  ['skipped', 'idle', false],
] as const)('a quarantined check that is %s is %s', ([state, expected, excused]) => {
  const judged = quarantine([outcome('a', state)], [entry('a')], now);
  expect(judged.entries).toEqual([{ ...entry('a'), state: expected }]);
  expect(judged.outcomes[0]?.outcome).toBe(state);
  expect(judged.outcomes[0]?.quarantined !== undefined).toBe(excused);
});

test('an entry names a check that is there, and holds to the end of its last day in UTC', () => {
  const failing = [outcome('a', 'fail')];
  const state = (check: string, nowMs: number) =>
    quarantine(failing, [entry(check)], nowMs).entries[0]?.state;
  expect(state('b', now)).toBe('absent');
  expect(state('a', at('2026-12-24T23:59:59.999Z'))).toBe('excused');
  expect(state('a', at('2026-12-25T00:00:00Z'))).toBe('expired');
});

test('a failure is excused by the words of its entry, and by no entry whose time is over', () => {
  const failing = [outcome('a', 'fail'), outcome('a', 'unknown')];
  const { outcomes } = quarantine(failing, [entry('a')], now);
  expect(outcomes).toEqual([
    { ...failing[0], quarantined: { owner: 'me', until: '2026-12-24', reason: 'races' } },
    failing[1],
  ]);
  expect(outcomes.map(isFailure)).toEqual([false, false]);
  expect(failing.map(isFailure)).toEqual([true, false]);
  expect(quarantine(failing, [entry('a')], at('2026-12-25T00:00:00Z')).outcomes).toEqual(failing);
});

test('a quarantined failure leaves the pass rate, an unknown never does', () => {
  const all = [outcome('a', 'pass'), outcome('b', 'fail'), outcome('c', 'unknown'), outcome('d', 'fail')];
  const { outcomes } = quarantine(all, [entry('b'), entry('c')], now);
  expect(cycleSignals(outcomes)).toEqual({
    passed: 1,
    failed: 1,
    unknown: 1,
    skipped: 0,
    quarantined: 1,
    passRate: 1 / 3,
    coverage: 1,
  });
});

test.for<[string, object[], string]>([
  ['without an owner', [{ ...entry('C09'), owner: '' }], 'expected the owner, who fixes the check'],
  [
    'without a date',
    [{ ...entry('C09'), until: 'soon' }],
    'expected a date that exists, such as "2026-12-24"',
  ],
  ['until a day that isn’t', [entry('C09', '2026-02-31T10:00Z')], 'expected a date that exists'],
  ['twice', [entry('C09'), entry('C09')], 'expected one entry for each check'],
  ['of a rollback trigger', [entry('R01')], 'this one guards the others'],
  ['of the suite’s integrity', [entry('H05')], 'this one guards the others'],
])('a quarantine %s is refused', ([, entries, says]) => {
  expect(() => validateConfig({ quarantine: entries }, 'x.ts')).toThrow(says);
});

test('what is remembered grows by what ran, keeps the newest words, and never forgets by itself', () => {
  const known = [{ id: 'a', title: 'old', group: 'g' }];
  const ran = [{ ...outcome('a', 'pass'), title: 'new' }, outcome('b', 'fail'), outcome('c', 'skipped')];
  const next = remembered(known, ran);
  expect(next.map(({ id, title }) => `${id} ${title}`)).toEqual(['a new', 'b b']);
  expect(remembered(next, [])).toEqual(next);
  const held = heldAgainst({ outcomes: [], problems: [], doubts: [] }, { declared: false, checks: next });
  expect(held.outcomes.map(({ id, outcome: state }) => `${id} ${state}`)).toEqual(['a unknown', 'b unknown']);
  expect(held.problems).toEqual([]);
});

test('what a check said of itself is remembered, and told of it when it is gone', () => {
  const own = { severity: 'critical', priority: 'P1', next: 'count again' } as const;
  const definition = { id: 'a', title: 'a', group: 'g', ...own, measures: 'a number', needs: [] };
  const known = remembered([], [{ ...outcome('a', 'pass'), definition }, outcome('b', 'pass')]);
  expect(known).toEqual([
    { id: 'a', title: 'a', group: 'g', ...own },
    { id: 'b', title: 'b', group: 'g' },
  ]);
  const gone = { outcome: 'unknown', executed: false, measurements: [] };
  const { severity, priority, next } = own;
  const partly = [
    { severity, priority },
    { severity, next },
    { priority, next },
  ].map((some) => ({ id: 'b', title: 'b', group: 'g', ...some }));
  const held = heldAgainst(
    { outcomes: [], problems: ['torn'], doubts: [] },
    { declared: false, checks: [...known, ...partly] },
  );
  const reason = (id: string) =>
    `missing: an earlier cycle had it; if it was taken out on purpose, run vigil checks --forget ${id}`;
  const plain = { id: 'b', title: 'b', group: 'g', reason: reason('b'), ...gone };
  expect(held).toEqual({
    outcomes: [
      {
        id: 'a',
        title: 'a',
        group: 'g',
        reason: reason('a'),
        ...gone,
        definition: { id: 'a', title: 'a', group: 'g', ...own, measures: '', needs: [], runbook: '' },
      },
      plain,
      plain,
      plain,
      plain,
    ],
    problems: ['torn'],
    doubts: [],
  });
});

test('of a run that broke off the reason is told for each check, not that it may have been taken out', () => {
  const doubts = ['the suite was killed by SIGKILL'];
  const judged = { outcomes: [], problems: doubts, doubts };
  const checks = [{ id: 'a', title: 'a', group: 'g' }];
  const reasonBy = (declared: boolean) => heldAgainst(judged, { declared, checks }).outcomes[0]?.reason;
  expect(reasonBy(false)).toBe('the suite was killed by SIGKILL; an earlier cycle had it');
  expect(reasonBy(true)).toBe('the suite was killed by SIGKILL; suite.catalogue lists it');
});

test('a doubted run teaches no new checks, and no run a repeated title that may be a retry', () => {
  const known = [{ id: 'a', title: 'a', group: 'g' }];
  const ids = (ran: CheckOutcome[], isDoubted?: boolean) =>
    remembered(known, ran, isDoubted).map(({ id }) => id);
  expect(ids([outcome('a', 'pass'), outcome('b', 'pass')], true)).toEqual(['a']);
  expect(ids([outcome('b', 'fail'), outcome('b #2', 'pass')])).toEqual(['a', 'b']);
  expect(ids([outcome('b', 'pass'), outcome('b #2', 'pass')])).toEqual(['a', 'b', 'b #2']);
});

test('against a declared catalogue what it lists must be there, and nothing else', () => {
  const checks = [
    { id: 'a', title: 'a', group: 'g' },
    { id: 'b', title: 'b', group: 'g' },
  ];
  const judged = { outcomes: [outcome('a', 'pass'), outcome('c', 'pass')], problems: ['torn'], doubts: [] };
  const held = heldAgainst(judged, { declared: true, checks });
  expect(held.outcomes.map(({ id, outcome: state, reason }) => `${id} ${state} ${reason}`)).toEqual([
    'a pass undefined',
    'c pass undefined',
    'b unknown missing: suite.catalogue lists it',
  ]);
  expect(held.problems).toEqual([
    'torn',
    expect.stringMatching(inOrder('“c”', 'not in suite.catalogue', 'vigil checks --write')),
  ]);
});
