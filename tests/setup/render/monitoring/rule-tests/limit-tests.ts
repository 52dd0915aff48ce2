import type { AlertRule } from '../../../../../src/alerts/index.ts';
import { type Bound, durationLiteral } from '../../../../../src/core/index.ts';
import type { MonitoringSettings } from '../../../../../src/setup/render/monitoring/settings.ts';
import { expectStates } from './expect-states.ts';
import type { Expected, RuleTest } from './rule-test.ts';
import type { Act, Scene } from './scene.ts';
import { endsAt, evaluationAt, firesAt, type Intervals, justBeyond } from './timing.ts';

export interface LimitTest {
  rule: AlertRule;
  bound: Bound;
  scene: Scene;
  intervals: Intervals;
  settings: Pick<MonitoringSettings, 'runbookBase' | 'deployment'>;
}

/** Values on either side of a limit; what is no rate is quiet at the very limit, where the operator allows. */
function valuesAround({ operator, value }: Bound, isExact: boolean): { breached: number; quiet: number } {
  const isUpper = operator === '>' || operator === '>=';
  const breached = justBeyond(value, isUpper ? 'above' : 'below');
  const isQuietAtLimit = isExact && (operator === '>' || operator === '<');
  return { breached, quiet: isQuietAtLimit ? value : justBeyond(value, isUpper ? 'below' : 'above') };
}

function group(test: LimitTest, name: string, acts: readonly Act[], expected: Expected[]): RuleTest {
  const { rule, scene, intervals, settings } = test;
  return {
    name: `${rule.name} ${name}`,
    interval: durationLiteral(intervals.scrapeMs),
    input_series: scene.series(acts),
    ...expectStates(rule, scene.labels, settings, expected),
  };
}

/** Fires when it must and not before, goes on for `keep_firing_for`, is over after it; is quiet at its limit. */
export function limitTests(test: LimitTest): RuleTest[] {
  const { rule, bound, scene, intervals } = test;
  const { scrapeMs, evaluationMs } = intervals;
  const around = valuesAround(bound, !scene.isRate);
  const { breached, quiet } = scene.isBinary ? { breached: 0, quiet: 1 } : around;
  const sinceMs = scene.isRate ? evaluationAt(scrapeMs, intervals) : 0;
  const fireMs = firesAt(sinceMs, rule, intervals);
  const settledMs = evaluationAt(scene.settlesMs ?? 0, intervals);
  const breachSamples = Math.ceil(Math.max(fireMs, settledMs + evaluationMs) / scrapeMs) + 2;
  const clearMs = evaluationAt(breachSamples * scrapeMs, intervals);
  const endMs = endsAt(clearMs, rule, intervals);
  const afterSamples = Math.ceil((endMs - clearMs + 2 * evaluationMs) / scrapeMs) + 2;
  const firing = (atMs: number): Expected => ({
    atMs,
    state: 'firing',
    ...(atMs >= settledMs && { value: breached }),
  });
  // While it keeps firing the texts are those of the last value that was past the limit.
  const until = endMs > clearMs ? [firing(clearMs), firing(endMs - evaluationMs)] : [];
  const restMs = Math.max(fireMs, endsAt(settledMs + evaluationMs, rule, intervals)) + 2 * evaluationMs;
  return [
    group(
      test,
      'fires',
      [
        { samples: breachSamples, value: breached },
        { samples: 1, value: quiet, over: true },
        { samples: afterSamples, value: quiet },
      ],
      [
        ...(fireMs > sinceMs
          ? [
              { atMs: sinceMs, state: 'pending' } as const,
              { atMs: fireMs - evaluationMs, state: 'pending' } as const,
            ]
          : []),
        firing(fireMs),
        firing(clearMs - evaluationMs),
        ...until,
        { atMs: endMs, state: 'quiet' },
      ],
    ),
    group(
      test,
      'is quiet just short of its limit',
      [{ samples: Math.ceil(restMs / scrapeMs) + 1, value: quiet }],
      [
        ...(settledMs === 0 ? [{ atMs: sinceMs, state: 'quiet' } as const] : []),
        { atMs: restMs, state: 'quiet' },
      ],
    ),
  ];
}
