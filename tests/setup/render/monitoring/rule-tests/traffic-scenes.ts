import { numberText } from '../../../../../src/alerts/index.ts';
import { type Act, type Scene, type Stage, scraped } from './scene.ts';
import { counterSeries } from './series.ts';

const paceOf = ({ over }: Act, { flood, pace }: Stage): number => (over ? pace * flood : pace);

const operationsSeries = (stage: Stage, acts: readonly Act[]) =>
  counterSeries(
    `${stage.prefix}_operations_total`,
    scraped.orchestration,
    acts.map((act) => ({ samples: act.samples, value: paceOf(act, stage) })),
  );

/** A share of the operations fails; with a budget the value is a burn rate, the ratio in budgets. */
export const errorScene = (stage: Stage, budget = 1): Scene => ({
  labels: {},
  isRate: true,
  series: (acts) => [
    counterSeries(
      `${stage.prefix}_errors_total`,
      { ...scraped.orchestration, category: 'internal' },
      acts.map((act) => ({ samples: act.samples, value: paceOf(act, stage) * act.value * budget })),
    ),
    // What callers do wrong is no error, however much of it there is.
    counterSeries(
      `${stage.prefix}_errors_total`,
      { ...scraped.orchestration, category: 'validation' },
      acts.map((act) => ({ samples: act.samples, value: paceOf(act, stage) })),
    ),
    operationsSeries(stage, acts),
  ],
});

/** Exactly `q` of the operations in the bucket that ends at the value, so that the quantile is the value. */
export function quantileScene(stage: Stage, q: number): Scene {
  return {
    labels: {},
    isRate: true,
    series(acts) {
      const bounds = [...new Set(acts.map(({ value }) => value))].sort((a, b) => a - b);
      const bucket = (le: string, share: (act: Act) => number) =>
        counterSeries(
          `${stage.prefix}_operation_duration_seconds_bucket`,
          { ...scraped.orchestration, le },
          acts.map((act) => ({ samples: act.samples, value: paceOf(act, stage) * share(act) })),
        );
      return [
        ...bounds.map((bound) =>
          bucket(numberText(bound), ({ value, over }) => (value <= bound ? (over ? 1 : q) : 0)),
        ),
        bucket('+Inf', () => 1),
        operationsSeries(stage, acts),
      ];
    },
  };
}

/** A component of the planner takes the value on average. */
export const meanScene = (stage: Stage, name: string): Scene => ({
  labels: {},
  isRate: true,
  series: (acts) =>
    (['sum', 'count'] as const).map((part) =>
      counterSeries(
        `${stage.prefix}_${name}_duration_seconds_${part}`,
        scraped.planner,
        acts.map((act) => ({
          samples: act.samples,
          value: paceOf(act, stage) * (part === 'sum' ? act.value : 1),
        })),
      ),
    ),
});

/** Operations come at the value per second. */
export const throughputScene = ({ prefix, scrapeSeconds, flood, windowMs }: Stage): Scene => ({
  labels: {},
  isRate: true,
  settlesMs: windowMs,
  series: (acts) => [
    counterSeries(
      `${prefix}_operations_total`,
      scraped.orchestration,
      acts.map(({ samples, value, over }) => ({
        samples,
        value: value * scrapeSeconds * (over ? flood : 1),
      })),
    ),
  ],
});
