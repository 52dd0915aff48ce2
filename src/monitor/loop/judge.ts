import {
  type AlertRule,
  alertRules,
  defaultPolicy,
  type EngineSetup,
  engineSetup,
  evaluate,
  type Observation,
  observeChecks,
  observeRollback,
  observeRules,
  type SampleSource,
  type SignalNaming,
  type SignalValues,
  scaledBy,
  signalExpressions,
} from '../../alerts/index.ts';
import type { SignalName, ThresholdTable } from '../../core/index.ts';
import { type Baseline, type CheckOutcome, isNewFailure } from '../../suite/index.ts';

/** What alerts are judged by. */
export interface JudgeOptions {
  table: ThresholdTable;
  naming: SignalNaming;
  baseline: Baseline;
  evaluationIntervalMs: number;
  cycleIntervalMs: number;
  /** A service without metrics lacks none. */
  withoutMetrics?: boolean | undefined;
  /** Rules with other times than the table and the definitions give them. */
  rules?: readonly AlertRule[] | undefined;
}

/** The outcomes of a cycle, and when they were first judged. */
export interface JudgedCycle {
  outcomes: readonly CheckOutcome[];
  atMs: number;
}

/** Turns samples and outcomes into the readings of the engine; the same on a running watch and on recorded evidence. */
export interface Judge {
  rules: readonly AlertRule[];
  setup: EngineSetup;
  /** Signals as the samples show them; what has no data is absent. */
  values(source: SampleSource, atMs: number): SignalValues;
  /** Readings of every rule and trigger, and of every check of the last cycle when it has just ended. */
  observe(
    source: SampleSource,
    atMs: number,
    last: JudgedCycle | undefined,
    hasJustEnded: boolean,
  ): { observations: Observation[]; rollback: Observation[] };
}

/** Opens the judgement under one set of limits. */
export function openJudge(options: JudgeOptions): Judge {
  const { table, naming, baseline, evaluationIntervalMs, cycleIntervalMs } = options;
  const rules = (options.rules ?? alertRules(table, naming, cycleIntervalMs)).filter(
    ({ name }) => !(options.withoutMetrics && name === 'ObservabilityMetricsMissing'),
  );
  const groupWaitMs = scaledBy(naming, defaultPolicy.groupWaitMs);
  const expressions = Object.entries(signalExpressions(naming)).filter(([name]) => name in table);

  const values = (source: SampleSource, atMs: number): SignalValues =>
    Object.fromEntries(
      expressions.flatMap(([name, expression]) => {
        const value = evaluate(expression, source, atMs);
        return value === undefined || Number.isNaN(value) ? [] : [[name as SignalName, value]];
      }),
    );

  return {
    rules,
    setup: engineSetup(rules, { evaluationIntervalMs, groupWaitMs }, cycleIntervalMs),
    values,
    observe(source, atMs, last, hasJustEnded) {
      // A runner that hangs must not go on proving what its last cycle showed.
      const fresh = last && atMs - last.atMs <= 1.5 * cycleIntervalMs ? last.outcomes : undefined;
      const failing = (fresh ?? []).filter(({ outcome }) => outcome === 'fail');
      const isKnown = (check: string) =>
        baseline.has(check) &&
        !failing.some((outcome) => outcome.id === check && isNewFailure(outcome, baseline));
      const rollback = observeRollback(
        { values: values(source, atMs), isKnown, outcomes: fresh },
        table,
        naming,
      );
      return {
        rollback,
        observations: [
          ...observeRules(rules, source, atMs),
          ...rollback,
          ...(last && hasJustEnded
            ? observeChecks(last.outcomes, (check) => isNewFailure(check, baseline))
            : []),
        ],
      };
    },
  };
}
