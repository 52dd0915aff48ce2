import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { headlineOf } from '../../../src/views/page/headline/headline.ts';
import { openAlerts } from '../../../src/views/page/open-alerts.ts';
import { inOrder } from '../../support/in-order.ts';
import {
  alert,
  type Differences,
  factsOf,
  gateSaying,
  minute,
  nowMs,
  rollbackIn,
  rolloutAt,
} from './support/facts.ts';
import { outcomesAt } from './support/outcomes.ts';

const say = (given: Differences = {}) => headlineOf(factsOf(given));
const text = (given: Differences = {}) => say(given).text;

const slow = alert('HighLatencyP95', 'firing', 7, { value: 0.412 });
const due = alert('RollbackRequired', 'pending', 2, { value: 0.612, labels: { trigger: 'latency_p95' } });

describe('while nothing is wrong', () => {
  test('it says so, and by which figures', () => {
    expect(say()).toMatchObject({ level: 'clear', also: [] });
    expect(text()).toMatch(
      inOrder('Nothing to do', '32', '32', '0.02 %', '< 0.1 %', 'P95', '44.7 ms', '< 200 ms'),
    );
  });

  test.each([
    ['stay', rolloutAt(25, 130), /: stay at 25 % .*05:20 UTC, .*2h 10m, .*gate --to 50\.$/],
    ['ask', rolloutAt(25, -1), /next: 50 % may be asked for: vigil gate --to 50\.$/],
    ['done', rolloutAt(100, 0), /44\.7 ms \(< 200 ms\); all traffic .*new release\.$/],
  ])('with a rollout it says what the plan asks for: %s', (_, rollout, ending) => {
    expect(text({ rollout })).toMatch(/^Nothing to do: /);
    expect(text({ rollout })).toMatch(ending);
  });

  test('what the gate would say now is said, with what keeps it shut', () => {
    const given = (gate: ReturnType<typeof gateSaying>) => text({ rollout: rolloutAt(25, -20, { gate }) });
    expect(given(gateSaying('pass'))).toMatch(inOrder('Ready for', '50 %', 'vigil gate --to 50'));
    expect(given(gateSaying('inconclusive', { askAgainAtMs: nowMs + 5 * minute }))).toMatch(
      inOrder(
        'Not ready for',
        'stay at',
        '25 %',
        '50 %',
        'undecided',
        '412',
        '25 %',
        '3,000',
        '5m',
        'vigil gate --to 50',
      ),
    );
    expect(given(gateSaying('fail'))).not.toContain('ask again');
    expect(given(gateSaying('fail'))).toMatch(inOrder('Not ready for', 'gate to 50 % is blocked: ', '412'));
    const late = { rollout: rolloutAt(25, -200, { gate: gateSaying('pass') }) };
    expect(text(late)).toMatch(inOrder('Ready for 50 %', 'overdue by', '3h 20m'));
  });
});

describe('while nothing can be recorded', () => {
  const reason = 'the disk that holds /var/reports is full, nothing can be recorded';
  const unrecorded = {
    sinceMs: nowMs - 3 * minute,
    failure: 'full' as const,
    reason,
    folder: '/var/reports',
  };

  test.each([
    ['nothing else', {}],
    ['a pending alert', { alerts: [alert('HighLatencyP95', 'pending', 1, { value: 0.412 })] }],
    ['a check that fails', { outcomes: outcomesAt(nowMs, [{ kind: 'down', fromMs: 0, toMs: nowMs + 1 }]) }],
    ['an alert that fires', { alerts: [slow, alert('WatchNotRecording', 'firing', 3)] }],
    ['a rollback that is required', { alerts: [{ ...due, status: 'firing' as const, firedAtMs: nowMs }] }],
  ])('the disk is named before %s, with what to do', (_, given: Differences) => {
    const { level, text: said, also } = say({ ...given, status: { unrecorded } });
    expect(level).toBe('blind');
    expect(said).toMatch(inOrder('Decide nothing', 'cannot record', '3m', '/var/reports', 'free space'));
    expect(also.join()).not.toContain('cannot record');
  });
});

describe('a critical alert that fires', () => {
  test('holds the rollout where it is, with value, limit, duration and next step', () => {
    expect(text({ alerts: [slow], rollout: rolloutAt(25, 60) })).toMatch(
      inOrder('Hold at', '25 %', 'P95', '412 ms', '> 200 ms', '7m', 'operations are slow'),
    );
    expect(say({ alerts: [slow] })).toMatchObject({ level: 'hold', lead: 'Hold' });
    expect(say({ alerts: [slow], rollout: rolloutAt(100, 0) }).lead).toBe('Act now');
  });

  test('names the component that is over its own limit, and when a rollback falls due', () => {
    const given = {
      alerts: [slow, due],
      values: { haloMean: 0.173, htdagMean: 0.16 },
      rollout: rolloutAt(25, 60),
    };
    expect(text(given)).toMatch(
      inOrder('Hold at', '25 %', 'P95', '412 ms', '> 200 ms', '7m', 'HALO', '173 ms', '> 130 ms', '3m'),
    );
    expect(say(given).due).toMatch(inOrder('prepare to roll back', 'in 3m', 'unless it recovers'));
  });

  test('a rollback trigger without data is not counted down', () => {
    const blind = { ...due, last: { atMs: nowMs, state: 'unknown' as const }, noDataSinceMs: nowMs - minute };
    expect(say({ alerts: [slow, blind] }).due).toBeUndefined();
  });

  test('on the pass rate sends to unknown checks where no check fails', () => {
    const low = alert('TestPassRateLow', 'firing', 10, { value: 0.875 });
    const outcomes = outcomesAt(nowMs, [{ kind: 'starved', fromMs: 0, toMs: nowMs + 1 }]);
    const headline = say({ alerts: [low], outcomes, cycle: { verdict: 'inconclusive' } });
    expect(headline.because).toMatch(
      inOrder('4 checks have too little traffic; none failed', 'C06', 'C07', '5 min', '0', '100', '10m'),
    );
    expect(headline.next).toContain('could not judge');
  });

  test('on the pass rate names the check that pulls it down, with its value and limit, and never the sum', () => {
    const low = alert('TestPassRateLow', 'firing', 6, { value: 31 / 32 });
    const outcomes = outcomesAt(nowMs, [{ kind: 'flip', fromMs: 0, toMs: nowMs + 1 }]);
    const headline = say({ alerts: [low], outcomes, cycle: { verdict: 'fail' }, rollout: rolloutAt(25, 60) });
    expect(headline.because).toBe('C10 throughput 8.4/s (limit 10/s) for 6m');
    expect(headline.next).toMatch(/\S/);
    expect(headline.text).not.toMatch(/pass rate|failing checks/i);
    const slowly = outcomesAt(nowMs, [{ kind: 'slow', fromMs: 0, toMs: nowMs + 1 }]);
    expect(say({ alerts: [low], outcomes: slowly }).because).toMatch(
      inOrder('H11 P95 latency', '317 ms', 'limit 200 ms', 'S02 and C07', 'fail too', '6m'),
    );
  });

  test('on a service names the one that is down', () => {
    const down = alert('ServiceDown', 'firing', 6);
    expect(say({ alerts: [down], more: { down: ['planner'] } }).because).toBe('planner is down for 6m');
    const low = alert('TestPassRateLow', 'firing', 6, { value: 0.5 });
    expect(say({ alerts: [low], more: { down: ['api', 'planner'] } }).because).toBe(
      'api and planner are down for 6m',
    );
  });

  test('on mixed releases counts the instances, but where the rollout is meant to mix them', () => {
    const text = '3 of 5 instances on v2, 2 on v1';
    const mixedReleases = [{ service: 'api', instances: { v1: 2, v2: 3 }, text }];
    const given = (more: Differences = {}) => {
      const facts = factsOf(more);
      return headlineOf({ ...facts, status: { ...facts.status, mixedReleases } });
    };
    expect(given()).toMatchObject({ level: 'hold', because: `mixed releases, api: ${text}` });
    expect(given({ rollout: rolloutAt(100, 0) }).because).toContain(text);
    expect(given({ rollout: rolloutAt(25, 130) }).because).not.toContain('mixed');
  });

  test('on a release that no instance says, at every stage that is taken', () => {
    const missing = {
      outcome: 'unknown' as const,
      detail: 'expected an instance that says v2, none has since 02:00; all 3 instances say v1',
      cause: 'no instance says v2',
      next: 'deploy v2',
    };
    for (const [percent, lead] of [
      [25, 'Hold at 25 %'],
      [100, 'Act now'],
    ] as const) {
      const headline = headlineOf(factsOf({ rollout: rolloutAt(percent, 130, { missing }) }));
      expect(headline).toMatchObject({ level: 'hold', lead, because: missing.detail, next: 'deploy v2' });
    }
    const rollout = rolloutAt(25, 130, { missing });
    expect(headlineOf(factsOf({ rollout, alerts: [slow] })).also).toContain('no instance says v2');
  });

  test('whose value is back inside is not said to be over its limit', () => {
    const clearing = { ...slow, value: 0.15, last: { atMs: nowMs, state: 'clear' as const } };
    expect(text({ alerts: [clearing] })).toMatch(
      inOrder('HighLatencyP95', '150 ms', 'no longer', '> 200 ms', 'fires'),
    );
  });

  test('of a check that passes again is named by its check', () => {
    const over = alert('HealthCheckFailed', 'firing', 3, {
      labels: { check: 'order', severity: 'critical', priority: 'P1' },
      last: { atMs: nowMs, state: 'clear' },
    });
    expect(text({ alerts: [over] })).toContain('HealthCheckFailed of order has cleared; it fires on until');
  });

  test('without data since a time says since when', () => {
    const blind = { ...slow, noDataSinceMs: nowMs - 5 * minute };
    expect(text({ alerts: [blind] })).toMatch(inOrder('P95', '412 ms', '> 200 ms', '03:05 UTC', 'no data'));
  });

  test('is still led by when somebody has taken it, or maintenance keeps it silent', () => {
    const taken = { timeMs: nowMs - minute, alertKey: slow.fingerprint, who: 'Ana' };
    expect(text({ alerts: [slow], more: { acknowledgements: [taken] } })).toContain(
      'for 7m (acknowledged by Ana)',
    );
    const muted = { ...slow, mute: { kind: 'maintenance' as const, by: 'database upgrade' } };
    expect(text({ alerts: [muted] })).toContain('(silenced: database upgrade)');
  });

  test('that somebody took in an earlier episode is not taken', () => {
    const taken = { timeMs: nowMs - 60 * minute, alertKey: slow.fingerprint, who: 'Ana' };
    expect(text({ alerts: [slow], more: { acknowledgements: [taken] } })).not.toContain('Ana');
  });

  test('that was there before the deployment holds nothing', () => {
    const known = alert('HealthCheckFailed', 'firing', 30, {
      isNew: false,
      labels: { check: 'H12', severity: 'warning', priority: 'P2' },
    });
    const outcomes = outcomesAt(nowMs, []).map((check) =>
      check.id === 'H12' ? { ...check, outcome: 'fail' as const, reason: 'no line within 2 s' } : check,
    );
    expect(say({ alerts: [known], outcomes, cycle: { verdict: 'fail' } })).toMatchObject({
      level: 'look',
      lead: 'Look within 30m',
      because: expect.stringMatching(inOrder('H12', 'no line within 2 s', '30m', 'as before the deployment')),
    });
  });
});

describe('several at once', () => {
  const down = alert('ServiceDown', 'firing', 1, { labels: { job: 'genesis-planner' } });
  const disk = alert('HighDiskUsage', 'firing', 90, { value: 0.93 });
  const check = alert('HealthCheckFailed', 'firing', 9, {
    labels: { check: 'H11', priority: 'P1', severity: 'critical' },
  });

  test('the worst leads: priority, then rules before single checks, and the rest follows in the same order', () => {
    const headline = say({ alerts: [disk, check, slow, down] });
    expect(headline.because).toBe('Service genesis-planner is down for 60s');
    expect(headline.also).toMatchObject([
      expect.stringContaining('P95 latency 412 ms'),
      expect.stringContaining('H11'),
      expect.stringContaining('Disk in use 93 %'),
    ]);
  });

  test('what another alert explains never leads', () => {
    const explained = {
      ...slow,
      sinceMs: nowMs - 60 * minute,
      mute: { kind: 'inhibited' as const, by: 'ServiceDown: …' },
    };
    expect(say({ alerts: [explained, check] }).because).toContain('H11');
  });

  test('an incident is told once, by its cause: what follows from it is said nowhere else', () => {
    const incident = 'i1';
    const cause = { ...check, incident };
    const follows = {
      ...slow,
      incident,
      mute: { kind: 'inhibited' as const, by: 'HealthCheckFailed H11: …' },
    };
    const rate = { ...alert('TestPassRateLow', 'firing', 9, { value: 0.9 }), incident };
    const headline = say({ alerts: [follows, rate, cause, { ...disk, incident }] });
    expect(headline.because).toContain('H11');
    expect(headline.also).toEqual([]);
  });

  test('a dozen stay one line', () => {
    const alerts = ['H01', 'H02', 'H03', 'H04', 'H05', 'H06'].map((id) =>
      alert('HealthCheckFailed', 'firing', 5, {
        labels: { check: id, priority: 'P1', severity: 'critical' },
      }),
    );
    expect(say({ alerts }).also).toHaveLength(4);
    expect(say({ alerts }).also.at(-1)).toBe('2 more');
  });
});

describe('an alert that has cleared and fires on', () => {
  const clearing = { ...slow, value: 0.15, last: { atMs: nowMs, state: 'clear' as const } };
  const rollout = rolloutAt(25, 60);
  const errors = alert('RollbackRequired', 'pending', 4.8, {
    value: 0.034,
    labels: { trigger: 'error_ratio' },
  });
  const check = alert('HealthCheckFailed', 'firing', 2, {
    labels: { check: 'H11', priority: 'P1', severity: 'critical' },
  });
  const outcomes = outcomesAt(nowMs, [{ kind: 'flip', fromMs: 0, toMs: nowMs + 1 }]);

  test.each<[string, Differences, string, string]>([
    ['a rollback that is due', { alerts: [clearing, errors] }, 'Scale nothing yet', 'error ratio'],
    ['a check that fails', { alerts: [clearing, check] }, 'Hold at 25 %', 'H11'],
    [
      'a check that fails of which no alert tells',
      { alerts: [clearing], outcomes, cycle: { verdict: 'fail' } },
      'Hold at 25 %',
      'C10',
    ],
    [
      'another alert that is pending',
      { alerts: [clearing, alert('HighErrorRate', 'pending', 1, { value: 0.02 })] },
      'Scale nothing yet',
      'error',
    ],
    [
      'a warning',
      { alerts: [clearing, alert('HighDiskUsage', 'firing', 90, { value: 0.93 })] },
      'Look within 30m',
      'Disk',
    ],
    [
      'a pending warning',
      { alerts: [clearing, alert('HALORoutingSlow', 'pending', 3, { value: 0.14 })] },
      'Scale nothing yet',
      'HALO',
    ],
  ])('stands behind %s', (_, given, lead, what) => {
    const headline = say({ rollout, ...given });
    expect(headline.lead).toBe(lead);
    expect(headline.because.toLowerCase()).toContain(what.toLowerCase());
    expect(headline.also).toContain('HighLatencyP95 is clearing');
  });

  test('leads where nothing else is wrong', () => {
    expect(say({ rollout, alerts: [clearing] })).toMatchObject({ level: 'hold', lead: 'Hold at 25 %' });
  });

  test('never leads its incident while another alert of it is past its limit', () => {
    const incident = 'i1';
    const rate = { ...alert('HighErrorRate', 'firing', 3, { value: 0.02 }), incident };
    expect(say({ rollout, alerts: [{ ...clearing, incident }, rate] }).because).toMatch(/error.* for 3m$/i);
  });

  test('a rollback that is due is said with when, and once', () => {
    const headline = say({ rollout, alerts: [clearing, errors] });
    expect(headline.due).toMatch(inOrder('prepare to roll back', 'in 12s'));
    expect(headline.also).toEqual(['HighLatencyP95 is clearing']);
  });
});

test('an alert of a check in quarantine holds nothing', () => {
  const flaky = alert('HealthCheckFailed', 'firing', 9, {
    labels: { check: 'C10', priority: 'P1', severity: 'critical' },
    isQuarantined: true,
  });
  const headline = say({ rollout: rolloutAt(25, 60), alerts: [flaky] });
  expect(headline).toMatchObject({ level: 'look', because: expect.stringMatching(/in quarantine$/) });
});

describe('a rollback', () => {
  const required = alert('RollbackRequired', 'firing', 6, {
    value: 0.612,
    labels: { trigger: 'latency_p95' },
  });

  test('that is required leads over what else fires, with the command', () => {
    expect(text({ alerts: [slow, required] })).toMatch(
      inOrder(
        'Roll back now',
        'P95',
        '612 ms',
        '> 500 ms',
        '6m',
        'vigil rollback --execute --trigger latency_p95',
      ),
    );
  });

  test('that is required by failures of before the deployment is not', () => {
    expect(say({ alerts: [{ ...required, isNew: false }] }).level).toBe('look');
  });

  test('that runs leads over everything, with its stage and its budget', () => {
    const run = rollbackIn('running', 'drain', 1);
    expect(text({ alerts: [required, slow], rollbacks: [run] })).toMatch(
      inOrder('Stand by', 'flag', '60s', '2', '5', 'drain', '40s', '2m', 'deploy nothing'),
    );
  });

  test('that is late asks for somebody to be ready', () => {
    const run = rollbackIn('running', 'drain', 5);
    expect(say({ rollbacks: [run] })).toMatchObject({ level: 'act', lead: 'Be ready to take over' });
    expect(text({ rollbacks: [run] })).toContain('drain, over its 2m for 2m');
  });

  test('that failed asks for hands, and says in which stage and why', () => {
    const run = rollbackIn('failed', 'verify', 12, {}, 'H01 still fails: htdag is not loaded');
    expect(text({ alerts: [slow], rollbacks: [run] })).toMatch(
      inOrder('Take over by hand', 'flag', 'verify', 'H01', '4m', 'vigil rollback --settle'),
    );
    const aborted = rollbackIn('aborted', 'drain', 12);
    expect(text({ rollbacks: [aborted] })).toMatch(inOrder('flag', 'was aborted', 'stage drain', 'aborted'));
  });

  test('that failed is only looked into once everything has been well for half an hour', () => {
    const run = rollbackIn('failed', 'verify', 90, { endedMs: nowMs - 60 * minute });
    expect(say({ rollbacks: [run] })).toMatchObject({ level: 'look', lead: 'Look into it' });
    expect(say({ rollbacks: [run], alerts: [slow] }).lead).toBe('Take over by hand');
    expect(say({ rollbacks: [{ ...run, settledMs: nowMs - 30 * minute }] }).level).toBe('clear');
  });

  test('that succeeded is said until something is deployed again', () => {
    const run = rollbackIn('succeeded', 'validate', 12);
    expect(text({ rollbacks: [run] })).toMatch(
      inOrder('Rolled back', 'flag', '4m', 'error ratio', '1 %', '5 min', 'cause'),
    );
    const deployments = [{ timeMs: nowMs - minute, release: 'v2.4.2' }];
    expect(say({ rollbacks: [run], more: { deployments } }).level).toBe('clear');
  });

  test('that somebody else carried out, or a person has closed, is said until something is deployed again', () => {
    const rollback = {
      startedMs: nowMs - 40 * minute,
      endedMs: nowMs - 40 * minute,
      kind: 'flagger',
      status: 'done' as const,
      reason: 'canary failed',
      detail: 'flagger, canary: succeeded',
    };
    const rollout = rolloutAt(100, 0, { rollback });
    expect(say({ rollout })).toMatchObject({
      level: 'look',
      lead: 'Rolled back',
      because: 'v2.4.1 was rolled back 40m ago (flagger: canary failed)',
    });
    expect(text({ rollout })).not.toContain('all traffic is on the new release');
    const settled = rolloutAt(25, 60, { rollback: { ...rollback, status: 'not done', isSettled: true } });
    expect(say({ rollout: settled }).lead).toBe('Rolled back');
    expect(
      say({ rollout: rolloutAt(25, 60, { rollback: { ...rollback, status: 'not done' } }) }).lead,
    ).not.toBe('Rolled back');
  });

  describe('that succeeded just now', () => {
    const of = (agoMin: number) =>
      rollbackIn('succeeded', 'validate', agoMin + 8, { endedMs: nowMs - agoMin * minute });
    const old = { startedMs: nowMs - 9 * minute };

    test('is told before what still fires of before its end: nobody is sent to roll back once more', () => {
      const given = { alerts: [slow, required], rollbacks: [of(1)], cycle: old };
      expect(text(given)).toMatch(
        inOrder('Rolled back', 'flag', '60s', 'error ratio', '1 %', '5 min', 'still fires'),
      );
      expect(say(given).also).toEqual([expect.stringContaining('P95 latency 412 ms')]);
    });

    test('leads over a cycle that saw the instances half-way, and over none of after it', () => {
      const text = '2 of 3 instances on v2, 1 on v1';
      const mixedReleases = [{ service: 'api', instances: { v1: 1, v2: 2 }, text }];
      const status = { mixedReleases };
      const rollout = rolloutAt(100, 0);
      expect(say({ rollbacks: [of(1)], cycle: old, rollout, status }).lead).toBe('Rolled back');
      expect(say({ rollbacks: [of(6)], rollout, status }).because).toBe(`mixed releases, api: ${text}`);
    });

    test('is told before a cycle of before it, and a cycle of after it speaks for itself', () => {
      const outcomes = outcomesAt(nowMs, [{ kind: 'slow', fromMs: 0, toMs: nowMs + 1 }]);
      const given = (cycle: object) =>
        say({ outcomes, rollbacks: [of(6)], cycle: { verdict: 'fail', ...cycle } });
      expect(given(old).lead).toBe('Rolled back');
      expect(given({ startedMs: nowMs - 2 * minute })).toMatchObject({ level: 'hold' });
    });

    test('asks for hands when a trigger holds longer than the window that it is judged by, or anew', () => {
      expect(say({ alerts: [required], rollbacks: [of(5.5)], cycle: old }).lead).toBe('Rolled back');
      expect(text({ alerts: [{ ...required, sinceMs: nowMs - 14 * minute }], rollbacks: [of(7)] })).toMatch(
        inOrder(
          'Take over by hand',
          'P95',
          '612 ms',
          '> 500 ms',
          '14m',
          'flag',
          '7m',
          'vigil rollback --settle',
        ),
      );
      const anew = { ...required, sinceMs: nowMs - minute / 2 };
      expect(say({ alerts: [anew], rollbacks: [of(1)] })).toMatchObject({
        level: 'act',
        lead: 'Take over by hand',
      });
      expect(text({ alerts: [due], rollbacks: [of(1)] })).not.toContain('prepare to roll back');
    });

    test('waits for a pass rate until a cycle of after it has ended', () => {
      const rate = alert('RollbackRequired', 'firing', 20, { value: 0.9, labels: { trigger: 'pass_rate' } });
      const cycle = { startedMs: nowMs - 9 * minute };
      expect(say({ alerts: [rate], rollbacks: [of(7)], cycle }).lead).toBe('Rolled back');
      expect(say({ alerts: [rate], rollbacks: [of(7)] }).lead).toBe('Take over by hand');
    });

    test('hides neither a service that is down since, nor a watch that stands still or is deaf', () => {
      const down = alert('ServiceDown', 'firing', 0.5, {});
      expect(say({ alerts: [down, slow], rollbacks: [of(1)], cycle: old }).level).toBe('hold');
      const more = { stalledSinceMs: nowMs - 10 * minute };
      expect(say({ rollbacks: [of(1)], cycle: old, more }).level).toBe('blind');
      const sentinel = { state: 'missing' as const, atMs: nowMs, reason: 'no receipt' };
      expect(say({ rollbacks: [of(1)], cycle: old, status: { sentinel } }).level).toBe('blind');
    });
  });

  test('that would bring the fault back, or of which nothing is known any more, holds and asks nobody to roll back now', () => {
    const low = { ...required, labels: { ...required.labels, trigger: 'pass_rate' } };
    const facts = (given: ReturnType<typeof alert>) => {
      const all = factsOf({ alerts: [given] });
      all.source.rollbackAdvice = () => 'the release before would bring it back, as C02 never passed';
      return all;
    };
    const explained = facts(low);
    expect(headlineOf(explained)).toMatchObject({ level: 'act', lead: 'Roll back now' });
    explained.source.rollbackExplained = (trigger) =>
      trigger === 'pass_rate' ? 'C02 never passed' : undefined;
    expect(headlineOf(explained)).toMatchObject({ level: 'hold', next: expect.stringContaining('C02') });
    expect(headlineOf(explained).lead).not.toContain('Roll back');
    const blind = headlineOf(facts({ ...low, noDataSinceMs: nowMs - minute }));
    expect(blind).toMatchObject({ level: 'hold', next: expect.stringMatching(/^find why nothing is known/) });
    expect(blind.because).toContain('there is no data');
    // Another trigger of the same release is not explained by its checks.
    const slowToo = facts(required);
    slowToo.source.rollbackExplained = (trigger) =>
      trigger === 'pass_rate' ? 'C02 never passed' : undefined;
    expect(headlineOf(slowToo).lead).toBe('Roll back now');
  });

  test('that is under way or done is what R02 asks for too, in words of the loop', () => {
    const failed = alert('HealthCheckFailed', 'firing', 3, {
      labels: { check: 'R02', severity: 'critical' },
    });
    const facts = factsOf({ alerts: [failed] });
    facts.source.rollbackAdvice = (trigger) => `${trigger}: wait for its end`;
    expect(openAlerts(facts)[0]?.next).toBe('pass_rate: wait for its end');
  });

  test('that runs leaves unsaid that one is required', () => {
    expect(say({ alerts: [required], rollbacks: [rollbackIn('running', 'drain', 1)] }).also).toEqual([]);
  });
});

describe('what is not known never looks well', () => {
  test('before the first cycle', () => {
    const given = { cycle: 'none' as const, status: { startedMs: nowMs - 12_000 }, values: {} };
    expect(text(given)).toMatch(inOrder('Wait', '12s', 'first cycle'));
    expect(say({ ...given, status: { startedMs: nowMs - 20 * minute } })).toMatchObject({
      level: 'blind',
      lead: 'Hold',
    });
  });

  test('after a restart the cycle of before is named as one of before', () => {
    const given = { isOwnCycle: false, cycle: { startedMs: nowMs - 60 * minute, verdict: 'fail' as const } };
    expect(text({ ...given, status: { startedMs: nowMs - 30_000 } })).toMatch(
      inOrder('no cycle', '30s', '02:10 UTC', 'fail'),
    );
  });

  test('when the loop has stalled, whatever it showed last', () => {
    const still = { stalledSinceMs: nowMs - 12 * minute };
    expect(text({ more: still })).toMatch(
      inOrder('Decide nothing on this page', '12m', 'vigil monitor --loop'),
    );
    expect(say({ more: still, alerts: [slow] }).also[0]).toContain('P95 latency 412 ms');
  });

  test('when the watch has ended', () => {
    expect(text({ more: { endedMs: nowMs - 120 * minute } })).toMatch(
      inOrder('This watch has ended', '01:10 UTC', '2h'),
    );
  });

  test('when the last cycle is too old', () => {
    expect(text({ cycle: { startedMs: nowMs - 14 * minute } })).toMatch(inOrder('Hold', '13m', '5m'));
  });

  test('when the sentinel did not arrive', () => {
    const sentinel = {
      state: 'missing' as const,
      atMs: nowMs - 10 * minute,
      reason: 'no receipt within 30 s',
    };
    expect(text({ status: { sentinel } })).toMatch(inOrder('Hold', '03:00 UTC', 'no receipt', '30 s'));
    expect(say({ status: { sentinel }, alerts: [slow] }).also[0]).toBe('the sentinel did not arrive');
  });

  test('when checks could not judge', () => {
    const outcomes = outcomesAt(nowMs, [{ kind: 'starved', fromMs: 0, toMs: nowMs + 1 }]);
    expect(text({ outcomes, cycle: { verdict: 'inconclusive' } })).toMatch(
      inOrder('Hold', '4 checks have too little traffic; none failed', 'C06', 'C07', '2', '5 min'),
    );
  });

  test('when a check fails of which no alert tells', () => {
    const outcomes = outcomesAt(nowMs, [{ kind: 'flip', fromMs: 0, toMs: nowMs + 1 }]);
    expect(say({ outcomes, cycle: { verdict: 'fail' } })).toMatchObject({ level: 'hold', lead: 'Hold' });
  });

  test('when the last cycle can’t be believed, or says nothing', () => {
    const problems = ['the report is older than the run'];
    expect(text({ cycle: { verdict: 'inconclusive', problems } })).toContain(
      'can’t be trusted: the report is older',
    );
    const skipped = outcomesAt(nowMs, []).map((check) => ({ ...check, outcome: 'skipped' as const }));
    expect(say({ outcomes: skipped, cycle: { verdict: 'inconclusive' } }).level).toBe('blind');
  });

  test('when signals have no data', () => {
    const { status } = factsOf();
    const values = { passRate: 1, uptime: 1 };
    expect(text({ status: { ...status, values } })).toMatch(inOrder('Hold', 'no data', 'error ratio', 'P95'));
  });

  test('when too little was observed', () => {
    const coverage = { due: 96, observed: 61, missed: 35, ratio: 61 / 96, largestGapMs: 7_200_000, gaps: [] };
    expect(text({ status: { coverage } })).toMatch(inOrder('61', '96', '48h', '2h'));
  });
});

describe('whatever is the case', () => {
  const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
  const anyAlert = fc
    .record({
      rule: fc.constantFrom(
        'HighLatencyP95',
        'HighErrorRate',
        'ServiceDown',
        'RollbackRequired',
        'HighDiskUsage',
        'HALORoutingSlow',
        'IntermittentTestFailures',
        'HealthCheckFailed',
        'ObservabilityMetricsMissing',
      ),
      status: fc.constantFrom('pending' as const, 'firing' as const),
      sinceMin: fc.integer({ min: 0, max: 4000 }),
      value: maybe(fc.double({ min: 0, max: 10, noNaN: true })),
      last: fc.constantFrom('breached' as const, 'clear' as const, 'unknown' as const),
      isNew: fc.boolean(),
    })
    .map(({ rule, status, sinceMin, value, last, isNew }) =>
      alert(rule, status, sinceMin, {
        isNew,
        last: { atMs: nowMs, state: last },
        ...(value !== undefined && { value }),
        ...(last === 'unknown' && { noDataSinceMs: nowMs - minute }),
        labels:
          rule === 'RollbackRequired'
            ? { trigger: 'latency_p95' }
            : rule === 'HealthCheckFailed'
              ? { check: 'H11', severity: 'critical', priority: 'P1' }
              : {},
      }),
    );
  const anything = fc.record({
    alerts: fc.array(anyAlert, { maxLength: 4 }),
    incident: maybe(fc.constantFrom('slow' as const, 'starved' as const, 'flip' as const)),
    isOwnCycle: fc.boolean(),
    ageMin: fc.integer({ min: 1, max: 30 }),
    sentinel: fc.constantFrom(
      { state: 'received' as const, atMs: nowMs, tookMs: 1 },
      { state: 'missing' as const, atMs: nowMs, reason: 'no receipt' },
    ),
    latencyP95: maybe(fc.double({ min: 0, max: 2, noNaN: true })),
    stalledSinceMs: maybe(fc.constant(nowMs - 10 * minute)),
    rollback: maybe(fc.constantFrom('running' as const, 'failed' as const, 'succeeded' as const)),
  });

  test('it says “nothing to do” only of a fresh passing cycle with every signal known and no alert open', () => {
    fc.assert(
      fc.property(anything, (one) => {
        const incidents = one.incident ? [{ kind: one.incident, fromMs: 0, toMs: nowMs + 1 }] : [];
        const outcomes = outcomesAt(nowMs, incidents);
        const failed = outcomes.some(({ outcome }) => outcome === 'fail');
        const unknown = outcomes.some(({ outcome }) => outcome === 'unknown');
        const facts = factsOf({
          alerts: one.alerts,
          outcomes,
          isOwnCycle: one.isOwnCycle,
          cycle: {
            startedMs: nowMs - one.ageMin * minute,
            verdict: failed ? 'fail' : unknown ? 'inconclusive' : 'pass',
          },
          status: {
            sentinel: one.sentinel,
            values: {
              errorRatio: 0,
              uptime: 1,
              ...(one.latencyP95 !== undefined && { latencyP95: one.latencyP95 }),
            },
          },
          rollbacks: one.rollback ? [rollbackIn(one.rollback, 'verify', 8)] : [],
          more: { stalledSinceMs: one.stalledSinceMs },
        });
        const { level, text: sentence, lead } = headlineOf(facts);
        const isWell =
          one.alerts.length === 0 &&
          !failed &&
          !unknown &&
          one.isOwnCycle &&
          one.ageMin <= 10 &&
          one.sentinel.state === 'received' &&
          one.latencyP95 !== undefined &&
          one.latencyP95 < 0.2 &&
          one.stalledSinceMs === undefined &&
          one.rollback === undefined;
        expect(level === 'clear').toBe(isWell);
        expect(lead === 'Nothing to do').toBe(isWell);
        expect(sentence).not.toMatch(/undefined|NaN|Infinity|\{|;;|: ;/);
        expect(sentence).toMatch(/^[A-Z].*\.$/);
      }),
      { numRuns: 400 },
    );
  });
});

describe('what is no reason to hold', () => {
  test('a critical alert that is pending asks to wait, and says when it fires', () => {
    const pending = alert('HighLatencyP95', 'pending', 2, { value: 0.412 });
    expect(text({ alerts: [pending] })).toMatch(
      inOrder('Scale nothing yet', 'P95', '412 ms', '> 200 ms', '2m', '3m'),
    );
  });

  test('a limit that is crossed before a rule has seen it is not called well', () => {
    expect(text({ values: { latencyP95: 0.3 } })).toMatch(
      inOrder('Scale nothing yet', 'P95', '300 ms', '< 200 ms'),
    );
  });

  test('a warning asks to look, info on the next business day', () => {
    expect(say({ alerts: [alert('HighDiskUsage', 'firing', 90, { value: 0.93 })] })).toMatchObject({
      level: 'look',
      because: 'Disk in use 93 % (> 90 %) for 1h 30m',
      next: 'free space: rotated logs first',
    });
    const flips = alert('IntermittentTestFailures', 'firing', 5, { value: 4, labels: { check: 'C10' } });
    expect(say({ alerts: [flips] }).lead).toBe('Look on the next business day');
    expect(say({ alerts: [alert('HALORoutingSlow', 'pending', 3, { value: 0.14 })] })).toMatchObject({
      level: 'wait',
      lead: 'Nothing to do yet',
    });
  });

  test('maintenance is said with its end and its reason', () => {
    const window = {
      id: 'w',
      reason: 'database upgrade',
      fromMs: nowMs - minute,
      toMs: nowMs + 20 * minute,
      matchers: [],
    };
    expect(text({ more: { maintenance: [window] } })).toMatch(inOrder('Maintenance', '03:30 UTC', '20m'));
    const later = { ...window, fromMs: nowMs + minute };
    expect(say({ more: { maintenance: [later] } }).level).toBe('clear');
    expect(say({ more: { maintenance: [window] }, alerts: [slow] }).level).toBe('hold');
  });
});
