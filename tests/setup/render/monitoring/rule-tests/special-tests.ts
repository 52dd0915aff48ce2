import type { AlertRule } from '../../../../../src/alerts/index.ts';
import { durationLiteral } from '../../../../../src/core/index.ts';
import type { MonitoringSettings } from '../../../../../src/setup/render/monitoring/settings.ts';
import { expectStates } from './expect-states.ts';
import type { Expected, RuleTest } from './rule-test.ts';
import { type Act, type Scene, scraped } from './scene.ts';
import { counterSeries, gaugeSeries, type InputSeries } from './series.ts';
import { evaluationAt, firesAt, type Intervals, justBeyond } from './timing.ts';

export interface SpecialTest {
  rule: AlertRule;
  intervals: Intervals;
  settings: Pick<MonitoringSettings, 'runbookBase' | 'deployment'>;
  prefix: string;
}

function group(
  { rule, intervals, settings }: SpecialTest,
  name: string,
  series: readonly InputSeries[],
  expected: Expected[],
  labels: Readonly<Record<string, string>> = {},
): RuleTest {
  return {
    name: `${rule.name} ${name}`,
    interval: durationLiteral(intervals.scrapeMs),
    input_series: series,
    ...expectStates(rule, labels, settings, expected),
  };
}

/** Pending from an evaluation on, firing when its `for` has gone by. */
function pendingThenFiring(
  { rule, intervals }: SpecialTest,
  sinceMs: number,
  valueAt: (atMs: number) => number,
): Expected[] {
  const fireMs = firesAt(sinceMs, rule, intervals);
  const beforeMs = fireMs - intervals.evaluationMs;
  return [
    ...(fireMs > sinceMs
      ? [{ atMs: sinceMs, state: 'pending' } as const, { atMs: beforeMs, state: 'pending' } as const]
      : []),
    { atMs: fireMs, state: 'firing', value: valueAt(fireMs) },
  ];
}

/** A rule on the age of an instant: quiet at the very limit, pending after it, and also when there is none at all. */
export function ageTests(test: SpecialTest): RuleTest[] {
  const { rule, intervals } = test;
  const { scrapeMs, evaluationMs } = intervals;
  const limitMs = (rule.limit?.value ?? 0) * 1000;
  const lastQuietMs = Math.floor(limitMs / evaluationMs) * evaluationMs;
  const sinceMs = lastQuietMs + evaluationMs;
  const fireMs = firesAt(sinceMs, rule, intervals);
  const metric = 'vigil_last_cycle_timestamp_seconds';
  const samples = Math.ceil(fireMs / scrapeMs) + 2;
  // Time begins at 0 here, so that a cycle that ended at 0 is as old as the test.
  const ended = gaugeSeries(metric, scraped.tests, [
    { samples, value: 0 },
    { samples: 2, value: (samples * scrapeMs) / 1000 },
  ]);
  const againMs = evaluationAt(samples * scrapeMs, intervals);
  const ending = counterSeries(metric, scraped.tests, [{ samples, value: scrapeMs / 1000 }]);
  const age = (atMs: number) => atMs / 1000;
  return [
    group(
      test,
      'fires when the last cycle is too old, until the next one ends',
      [ended],
      [
        { atMs: lastQuietMs, state: 'quiet' },
        ...pendingThenFiring(test, sinceMs, age),
        { atMs: againMs, state: 'quiet' },
      ],
    ),
    group(
      test,
      'fires also when the runner is gone and exposes nothing',
      [{ ...ended, values: '0 stale' }],
      pendingThenFiring(test, sinceMs, age),
    ),
    group(
      test,
      'fires when there was never a cycle',
      [],
      pendingThenFiring(test, 0, () => 1),
    ),
    group(
      test,
      'is quiet while cycles end',
      [ending],
      [
        { atMs: sinceMs, state: 'quiet' },
        { atMs: fireMs, state: 'quiet' },
      ],
    ),
  ];
}

/** A rule on absence: fires without data, or when data ends, and never while there is any. */
export function absenceTests(test: SpecialTest): RuleTest[] {
  const { rule, intervals, prefix } = test;
  const fireMs = firesAt(0, rule, intervals);
  const samples = Math.ceil(fireMs / intervals.scrapeMs) + 2;
  const there = counterSeries(`${prefix}_operations_total`, scraped.orchestration, [{ samples, value: 1 }]);
  const gone = evaluationAt(intervals.scrapeMs, intervals);
  return [
    group(
      test,
      'fires without data, until there is some',
      [{ ...there, values: `_x${samples} 1+1x2` }],
      [
        ...pendingThenFiring(test, 0, () => 1),
        { atMs: evaluationAt(samples * intervals.scrapeMs, intervals), state: 'quiet' },
      ],
    ),
    group(
      test,
      'fires when the data ends',
      [{ ...there, values: '1 stale' }],
      [{ atMs: 0, state: 'quiet' }, ...pendingThenFiring(test, gone, () => 1)],
    ),
    group(test, 'is quiet while there is data', [there], [{ atMs: fireMs, state: 'quiet' }]),
  ];
}

/** A rule on each service: fires for one of which nothing is known, and names it. */
export function absentServiceTest(test: SpecialTest): RuleTest {
  const samples = Math.ceil(firesAt(0, test.rule, test.intervals) / test.intervals.scrapeMs) + 2;
  return group(
    test,
    'fires for a service that is not scraped at all',
    [gaugeSeries('up', scraped.orchestration, [{ samples, value: 1 }])],
    pendingThenFiring(test, 0, () => 1),
    { job: scraped.planner.job, service: 'planner' },
  );
}

/** A rule on live traffic: quiet past its limit while there are too few operations to tell. */
export function fewOperationsTest(test: SpecialTest, scene: Scene): RuleTest {
  const { rule, intervals } = test;
  const { scrapeMs, evaluationMs } = intervals;
  const endMs = firesAt(evaluationAt(scrapeMs, intervals), rule, intervals) + 2 * evaluationMs;
  const value = justBeyond(rule.limit?.value ?? 0, 'above');
  const series = scene.series([{ samples: Math.ceil(endMs / scrapeMs) + 1, value }]);
  return group(test, 'is quiet over too few operations', series, [{ atMs: endMs, state: 'quiet' }]);
}

/** A rule on how often a gauge changes: fires at one change more than its limit, per check. */
export function flipTests(test: SpecialTest): RuleTest[] {
  const { rule, intervals } = test;
  const limit = rule.limit?.value ?? 0;
  const labels = { check: 'C07', group: 'monitoring' };
  const flipping = (changes: number) => {
    const flips = Array.from({ length: changes + 1 }, (_, index) => ({ samples: 1, value: index % 2 }));
    const rest = { samples: 3, value: changes % 2 };
    const steady = [{ samples: changes + 4, value: 1 }];
    return [
      gaugeSeries('vigil_check_status', { ...scraped.tests, ...labels }, [...flips, rest]),
      gaugeSeries('vigil_check_status', { ...scraped.tests, check: 'C06', group: 'monitoring' }, steady),
    ];
  };
  const tooMany = Math.floor(limit) + 1;
  const atMs = (changes: number) => evaluationAt(changes * intervals.scrapeMs, intervals);
  return [
    group(
      test,
      'fires at one change more than its limit',
      flipping(tooMany),
      [
        { atMs: atMs(tooMany) - intervals.evaluationMs, state: 'quiet' },
        { atMs: atMs(tooMany), state: 'firing', value: tooMany },
      ],
      { check: labels.check },
    ),
    group(test, 'is quiet at its limit', flipping(tooMany - 1), [
      { atMs: atMs(tooMany + 2), state: 'quiet' },
    ]),
  ];
}

/** A burn rule needs both of its windows: a burst that only the short one shows is quiet. */
export function burstTest(test: SpecialTest, scene: Scene): RuleTest {
  const { rule, intervals } = test;
  const { scrapeMs } = intervals;
  // Half of the long window's traffic so far is healthy, all of the short one's burns just too fast.
  const samples = Math.ceil(((rule.spans.short ?? 0) * 1000) / scrapeMs) + 1;
  const acts: Act[] = [
    { samples, value: 0 },
    { samples, value: justBeyond(rule.limit?.value ?? 0, 'above') },
  ];
  const endMs = (2 * samples - 1) * scrapeMs;
  return group(test, 'is quiet over a burst that only its short window shows', scene.series(acts), [
    { atMs: Math.floor(endMs / intervals.evaluationMs) * intervals.evaluationMs, state: 'quiet' },
  ]);
}
