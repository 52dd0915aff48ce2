import { describe, expect, test } from 'vitest';
import { incidentsOf } from '../../../src/alerts/engine/incidents.ts';
import type { EngineRule, Observation, StepInputs } from '../../../src/alerts/engine/inputs.ts';
import { alertLabels } from '../../../src/alerts/engine/observe-all.ts';
import type { StepResult } from '../../../src/alerts/engine/step.ts';
import { labelFingerprint } from '../../../src/core/labels/fingerprint.ts';
import { breached, clear, engineRun, minute, of, rule, startMs, unknown } from './engine-run.ts';

const echo = { beginsMs: minute, lastsMs: 5 * minute };
const checkRule = rule('Check', { echo });
const rateRule = rule('Rate', { labels: { severity: 'critical', priority: 'P1' }, echo });
const rules: EngineRule[] = [
  checkRule,
  rateRule,
  rule('Errors', { labels: { severity: 'critical', priority: 'P1' }, echo }),
  rule('Burn', { labels: { severity: 'warning', priority: 'P2' }, echo }),
  rule('Call', { labels: { severity: 'critical', priority: 'P0' }, isCall: true }),
];

const labels = (id: string, priority = 'P2') => ({
  check: id,
  priority,
  severity: priority < 'P2' ? 'critical' : priority === 'P4' ? 'info' : 'warning',
});
const check = (id: string, cause?: string, more: Partial<Observation> & { priority?: string } = {}) => {
  const { priority, ...rest } = more;
  return of('Check', breached(), { labels: labels(id, priority), cause, ...rest });
};
const ended = (id: string, priority?: string) => of('Check', clear, { labels: labels(id, priority) });
const fingerprint = (id: string, priority?: string) =>
  labelFingerprint(alertLabels(checkRule, labels(id, priority)));

/** What was told, by rule and check, each alert of its own. */
const pages = ({ notifications }: StepResult): string[] =>
  notifications
    .flatMap(({ reason, alerts }) =>
      alerts.map((alert) => `${reason} ${alert.labels.check ?? alert.labels.trigger ?? alert.rule}`),
    )
    .toSorted();
const mutes = ({ muted }: StepResult): string[] =>
  muted.map((one) => `${one.labels.check ?? one.rule}: ${one.mute.by}`).toSorted();
const window = (...ids: string[]): Pick<StepInputs, 'maintenance'> => ({
  maintenance: [
    {
      matchers: [{ label: 'check', operator: '=~', value: ids.join('|') }],
      fromMs: 0,
      toMs: Number.MAX_SAFE_INTEGER,
      reason: 'works',
    },
  ],
});

const db = 'unreachable 127.0.0.1:5432';

describe('alerts of one cause', () => {
  test('are told once, by the gravest, and end once', () => {
    const run = engineRun(rules);
    const first = run.at(0, [check('A', db), check('B', db, { priority: 'P1' }), check('C', db)]);
    expect(pages(first)).toEqual(['firing B']);
    expect(mutes(first)).toEqual([`A: Check B: the same cause, ${db}`, `C: Check B: the same cause, ${db}`]);
    expect(pages(run.at(1, [ended('A'), ended('B', 'P1'), ended('C')]))).toEqual(['resolved B']);
    expect(run.state.alerts).toEqual({});
  });

  test('another cause, and none, is told beside it', () => {
    const run = engineRun(rules);
    const all = [check('A', db), check('B', 'secret TOKEN'), check('C'), check('D')];
    expect(pages(run.at(0, all))).toEqual(['firing A', 'firing B', 'firing C', 'firing D']);
  });

  test('one that is graver than what was told is told too', () => {
    const run = engineRun(rules);
    run.at(0, [check('A', db)]);
    expect(pages(run.at(1, [check('A', db), check('B', db, { priority: 'P0' }), check('C', db)]))).toEqual([
      'firing B',
    ]);
  });

  test('what was so before the deployment hides nothing new', () => {
    const run = engineRun(rules);
    expect(pages(run.at(0, [check('A', db, { isNew: false }), check('B', db)]))).toEqual([
      'firing A',
      'firing B',
    ]);
  });

  test('the end of one that was told by itself is told, whatever still fires', () => {
    const run = engineRun(rules);
    run.at(0, [check('A')]);
    run.at(1, [check('A', db), check('B', db)]);
    expect(pages(run.at(2, [ended('A'), check('B', db)]))).toEqual(['resolved A']);
  });

  test('one that outlasts what was told is told when its next cycle has had its time', () => {
    const run = engineRun(rules);
    run.at(0, [check('A', db), check('B', db)]);
    expect(pages(run.at(1, [ended('A'), check('B', db)]))).toEqual(['resolved A']);
    for (const at of [2, 3, 4, 5, 6]) expect(pages(run.at(at, [check('B', db)]))).toEqual([]);
    expect(pages(run.at(7, [check('B', db)]))).toEqual(['firing B']);
  });

  test('a call for an act is told although its cause is', () => {
    const run = engineRun(rules);
    const cause = 'signal errorRatio';
    run.at(0, [of('Errors', breached(), { cause })]);
    const call = of('Call', breached(), { cause, labels: { trigger: 'error_ratio' } });
    expect(pages(run.at(1, [of('Errors', breached(), { cause }), call]))).toEqual(['firing error_ratio']);
  });

  test('a call that is answered is not told, and told when the answer fails', () => {
    const run = engineRun(rules, { callWaitMs: 2 * minute, urgent: ['P0'] });
    const call = of('Call', breached(), { labels: { trigger: 'error_ratio' } });
    expect(pages(run.at(0, [call]))).toEqual([]);
    // Only a call is answered: what is wrong beside it is told.
    const answered = run.at(2, [call, check('A')], { answerOf: () => 'a rollback is under way' });
    expect([pages(answered), mutes(answered)]).toEqual([['firing A'], ['Call: a rollback is under way']]);
    run.at(3, [call], { answerOf: () => undefined });
    expect(pages(run.at(5, [call], { answerOf: () => undefined }))).toEqual(['firing error_ratio']);
  });
});

describe('what nobody hears of explains nothing', () => {
  const other = check('B', db);
  test.each<[string, Observation, Partial<StepInputs>]>([
    ['in maintenance', check('A', db, { priority: 'P1' }), window('A')],
    [
      'not delivered by any channel',
      check('A', db, { priority: 'P1' }),
      { undelivered: new Set([fingerprint('A', 'P1')]) },
    ],
    ['only informs', check('0', db, { priority: 'P4' }), {}],
  ])('one that is %s', (_, source, inputs) => {
    const run = engineRun(rules);
    expect(pages(run.at(0, [source, other], inputs))).toContain('firing B');
  });

  test('one that is in quarantine', () => {
    const run = engineRun(rules);
    run.at(0, [check('A', db, { priority: 'P1' })]);
    const quarantined = { ...check('A', db, { priority: 'P1' }), reading: unknown, isQuarantined: true };
    expect(pages(run.at(1, [quarantined, other]))).toEqual(['firing B']);
  });

  test.each([
    ['in maintenance', window('A')],
    ['not delivered', { undelivered: new Set([fingerprint('A')]) }],
  ])('a pass rate is told while its check is %s, and not before', (_, inputs) => {
    const run = engineRun(rules, { groupWaitMs: 0 });
    const both = [
      check('A'),
      of('Rate', breached(), { explainedBy: { alerts: [fingerprint('A')], atLeast: 1 } }),
    ];
    expect(pages(run.at(0, both))).toEqual(['firing A']);
    expect(pages(run.at(1, both, inputs))).toEqual(['firing Rate']);
  });

  test('a pending one in maintenance makes nobody wait', () => {
    const down = {
      name: 'down',
      source: [{ label: 'check', operator: '=' as const, value: 'Down' }],
      target: [{ label: 'check', operator: '=' as const, value: 'A' }],
      equal: [],
      holdWhilePending: true,
    };
    const pending = { ...check('Down'), forMs: 5 * minute };
    const held = engineRun(rules, { inhibitions: [down] });
    expect(pages(held.at(0, [pending, check('A')]))).toEqual([]);
    const run = engineRun(rules, { inhibitions: [down] });
    expect(pages(run.at(0, [pending, check('A')], window('Down')))).toEqual(['firing A']);
  });
});

describe('a rate that failing checks explain', () => {
  const rate = (...ids: string[]) =>
    of('Rate', breached(), { explainedBy: { alerts: ids.map((id) => fingerprint(id)), atLeast: 2 } });

  test('is silent while as many are told as it needs', () => {
    const run = engineRun(rules);
    const both = run.at(0, [check('A'), check('B'), rate('A', 'B')]);
    expect(pages(both)).toEqual(['firing A', 'firing B']);
    expect(mutes(both)).toEqual(['Rate: Check A, Check B: alerts of their own explain it']);
    expect(pages(run.at(1, [check('A'), check('B'), rate('A', 'B')]))).toEqual([]);
  });

  test('is told when they are too few, as when others are only unknown', () => {
    const run = engineRun(rules);
    expect(pages(run.at(0, [check('A'), rate('A', 'B')]))).toEqual(['firing A', 'firing Rate']);
  });

  test('that ends while one of them still fires is not told as firing, whose end has come', () => {
    const run = engineRun(rules);
    run.at(0, [check('A'), check('B'), rate('A', 'B')]);
    expect(pages(run.at(1, [ended('A'), check('B'), of('Rate', clear)]))).toEqual(['resolved A']);
    expect(pages(run.at(2, [check('B'), of('Rate', clear)]))).toEqual([]);
  });

  test('is silent while it looks back on what is over, and told when it lasts longer', () => {
    const run = engineRun(rules);
    const low = of('Rate', breached());
    run.at(0, [check('A'), check('B'), rate('A', 'B')]);
    const after = run.at(1, [ended('A'), ended('B'), low]);
    expect([pages(after), mutes(after)]).toEqual([
      ['resolved A', 'resolved B'],
      ['Rate: echo of Check A, Check B'],
    ]);
    for (const at of [2, 3, 4, 5]) expect(pages(run.at(at, [low]))).toEqual([]);
    expect(pages(run.at(6, [low]))).toEqual(['firing Rate']);
    expect(pages(run.at(7, [of('Rate', clear)]))).toEqual(['resolved Rate']);
  });

  test('that was told before is reminded of by nobody’s check, and its end is told', () => {
    const run = engineRun(rules);
    expect(pages(run.at(0, [rate('A', 'B')]))).toEqual(['firing Rate']);
    run.at(1, [check('A'), check('B'), rate('A', 'B')]);
    expect(pages(run.at(2, [check('A'), check('B'), of('Rate', clear)]))).toEqual(['resolved Rate']);
  });
});

describe('a burn rate that looks back over what is over', () => {
  const cause = 'signal errorRatio';

  test('is its echo and not told, unless it begins later or lasts longer', () => {
    const run = engineRun(rules);
    run.at(0, [of('Errors', breached(), { cause })]);
    run.at(1, [of('Errors', clear)]);
    const late = run.at(2, [of('Burn', breached(), { cause })]);
    expect([pages(late), mutes(late)]).toEqual([[], ['Burn: echo of Errors']]);
    expect(incidentsOf(run.state)).toMatchObject([
      { startedBy: 'Errors', followedBy: ['Burn'], endedMs: undefined },
    ]);
    expect(pages(run.at(6, [of('Burn', breached(), { cause })]))).toEqual([]);
    expect(pages(run.at(7, [of('Burn', breached(), { cause })]))).toEqual(['firing Burn']);

    const another = engineRun(rules);
    another.at(0, [of('Errors', breached(), { cause })]);
    another.at(1, [of('Errors', clear)]);
    expect(pages(another.at(3, [of('Burn', breached(), { cause })]))).toEqual(['firing Burn']);
  });

  test('of something that nobody heard of is told', () => {
    const run = engineRun(rules);
    const maintenance = {
      maintenance: [
        {
          matchers: [{ label: 'alertname', operator: '=' as const, value: 'Errors' }],
          fromMs: 0,
          toMs: Number.MAX_SAFE_INTEGER,
          reason: 'works',
        },
      ],
    };
    run.at(0, [of('Errors', breached(), { cause })], maintenance);
    run.at(1, [of('Errors', clear)], maintenance);
    expect(pages(run.at(2, [of('Burn', breached(), { cause })], maintenance))).toEqual(['firing Burn']);
  });
});

describe('an incident', () => {
  test('is what started it and what followed, with its begin and its end', () => {
    const run = engineRun(rules);
    const signal = 'signal errorRatio';
    run.at(0, [check('A', db), check('Z')]);
    run.at(0.5, [check('A', db), check('B', db), check('Z')]);
    const call = of('Call', breached(), {
      labels: { trigger: 'pass_rate' },
      explainedBy: { alerts: [fingerprint('A')], atLeast: 1 },
    });
    const all = [
      check('A', db),
      check('B', db),
      check('Z'),
      call,
      of('Errors', breached(), { cause: signal }),
    ];
    const result = run.at(1, all);
    // It follows from the check, and calls for an act of which nobody has heard.
    expect(pages(result)).toEqual(['firing Errors', 'firing pass_rate']);
    const open = { endedMs: undefined };
    expect(incidentsOf(run.state)).toMatchObject(
      [
        { startedBy: 'Errors', followedBy: [], startedMs: startMs + minute, ...open },
        { startedBy: 'Check A', followedBy: ['Check B', 'Call pass_rate'], startedMs: startMs, ...open },
        { startedBy: 'Check Z', followedBy: [], startedMs: startMs, ...open },
      ].toSorted((a, b) => b.startedMs - a.startedMs),
    );
    const rest = [
      ended('A'),
      ended('B'),
      check('Z'),
      of('Call', clear, { labels: { trigger: 'pass_rate' } }),
    ];
    const over = run.at(2, rest);
    expect(over.notifications[0]?.alerts[0]?.incident).toMatchObject({
      startedBy: 'Check A',
      followedBy: ['Check B', 'Call pass_rate'],
    });
    run.at(3, [check('Z')]);
    expect(incidentsOf(run.state).find(({ startedBy }) => startedBy === 'Check A')?.endedMs).toBe(
      startMs + 2 * minute,
    );
  });

  test('is forgotten two days after its end, and an alert that comes back after its end has a new one', () => {
    const run = engineRun(rules);
    const ids = () => incidentsOf(run.state).map(({ id }) => id);
    run.at(0, [check('A')]);
    run.at(1, [ended('A')]);
    const [first] = ids();
    run.at(2, [check('A')]);
    expect(ids()).toHaveLength(2);
    expect(ids()).toContain(first);
    run.at(3, [ended('A')]);
    run.at(1 + 48 * 60, []);
    expect(ids()).toHaveLength(2);
    run.at(2 + 48 * 60, []);
    expect(ids()).toHaveLength(1);
  });

  test('outlives JSON', () => {
    const run = engineRun(rules);
    const { state } = run.at(0, [check('A', db), check('B', db)]);
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  });
});
