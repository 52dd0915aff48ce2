import { describe, expect, test } from 'vitest';
import { checkHistories } from '../../../src/release/gate/check-histories.ts';
import { judgeProbes } from '../../../src/release/gate/prometheus/judge-probes.ts';
import { checkHistoriesOf } from '../../../src/release/gate/prometheus/probe-check-histories.ts';
import { coverageByEnds, coverageTogether } from '../../../src/release/gate/prometheus/probe-coverage.ts';
import {
  ofWatchers,
  type ProbeState,
  probeStates,
} from '../../../src/release/gate/prometheus/probe-states.ts';
import { cycle, outcomes } from '../../history/cycle.ts';
import { folder, opened } from '../../history/folder.ts';
import { deployedMs, minute, targetId } from './green.ts';

const nowMs = 1_000_000;
const rules = { quorum: 2, catalogueChecks: 2, freshMs: 60_000 };

/** A probe by the statuses of its checks, `H01=1 H02=0`: 0 fail, 1 pass, 2 unknown, 3 skipped. */
function probe(name: string, statuses: string, more: Partial<ProbeState> = {}): ProbeState {
  const checks = new Map(
    statuses.split(' ').map((one) => {
      const [check = '', status] = one.split('=');
      return [check, Number(status)] as const;
    }),
  );
  return { probe: name, endedMs: nowMs - 10_000, hasProblems: false, checks, ...more };
}

const judge = (states: ProbeState[], more: Partial<typeof rules> = {}) =>
  judgeProbes(states, { ...rules, ...more }, nowMs);
const hung = { endedMs: nowMs - 120_000 };

test('a check that tells of an instance is of the Vigil that says so, by its name or wherever it ran then', () => {
  const series = (labels: Record<string, string>, ...times: number[]) => ({
    metric: labels,
    points: times.map((timeMs) => ({ timeMs, value: 1 })),
  });
  const watchers = [{ metric: { instance: 'vigil:1' } }, { metric: { instance: 'vigil:2' } }];
  const ended = [series({ instance: 'vigil:1' }, 1), series({ instance: 'vigil:2' }, 2)];
  const status = [
    series({ check: 'own', instance: 'vigil:1' }, 1),
    series({ check: 'second', service: 'api', instance: '10.0.0.2:80' }, 1, 2),
  ];
  const states = probeStates(ofWatchers(status, watchers), ended, []);
  const checksAt = (timeMs: number) =>
    states.get(timeMs)?.map(({ probe: of, checks }) => [of, [...checks.keys()]]);
  expect(checksAt(1)).toEqual([['vigil:1', ['own', 'second']]]);
  expect(checksAt(2)).toEqual([['vigil:2', ['second']]]);
  const named = [series({ check: 'second', probe: 'north', instance: '10.0.0.2:80' }, 1)];
  expect(ofWatchers(named, [{ metric: { probe: 'north', instance: 'vigil:1' } }])).toEqual(named);
});

describe('several probes judged as one', () => {
  test.each<[what: string, states: ProbeState[], outcome: string | undefined, verdict: string]>([
    ['all pass', [probe('a', 'H01=1 H02=1'), probe('b', 'H01=1 H02=1')], 'pass', 'pass'],
    [
      'one of three fails',
      [probe('a', 'H01=1 H02=0'), probe('b', 'H01=1 H02=1'), probe('c', 'H01=1 H02=1')],
      'pass',
      'pass',
    ],
    [
      'two of three fail',
      [probe('a', 'H01=1 H02=0'), probe('b', 'H01=1 H02=0'), probe('c', 'H01=1 H02=1')],
      'fail',
      'fail',
    ],
    ['two disagree', [probe('a', 'H01=1 H02=0'), probe('b', 'H01=1 H02=1')], 'unknown', 'inconclusive'],
    [
      'only one can judge',
      [probe('a', 'H01=1 H02=1'), probe('b', 'H01=1 H02=2'), probe('c', 'H01=1 H02=2')],
      'unknown',
      'inconclusive',
    ],
    ['both skip it', [probe('a', 'H01=1 H02=3'), probe('b', 'H01=1 H02=3')], 'skipped', 'pass'],
    [
      'a hung one passes for ever',
      [probe('a', 'H01=1 H02=1'), probe('b', 'H01=1 H02=1', hung)],
      'unknown',
      'inconclusive',
    ],
    [
      'the run of one can’t be believed',
      [probe('a', 'H01=1 H02=1'), probe('b', 'H01=1 H02=1', { hasProblems: true })],
      'unknown',
      'inconclusive',
    ],
    [
      'what fails counts, though the run can’t be believed',
      [probe('a', 'H01=1 H02=0', { hasProblems: true }), probe('b', 'H01=1 H02=0', { hasProblems: true })],
      'fail',
      'fail',
    ],
    [
      'a status that nobody knows',
      [probe('a', 'H01=1 H02=7'), probe('b', 'H01=1 H02=7')],
      'unknown',
      'inconclusive',
    ],
    ['nobody is there', [], undefined, 'inconclusive'],
  ])('%s', (_, states, outcome, verdict) => {
    const judged = judge(states);
    expect(judged.checks.get('H02')).toBe(outcome);
    expect(judged.verdict).toBe(verdict);
  });

  test('shards: one probe for each check is enough where the quorum is one, and a dead shard leaves the rest unseen', () => {
    const [a, b] = [probe('a', 'H01=1'), probe('b', 'H02=1')];
    expect(judge([a, b], { quorum: 1 })).toMatchObject({ isObserved: true, verdict: 'pass', unseen: 0 });
    const half = judge([a], { quorum: 1 });
    expect(half).toMatchObject({ isObserved: false, verdict: 'inconclusive', unseen: 1 });
    // The same without a catalogue's size: nobody knows what is missing, so nothing was observed.
    expect(judge([a, b], { quorum: 1, catalogueChecks: 0 }).isObserved).toBe(false);
  });

  test('who saw a check fail is named, by name, whether or not they are enough', () => {
    const states = [probe('c', 'H01=0 H02=1'), probe('a', 'H01=0 H02=1'), probe('b', 'H01=1 H02=0')];
    expect([...judge(states).failing]).toEqual([
      ['H01', ['a', 'c']],
      ['H02', ['b']],
    ]);
    expect([...judge([probe('a', 'H02=1 H01=1'), probe('b', 'H02=1 H01=1')]).failing]).toEqual([]);
  });

  test('a cycle is fresh up to its last moment, and each check by who looks at it', () => {
    const both = (ageMs: number) =>
      judge([probe('a', 'H01=1 H02=1'), probe('b', 'H01=1 H02=1', { endedMs: nowMs - ageMs })]).verdict;
    expect([both(60_000), both(60_001)]).toEqual(['pass', 'inconclusive']);
    // A clock that is further ahead tells nothing, and what a hung one said last would stay fresh for as long.
    expect([both(-60_000), both(-60_001)]).toEqual(['pass', 'inconclusive']);
    // Of H02 two cycles are known, of H01 three: the older of the two counts.
    const ends = [10_000, 20_000, 30_000].map((ageMs) => ({ endedMs: nowMs - ageMs }));
    const states = [
      probe('a', 'H01=1 H02=1', ends[2]),
      probe('b', 'H01=1', ends[0]),
      probe('c', 'H01=1 H02=1', ends[1]),
    ];
    expect(judge(states).endedMs).toBe(nowMs - 30_000);
    expect([...judge(states).checks.keys()]).toEqual(['H01', 'H02']);
  });

  test('the newest cycle is as old as the check that enough probes saw longest ago', () => {
    const old = { endedMs: nowMs - 50_000 };
    const states = [probe('a', 'H01=1 H02=1'), probe('b', 'H01=1 H02=1', old), probe('c', 'H01=1 H02=1')];
    expect(judge(states).endedMs).toBe(nowMs - 10_000);
    expect(judge(states, { quorum: 3 }).endedMs).toBe(nowMs - 50_000);
    expect(judge([]).endedMs).toBeUndefined();
  });
});

describe('coverage from the ends of cycles', () => {
  const intervalMs = 60_000;
  const window = { fromMs: 0, toMs: 10 * intervalMs };
  const every = (minutes: readonly number[]) => minutes.map((minute) => minute * intervalMs);

  test.each<[what: string, minutes: number[], expected: object]>([
    ['each slot has its cycle', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], { due: 10, observed: 10, largestGapMs: 0 }],
    [
      'cycles that come a little late are no gap',
      [0.3, 1.4, 2.2, 3.4, 4.1, 5.4, 6.2, 7.4, 8.3, 9.4],
      { due: 10, observed: 10, largestGapMs: 0 },
    ],
    [
      'one is missing',
      [1, 2, 3, 5, 6, 7, 8, 9, 10],
      { due: 10, observed: 9, largestGapMs: intervalMs, largestGapEndMs: 5 * intervalMs },
    ],
    [
      'it died in the middle',
      [1, 2, 3, 4, 5],
      { due: 9, observed: 5, largestGapMs: 4 * intervalMs, largestGapEndMs: 10 * intervalMs },
    ],
    [
      'it began late: no cycle of before stands for the begin',
      [6, 7, 8, 9, 10],
      { due: 10, observed: 5, largestGapMs: 6 * intervalMs, largestGapEndMs: 6 * intervalMs },
    ],
    [
      'the first slots are missing, and it was watched before',
      [-0.2, 2.8, 4, 5, 6, 7, 8, 9, 10],
      { due: 10, observed: 8, largestGapMs: 2 * intervalMs },
    ],
    [
      'it stood since long before',
      [-70, 4, 5, 6, 7, 8, 9, 10],
      { due: 11, observed: 7, largestGapMs: 4 * intervalMs },
    ],
    [
      'a failure looked at again is no slot',
      [1, 1.2, 1.4, 2, 3, 4, 5, 6, 7, 8, 9, 10],
      { due: 10, observed: 10 },
    ],
    [
      'ends come in any order, and those of other times say nothing',
      [12, 10, 9, -2, 8, 7, 6, 5, 4, 3, 2, 1, 0],
      { due: 10, observed: 10, largestGapMs: 0 },
    ],
    [
      'of two gaps the longer one counts, of two alike the later',
      [1, 4, 5, 8, 9, 10],
      { due: 10, observed: 6, largestGapMs: 2 * intervalMs, largestGapEndMs: 8 * intervalMs },
    ],
    [
      'the longer gap is the first',
      [1, 5, 6, 8, 9, 10],
      { due: 10, observed: 6, largestGapMs: 3 * intervalMs, largestGapEndMs: 5 * intervalMs },
    ],
    ['a half interval later is the next slot', [1, 1.5], { observed: 2 }],
    ['there is nothing', [], { due: 10, observed: 0, largestGapMs: 10 * intervalMs }],
  ])('%s', (_, minutes, expected) => {
    const covered = coverageByEnds(every(minutes), window, intervalMs);
    expect(covered).toMatchObject(expected);
    if (covered.largestGapMs === 0) expect(covered.largestGapEndMs).toBeUndefined();
  });

  const all = coverageByEnds(every([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), window, intervalMs);
  const half = coverageByEnds(every([1, 2, 3, 4, 5]), window, intervalMs);
  const together = (probes: Record<string, string[]>, quorum: number) =>
    coverageTogether(
      new Map([
        ['a', all],
        ['b', all],
        ['c', half],
      ]),
      new Map(Object.entries(probes)),
      { quorum, catalogueChecks: 2 },
      window,
      intervalMs,
    );

  test('of three that run everything, two that went on are enough where two must agree, not where three must', () => {
    const everyone = { H01: ['a', 'b', 'c'], H02: ['a', 'b', 'c'] };
    expect(together(everyone, 2)).toMatchObject({ observed: 10, due: 10, largestGapMs: 0 });
    expect(together(everyone, 3)).toMatchObject({ observed: 5, largestGapMs: 4 * intervalMs });
  });

  test('the best of those who look at a check cover it, in whatever order they are named', () => {
    const best = { observed: 10, due: 10, largestGapMs: 0 };
    expect(together({ H01: ['c', 'a'], H02: ['c', 'b'] }, 1)).toEqual(best);
    expect(together({ H01: ['a', 'c'], H02: ['b', 'c'] }, 1)).toEqual(best);
    // The longest gap is told with its end, whichever check has it.
    const gap = { largestGapMs: 5 * intervalMs, largestGapEndMs: 10 * intervalMs };
    expect(together({ H01: ['c'], H02: ['a'] }, 1)).toMatchObject({ ...gap, largestGapMs: 4 * intervalMs });
    expect(together({ H01: ['a'], H02: ['c'] }, 1)).toMatchObject({ largestGapEndMs: gap.largestGapEndMs });
    expect(together({ H01: ['a'], H02: ['nobody'] }, 1)).toMatchObject({ observed: 0, due: 10 });
  });

  test('the worst share and the longest gap may be of two checks, and a catalogue of nobody knows how many covers nothing', () => {
    const scattered = coverageByEnds(every([1, 3, 5, 7, 9]), window, intervalMs);
    const gone = coverageByEnds(every([1, 2, 3, 7, 8, 9, 10]), window, intervalMs);
    const byProbe = new Map(Object.entries({ all, scattered, gone }));
    const of = (probes: string[], catalogueChecks = probes.length) =>
      coverageTogether(
        byProbe,
        new Map(probes.map((name, index) => [`H0${index}`, [name]])),
        { quorum: 1, catalogueChecks },
        window,
        intervalMs,
      );
    const both = { due: 9, observed: 5, largestGapMs: 3 * intervalMs, largestGapEndMs: 7 * intervalMs };
    expect(of(['scattered', 'gone'])).toEqual(both);
    expect(of(['gone', 'scattered', 'all'])).toEqual(both);
    expect(of(['all', 'all'])).toEqual({ due: 10, observed: 10, largestGapMs: 0 });
    expect(of(['all'], 0)).toMatchObject({ due: 10, observed: 0 });
  });

  test('of shards the worst covers for all: what only it runs was not observed', () => {
    expect(together({ H01: ['a'], H02: ['b'] }, 1)).toMatchObject({ observed: 10, due: 10 });
    expect(together({ H01: ['a'], H02: ['c'] }, 1)).toMatchObject({
      observed: 5,
      largestGapMs: 4 * intervalMs,
    });
    // Nobody runs H02 at all: nothing of the window is covered.
    expect(together({ H01: ['a', 'b'] }, 1)).toMatchObject({ observed: 0, due: 10 });
    // Each check at one probe only, but two must agree: nothing can be.
    expect(together({ H01: ['a'], H02: ['b'] }, 2)).toMatchObject({ observed: 0 });
  });
});

test('a check over the slots of a store comes to what it comes to over the cycles of a history', () => {
  const said = ['unknown', 'pass', 'fail', 'pass', 'skipped', 'fail', 'pass', 'pass'] as const;
  const timeOf = (slot: number) => deployedMs + slot * minute;
  const reader = opened(folder());
  for (const [slot, outcome] of said.entries()) {
    const only = outcomes()
      .slice(0, 1)
      .map((one) => ({ ...one, outcome }));
    reader.recordCycle(cycle(timeOf(slot), { targetId, outcomes: only }));
  }
  const window = { fromMs: deployedMs, toMs: timeOf(8) };
  const [fromHistory] = checkHistories(reader, targetId, window, new Map(), 60 * minute);
  const slots = said.map((outcome, slot) => ({
    timeMs: timeOf(slot),
    judgement: { checks: new Map([['X00', outcome]]) },
  }));
  const [fromStore] = checkHistoriesOf(slots, new Map());
  expect(fromStore).toEqual({ ...fromHistory, title: 'X00' });
  expect(fromStore).toMatchObject({ cycles: 7, failed: 2, judgedMs: timeOf(1), passingMs: timeOf(6) });
  // How many cycles there were is counted only while it has not recovered.
  const [recovered] = checkHistories(reader, targetId, window, new Map(), 2 * minute);
  expect(recovered).toEqual({ ...fromHistory, cycles: undefined });
  // Between two slots a failure was looked at again, and was gone at the next.
  const [between] = checkHistoriesOf(slots.slice(6), new Map([['X00', timeOf(6) + 1]]));
  expect(between).toMatchObject({ failed: 1, passingMs: timeOf(7) });
  expect(checkHistoriesOf(slots.slice(6), new Map([['X00', timeOf(7)]]))[0]?.passingMs).toBeUndefined();
});

test('a failure in quarantine is no failure of its check', () => {
  const timeOf = (slot: number) => deployedMs + slot * minute;
  const reader = opened(folder());
  const quarantined = { owner: 'me', until: '2027-01-01', reason: 'races' };
  for (const [slot, isExcused] of [true, false, true].entries()) {
    const [one] = outcomes([0]).map((only) => (isExcused ? { ...only, quarantined } : only));
    reader.recordCycle(cycle(timeOf(slot), { targetId, outcomes: one ? [one] : [] }));
  }
  const window = { fromMs: deployedMs, toMs: timeOf(3) };
  const [found] = checkHistories(reader, targetId, window, new Map(), 60 * minute);
  expect(found).toMatchObject({ cycles: 3, failed: 1 });
});
