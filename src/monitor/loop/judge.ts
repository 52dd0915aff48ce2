import {
  type AlertRule,
  alertRules,
  defaultPolicy,
  dependencyInhibitions,
  type EngineSetup,
  engineSetup,
  evaluate,
  type JudgedRelease,
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
import {
  atOnce,
  type Dependency,
  inTurns,
  type QuarantineEntry,
  type SignalName,
  type ThresholdTable,
} from '../../core/index.ts';
import { type Baseline, type CheckOutcome, isNewFailure, withoutQuarantined } from '../../suite/index.ts';
import { openRollbackEvidence } from './rollback-evidence.ts';
import { askedOnce, readAhead, unlessRefused } from './sample-questions.ts';

/** What alerts are judged by. */
export interface JudgeOptions {
  table: ThresholdTable;
  naming: SignalNaming;
  baseline: Baseline;
  evaluationIntervalMs: number;
  cycleIntervalMs: number;
  /** Of which deployment every alert says that it is. */
  deployment?: string | undefined;
  /** Whether a rollback begins by itself where one is called for; the call then waits for it. */
  isRollbackAutomatic?: boolean | undefined;
  /** The newest deployment at a time, where one is recorded. */
  deploymentAt?: ((atMs: number) => JudgedRelease | undefined) | undefined;
  /** What fails where something else does, as it is configured. */
  dependencies?: readonly Dependency[] | undefined;
  /** Checks whose failures decide nothing for a while; they are no part of the pass rate that calls for a rollback. */
  quarantine?: readonly Pick<QuarantineEntry, 'check' | 'until'>[] | undefined;
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
  observe(...judged: Judged): Observed;
  /** The same in short parts, between which the loop goes on: a deployment may have thousands of series. */
  observeInTurns(...judged: Judged): Promise<Observed>;
  /** What the outcomes of the last cycle say by themselves, where samples are not to be had. */
  observeOutcomes(atMs: number, last: JudgedCycle | undefined, hasJustEnded: boolean): Observed;
}

/** What is judged: on which samples, when, and the last cycle. */
type Judged = [source: SampleSource, atMs: number, last: JudgedCycle | undefined, hasJustEnded: boolean];

/** What was seen, with the signals that it was judged by. */
interface Observed {
  observations: Observation[];
  rollback: Observation[];
  values: SignalValues;
}

/** Opens the judgement under one set of limits. */
export function openJudge(options: JudgeOptions): Judge {
  const { table, naming, baseline, evaluationIntervalMs, cycleIntervalMs } = options;
  const rules = options.rules ?? alertRules(table, naming, cycleIntervalMs);
  const groupWaitMs = scaledBy(naming, defaultPolicy.groupWaitMs);
  const callWaitMs = options.isRollbackAutomatic
    ? Math.max(groupWaitMs, 2 * evaluationIntervalMs)
    : undefined;
  const externalLabels = options.deployment === undefined ? undefined : { deployment: options.deployment };
  const expressions = Object.entries(signalExpressions(naming)).filter(([name]) => name in table);
  const evidence = openRollbackEvidence({ table, naming, deploymentAt: options.deploymentAt });

  function* valuing(source: SampleSource, atMs: number): Generator<undefined, SignalValues> {
    const found: SignalValues = {};
    for (const [name, expression] of expressions) {
      yield;
      const value = unlessRefused(() => evaluate(expression, source, atMs));
      if (value !== undefined && !Number.isNaN(value)) found[name as SignalName] = value;
    }
    return found;
  }

  /** The outcomes of the last cycle: a runner that hangs must not go on proving what they showed. */
  const freshOf = (last: JudgedCycle | undefined, atMs: number) =>
    last && atMs - last.atMs <= 1.5 * cycleIntervalMs ? last.outcomes : undefined;

  /** Of those, what the pass rate of a rollback is judged by. */
  const ratedOf = (fresh: readonly CheckOutcome[] | undefined, atMs: number) =>
    fresh && withoutQuarantined(fresh, options.quarantine ?? [], atMs);

  /** Whether a check failed before the deployment already, and fails no otherwise now. */
  const knownBy = (fresh: readonly CheckOutcome[] | undefined) => {
    const failing = (fresh ?? []).filter(({ outcome }) => outcome === 'fail');
    return (check: string) =>
      baseline.has(check) &&
      !failing.some((outcome) => outcome.id === check && isNewFailure(outcome, baseline));
  };

  const ofChecks = (last: JudgedCycle | undefined, hasJustEnded: boolean): Observation[] =>
    last && hasJustEnded ? observeChecks(last.outcomes, (check) => isNewFailure(check, baseline)) : [];

  function* observing(...[given, atMs, last, hasJustEnded]: Judged): Generator<undefined, Observed> {
    const ahead = yield* readAhead(given, (source) => {
      for (const [, expression] of expressions) evaluate(expression, source, atMs);
      observeRules(rules, source, atMs);
    });
    const source = askedOnce(given, ahead);
    const values = yield* valuing(source, atMs);
    const fresh = freshOf(last, atMs);
    const isKnown = knownBy(fresh);
    const sufficient = evidence.sufficient(values, source, atMs);
    const rollback = observeRollback(
      {
        values: sufficient,
        isKnown,
        outcomes: ratedOf(fresh, atMs),
        isDownOutside: evidence.isDownOutside(values, source, atMs),
        wasPast: evidence.wasPast(sufficient, source, atMs),
      },
      table,
      naming,
    );
    const ofRules: Observation[] = [];
    for (const rule of rules) {
      yield;
      ofRules.push(...observeRules([rule], source, atMs, fresh));
    }
    return { values, rollback, observations: [...ofRules, ...rollback, ...ofChecks(last, hasJustEnded)] };
  }

  return {
    rules,
    setup: engineSetup(
      rules,
      { evaluationIntervalMs, groupWaitMs, callWaitMs, externalLabels },
      cycleIntervalMs,
      dependencyInhibitions(options.dependencies ?? []),
    ),
    values: (source, atMs) => atOnce(valuing(askedOnce(source), atMs)),
    observe: (...judged) => atOnce(observing(...judged)),
    observeInTurns: (...judged) => inTurns(observing(...judged)),
    observeOutcomes(atMs, last, hasJustEnded) {
      const outcomes = freshOf(last, atMs);
      const rated = ratedOf(outcomes, atMs);
      const rollback = observeRollback(
        { values: {}, outcomes: rated, isKnown: knownBy(outcomes) },
        table,
        naming,
      );
      return { values: {}, rollback, observations: [...rollback, ...ofChecks(last, hasJustEnded)] };
    },
  };
}
