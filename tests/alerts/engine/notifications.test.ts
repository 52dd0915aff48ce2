import { expect, test } from 'vitest';
import type { EnginePolicy } from '../../../src/alerts/engine/inputs.ts';
import {
  breached,
  clear,
  engineRun,
  minute,
  of,
  rule,
  startMs,
  told,
  unknown,
  waiting,
} from './engine-run.ts';

const fingerprintIn = (run: ReturnType<typeof engineRun>): string => Object.keys(run.state.alerts)[0] ?? '';
const equals = (label: string, value: string) => ({ label, operator: '=' as const, value });

test('a firing is told once, its end once, and what never fired not at all', () => {
  const run = engineRun([rule('A', { forMs: minute })]);
  const script = [breached(), breached(), breached(), unknown, clear, clear, breached(), clear];
  expect(script.map((reading, at) => told(run.at(at, [of('A', reading)])))).toEqual([
    [],
    ['firing A'],
    [],
    [],
    ['resolved A'],
    [],
    [],
    [],
  ]);
  const { incidents: _, ...state } = run.state;
  expect(state).toEqual({ version: 1, alerts: {}, groups: {}, recent: {} });
});

test('a notification carries what a receiver needs', () => {
  const run = engineRun([rule('A', { forMs: minute })], { groupBy: ['alertname', 'team', 'check'] });
  const labels = { check: 'H01' };
  run.at(0, [of('A', breached(), { labels })]);
  const [firing] = run.at(1, [of('A', breached(), { labels })]).notifications;
  const alert = {
    fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
    rule: 'A',
    labels: { alertname: 'A', severity: 'critical', signal: 'a', check: 'H01' },
    sinceMs: startMs,
    firedAtMs: startMs + minute,
    resolvedAtMs: undefined,
    value: undefined,
    isNew: true,
    noDataSinceMs: undefined,
    flapping: undefined,
    incident: {
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-z]+$/),
      startedMs: startMs + minute,
      endedMs: undefined,
      startedBy: 'A H01',
      followedBy: [],
    },
    externalLabels: undefined,
    reminder: undefined,
  };
  const groupKey = '{alertname="A", team="", check="H01"}';
  expect(firing).toStrictEqual({ reason: 'firing', groupKey, atMs: startMs + minute, alerts: [alert] });
  run.at(2, [of('A', breached(3), { labels })]);
  const [resolved] = run.at(3, [of('A', clear, { labels })]).notifications;
  expect(resolved).toStrictEqual({
    reason: 'resolved',
    groupKey,
    atMs: startMs + 3 * minute,
    alerts: [
      {
        ...alert,
        resolvedAtMs: startMs + 3 * minute,
        value: 3,
        incident: { ...alert.incident, endedMs: startMs + 3 * minute },
      },
    ],
  });
});

test('reminders come at their interval, counted, for the severities that have one', () => {
  const rules = [rule('A'), rule('W', { labels: { severity: 'warning' } })];
  const run = engineRun(rules, { remindAfterMs: { critical: 5 * minute } });
  const found = Array.from({ length: 12 }, (_, at) => run.at(at, [of('A', breached()), of('W', breached())]));
  const lines = found.flatMap((result, at) => told(result).map((text) => `${at}: ${text}`));
  expect(lines.toSorted()).toEqual(['0: firing A', '0: firing W', '10: reminder A', '5: reminder A']);
  expect(found[10]?.notifications[0]?.alerts[0]?.reminder).toBe(2);
});

test('an alert without data is reminded of, and the reminder says so', () => {
  const run = engineRun([rule('A')], { remindAfterMs: { critical: 2 * minute } });
  run.at(0, [of('A', breached())]);
  run.at(1, [of('A', unknown)]);
  expect(run.at(2, [of('A', unknown)]).notifications).toMatchObject([
    { reason: 'reminder', alerts: [{ noDataSinceMs: startMs }] },
  ]);
});

test('a group waits for company, is told together, and says when it is due', () => {
  const run = engineRun([rule('A')], { groupWaitMs: 2 * minute });
  const check = (id: string) => of('A', breached(), { labels: { check: id } });
  const first = run.at(0, [check('H01')]);
  expect([first.notifications, waiting(first)]).toEqual([[], [startMs + 2 * minute]]);
  expect(told(run.at(1, [check('H01'), check('H02')]))).toEqual([]);
  const delivered = run.at(2);
  expect(told(delivered)).toEqual(['firing A+A']);
  expect(waiting(delivered)).toEqual([]);
  // One that comes later makes the group wait anew, and what was told isn't told again.
  run.at(3, [check('H01'), check('H02'), check('H03')]);
  expect(run.at(5).notifications).toMatchObject([{ alerts: [{ labels: { check: 'H03' } }] }]);
});

test('an urgent alert waits for no company, and takes along who waits in its group', () => {
  const own: Partial<EnginePolicy> = { groupBy: ['severity'], groupWaitMs: 2 * minute, urgent: ['P0'] };
  const run = engineRun([rule('A'), rule('Down', { labels: { severity: 'critical', priority: 'P0' } })], own);
  expect(told(run.at(0, [of('A', breached())]))).toEqual([]);
  expect(told(run.at(1, [of('A', breached()), of('Down', breached())]))).toEqual(['firing A+Down']);
  expect(told(run.at(2, [of('A', breached()), of('Down', clear)]))).toEqual(['resolved Down']);
});

test('what a pending alert is about to explain waits for it, and is told when it explains nothing', () => {
  const own: Partial<EnginePolicy> = {
    inhibitions: [
      {
        name: 'down',
        source: [equals('alertname', 'Down')],
        target: [equals('alertname', 'A')],
        equal: [],
        holdWhilePending: true,
      },
    ],
  };
  const rules = [rule('A'), rule('Down', { forMs: 2 * minute })];
  const fires = engineRun(rules, own);
  const both = [of('A', breached()), of('Down', breached())];
  expect([0, 1, 2].flatMap((at) => told(fires.at(at, both)))).toEqual(['firing Down']);
  expect(fires.at(3, both).muted).toEqual([]);

  const passes = engineRun(rules, own);
  expect(told(passes.at(0, both))).toEqual([]);
  expect(told(passes.at(1, [of('A', breached()), of('Down', clear)]))).toEqual(['firing A']);

  // That it can't be read any more must not keep anybody waiting.
  const unread = engineRun(rules, own);
  expect(told(unread.at(0, both))).toEqual([]);
  expect(told(unread.at(1, [of('A', breached()), of('Down', unknown)]))).toEqual(['firing A']);
});

const warning = rule('A', { labels: { severity: 'warning' } });

test('a warning that ends before its group is told is not told at all', () => {
  const run = engineRun([warning], { groupWaitMs: 2 * minute });
  run.at(0, [of('A', breached())]);
  run.at(1, [of('A', clear)]);
  expect(told(run.at(3))).toEqual([]);
  const { incidents: _, ...state } = run.state;
  expect(state).toEqual({ version: 1, alerts: {}, groups: {}, recent: {} });
});

test('a group that lost its only member waits its whole time for the next', () => {
  const run = engineRun([warning], { groupWaitMs: 2 * minute });
  run.at(0, [of('A', breached())]);
  run.at(1, [of('A', clear)]);
  run.at(1.5, [of('A', breached())]);
  expect(told(run.at(2))).toEqual([]);
  expect(told(run.at(3.5))).toEqual(['firing A']);
});

test('a reminder doesn’t wait for the group that a new alert made wait', () => {
  const own = { groupBy: ['severity'], groupWaitMs: 2 * minute, remindAfterMs: { critical: 5 * minute } };
  const run = engineRun([rule('A'), rule('B')], own);
  run.at(0, [of('A', breached())]);
  run.at(2);
  run.at(6, [of('A', breached()), of('B', breached())]);
  expect(told(run.at(7))).toEqual(['reminder A']);
  expect(told(run.at(8))).toEqual(['firing B']);
  // Nor does it make anything wait.
  expect(waiting(run.at(12))).toEqual([]);
});

test('of several groups that wait the first says when to wake', () => {
  const run = engineRun([rule('A'), rule('B')], { groupWaitMs: 2 * minute });
  run.at(0, [of('A', breached())]);
  expect(Math.min(...waiting(run.at(1, [of('A', breached()), of('B', breached())])))).toBe(
    startMs + 2 * minute,
  );
  expect(Math.min(...waiting(run.at(2)))).toBe(startMs + 3 * minute);
});

test('the alerts of a group are told in one order, whichever came first', () => {
  const order = (...ids: string[]) => {
    const run = engineRun([rule('A')]);
    const checks = ids.map((check) => of('A', breached(), { labels: { check } }));
    return run.at(0, checks).notifications[0]?.alerts.map(({ labels }) => labels.check);
  };
  const expected = order('H01', 'H02', 'H03', 'H04');
  expect(expected).toHaveLength(4);
  expect(order('H04', 'H03', 'H02', 'H01')).toEqual(expected);
  expect(order('H02', 'H04', 'H01', 'H03')).toEqual(expected);
});

test('groups are told apart by the labels of the policy', () => {
  const run = engineRun([rule('A'), rule('B')], { groupBy: ['severity'] });
  expect(told(run.at(0, [of('A', breached()), of('B', breached())]))).toHaveLength(1);
  const apart = engineRun([rule('A'), rule('B')], { groupBy: ['severity', 'alertname'] });
  expect(told(apart.at(0, [of('A', breached()), of('B', breached())]))).toHaveLength(2);
});

const down = {
  name: 'explains it',
  source: [equals('alertname', 'Down')],
  target: [equals('alertname', 'A')],
  equal: [],
};

test('a cause silences its consequence, which is tracked, muted with the reason, and told if it outlasts the cause', () => {
  const run = engineRun([rule('Down'), rule('A')], { inhibitions: [down] });
  const first = run.at(0, [of('Down', breached()), of('A', breached())]);
  expect(told(first)).toEqual(['firing Down']);
  expect(first.muted).toMatchObject([{ rule: 'A', mute: { kind: 'inhibited', by: 'Down: explains it' } }]);
  expect(first.transitions.map((one) => one.rule)).toEqual(['Down', 'A']);
  expect(run.at(1, [of('Down', breached()), of('A', breached())]).muted).toEqual([]);
  expect(told(run.at(2, [of('Down', clear), of('A', breached())])).toSorted()).toEqual([
    'firing A',
    'resolved Down',
  ]);
});

test('a consequence that was never told ends in silence', () => {
  const run = engineRun([rule('Down'), rule('A')], { inhibitions: [down] });
  run.at(0, [of('Down', breached()), of('A', breached())]);
  expect(told(run.at(1, [of('Down', breached()), of('A', clear)]))).toEqual([]);
  expect(told(run.at(2, [of('Down', clear), of('A', clear)]))).toEqual(['resolved Down']);
});

test('the end of a told alert that is silenced meanwhile is told when the silence ends', () => {
  const run = engineRun([rule('Down'), rule('A')], { inhibitions: [down] });
  expect(told(run.at(0, [of('Down', clear), of('A', breached())]))).toEqual(['firing A']);
  expect(told(run.at(1, [of('Down', breached()), of('A', clear)]))).toEqual(['firing Down']);
  expect(told(run.at(2, [of('Down', clear), of('A', clear)])).toSorted()).toEqual([
    'resolved A',
    'resolved Down',
  ]);
});

test('a pending cause silences nothing', () => {
  const run = engineRun([rule('Down', { forMs: minute }), rule('A')], { inhibitions: [down] });
  expect(told(run.at(0, [of('Down', breached()), of('A', breached())]))).toEqual(['firing A']);
});

test('the critical alert silences the warning of the same signal only', () => {
  const worse = {
    name: 'worse',
    source: [equals('severity', 'critical')],
    target: [equals('severity', 'warning')],
    equal: ['signal'],
  };
  const rules = [
    rule('Low', { labels: { severity: 'critical', signal: 'pass_rate' } }),
    rule('Degrading', { labels: { severity: 'warning', signal: 'pass_rate' } }),
    rule('Memory', { labels: { severity: 'warning', signal: 'memory' } }),
  ];
  const run = engineRun(rules, { inhibitions: [worse] });
  const all = rules.map(({ name }) => of(name, breached()));
  expect(told(run.at(0, all)).toSorted()).toEqual(['firing Low', 'firing Memory']);
});

test('a maintenance window is silent from its beginning to its end, with its reason', () => {
  const run = engineRun([rule('A'), rule('B')]);
  const maintenance = [
    {
      matchers: [equals('alertname', 'A')],
      fromMs: startMs,
      toMs: startMs + 2 * minute,
      reason: 'database move',
    },
  ];
  const both = [of('A', breached()), of('B', breached())];
  const first = run.at(0, both, { maintenance });
  expect(told(first)).toEqual(['firing B']);
  expect(first.muted).toMatchObject([{ rule: 'A', mute: { kind: 'maintenance', by: 'database move' } }]);
  expect(told(run.at(1, both, { maintenance }))).toEqual([]);
  expect(told(run.at(2, both, { maintenance }))).toEqual(['firing A']);
});

test('a maintenance window says nothing before it begins, and nothing of what is only pending', () => {
  const window = { matchers: [], fromMs: startMs + minute, toMs: startMs + 5 * minute, reason: 'works' };
  const run = engineRun([rule('A'), rule('B', { forMs: 10 * minute })]);
  const both = [of('A', breached()), of('B', breached())];
  expect(told(run.at(0, both, { maintenance: [window] }))).toEqual(['firing A']);
  expect(run.at(1, both, { maintenance: [window] }).muted).toMatchObject([{ rule: 'A' }]);
});

test('a mute is said again when it is another, and when it came back', () => {
  const run = engineRun([rule('Down'), rule('A')], { inhibitions: [down] });
  const window = { matchers: [equals('alertname', 'A')], fromMs: startMs, toMs: startMs + 60 * minute };
  const muted = (at: number, cause: typeof clear | ReturnType<typeof breached>, ...reasons: string[]) =>
    run
      .at(at, [of('Down', cause), of('A', breached())], {
        maintenance: reasons.map((reason) => ({ ...window, reason })),
      })
      .muted.map(({ rule: name, mute }) => `${name} ${mute.kind} by ${mute.by}`);
  expect(muted(0, clear, 'works')).toEqual(['A maintenance by works']);
  expect(muted(1, clear, 'works')).toEqual([]);
  expect(muted(2, clear, 'move')).toEqual(['A maintenance by move']);
  expect(muted(3, breached(), 'move')).toEqual(['A inhibited by Down: explains it']);
  expect(muted(4, clear)).toEqual([]);
  expect(muted(5, clear, 'move')).toEqual(['A maintenance by move']);
});

test('a cause in maintenance, of which nobody is told, silences nothing', () => {
  const run = engineRun([rule('Down'), rule('A')], { inhibitions: [down] });
  const window = { matchers: [equals('alertname', 'Down')], fromMs: startMs, toMs: startMs + minute };
  const maintenance = [{ ...window, reason: 'works' }];
  const both = [of('Down', breached()), of('A', breached())];
  expect(told(run.at(0, both, { maintenance }))).toEqual(['firing A']);
});

test('an acknowledgement is of one alert, and of no time before it was given', () => {
  const run = engineRun([rule('A'), rule('B')], { remindAfterMs: { critical: minute } });
  const both = [of('A', breached()), of('B', breached())];
  run.at(0, both);
  const alert = Object.values(run.state.alerts).find((one) => one.rule === 'A');
  const taken = { alertKey: alert?.fingerprint ?? '', who: 'Ada', timeMs: startMs + 2 * minute };
  const acknowledgements = [taken];
  expect(told(run.at(1, both, { acknowledgements })).toSorted()).toEqual(['reminder A', 'reminder B']);
  expect(told(run.at(2, both, { acknowledgements }))).toEqual(['reminder B']);
});

test('the end of what was told waits for no cause that is about to fire', () => {
  const run = engineRun([rule('A'), rule('Down', { forMs: 5 * minute })], {
    inhibitions: [{ ...down, holdWhilePending: true }],
  });
  expect(told(run.at(0, [of('A', breached()), of('Down', clear)]))).toEqual(['firing A']);
  expect(told(run.at(1, [of('A', clear), of('Down', breached())]))).toEqual(['resolved A']);
});

test('a cause that is itself like its consequence silences it, unless it could be silenced by it', () => {
  const critical = { ...down, source: [equals('severity', 'critical')] };
  const run = engineRun([rule('Down'), rule('A')], { inhibitions: [critical] });
  expect(told(run.at(0, [of('Down', breached()), of('A', breached())]))).toEqual(['firing Down']);
});

test('an acknowledgement silences reminders until its end, or until the alert is resolved', () => {
  const run = engineRun([rule('A')], { remindAfterMs: { critical: minute } });
  run.at(0, [of('A', breached())]);
  const taken = { alertKey: fingerprintIn(run), who: 'Ada', timeMs: startMs };
  const until = { acknowledgements: [{ ...taken, untilMs: startMs + 3 * minute }] };
  expect(run.at(1, [of('A', breached())], until).muted).toMatchObject([
    { mute: { kind: 'acknowledged', by: 'Ada' } },
  ]);
  expect(told(run.at(2, [of('A', breached())], until))).toEqual([]);
  expect(told(run.at(3, [of('A', breached())], until))).toEqual(['reminder A']);
  const always = { acknowledgements: [taken] };
  expect(told(run.at(9, [of('A', breached())], always))).toEqual([]);
  expect(told(run.at(10, [of('A', clear)], always))).toEqual(['resolved A']);
  // Of the next episode nobody has taken anything.
  expect(told(run.at(11, [of('A', breached())], always))).toEqual(['firing A']);
  expect(told(run.at(12, [of('A', breached())], always))).toEqual(['reminder A']);
});

test('a group that waits when the clock is set back waits no longer than it would have', () => {
  const run = engineRun([rule('A')], { groupWaitMs: minute });
  run.at(525_600, [of('A', breached())]);
  expect(told(run.at(0))).toEqual([]);
  expect(told(run.at(1))).toEqual(['firing A']);
});

test('two alerts that could each silence the other silence neither', () => {
  const either = { label: 'alertname', operator: '=~' as const, value: 'A|B' };
  const run = engineRun([rule('A'), rule('B')], {
    inhibitions: [{ name: 'either', source: [either], target: [either], equal: [] }],
  });
  expect(told(run.at(0, [of('A', breached()), of('B', breached())])).toSorted()).toEqual([
    'firing A',
    'firing B',
  ]);
});

test('a clock that was set back by a year delays neither a reminder nor a group', () => {
  const run = engineRun([rule('A'), rule('B')], {
    remindAfterMs: { critical: 5 * minute },
    groupWaitMs: minute,
  });
  const year = 525_600;
  run.at(year, [of('A', breached())]);
  run.at(year + 1);
  run.at(0, [of('A', breached()), of('B', breached())]);
  expect(told(run.at(1))).toEqual(['firing B']);
  expect(told(run.at(5))).toEqual(['reminder A']);
});

test('a critical alert that ended before its group was due is told, and then its end', () => {
  const rules = [rule('A'), rule('W', { labels: { severity: 'warning' } })];
  const run = engineRun(rules, { groupWaitMs: 2 * minute, evaluationIntervalMs: minute });
  const readings = [breached(), clear, clear, clear, clear, clear];
  expect(readings.map((reading, at) => told(run.at(at, [of('A', reading), of('W', reading)])))).toEqual([
    [],
    [],
    ['firing A'],
    [],
    [],
    ['resolved A'],
  ]);
});

test('a critical alert that was silent while it fired stays untold', () => {
  const window = { matchers: [], fromMs: startMs, toMs: startMs + 2 * minute, reason: 'backup' };
  const run = engineRun([rule('A')]);
  const found = [breached(), clear, clear].map((reading, at) =>
    told(run.at(at, [of('A', reading)], { maintenance: [window] })),
  );
  expect(found).toEqual([[], [], []]);
});
