import {
  type AlertRule,
  alertRules,
  defaultPolicy,
  dependencyInhibitions,
  type EngineSetup,
  engineSetup,
  evaluate,
  instanceReleaseMetric,
  isDownBesideRelease,
  type JudgedRelease,
  judgeCondition,
  type Observation,
  observeChecks,
  observeRollback,
  observeRules,
  type SampleSource,
  type Series,
  type SignalNaming,
  type SignalValues,
  scaledBy,
  seenBeforeMs,
  signalExpressions,
  trafficCondition,
} from '../../alerts/index.ts';
import {
  atOnce,
  type Dependency,
  holds,
  inTurns,
  type SignalName,
  type ThresholdTable,
} from '../../core/index.ts';
import { HistoryError } from '../../history/index.ts';
import { type Baseline, type CheckOutcome, isNewFailure } from '../../suite/index.ts';

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

type Question = Parameters<SampleSource['series']>;
const keyOf = (question: Question): string => JSON.stringify(question);

/** A source of which one evaluation asks the same only once, as several rules do; with what was read ahead. */
function askedOnce(source: SampleSource, ahead: ReadonlyMap<string, Series[]> = new Map()): SampleSource {
  const answers = new Map(ahead);
  const { newest } = source;
  return {
    ...(newest && { newest: (...question: Question) => newest(...question) }),
    series(...question) {
      const key = keyOf(question);
      const known = answers.get(key) ?? source.series(...question);
      answers.set(key, known);
      return [...known];
    },
  };
}

/** Reads in parts, which may be interrupted, what `ask` will ask a source for; it asks the same whatever it is answered. */
function* readAhead(
  source: SampleSource,
  ask: (source: SampleSource) => void,
): Generator<undefined, Map<string, Series[]>> {
  const questions = new Map<string, Question>();
  ask({
    series(...question) {
      questions.set(keyOf(question), question);
      return [];
    },
    newest: () => [],
  });
  const answers = new Map<string, Series[]>();
  for (const [key, question] of source.seriesInParts ? questions : []) {
    try {
      answers.set(key, (yield* source.seriesInParts?.(...question) ?? []) ?? []);
    } catch {
      // Asked again by who needs it, it fails again.
    }
  }
  return answers;
}

/** What a deployment shows with more series than are read is unknown. */
function unlessRefused<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (thrown) {
    if (thrown instanceof HistoryError && thrown.failure === 'refused') return undefined;
    throw thrown;
  }
}

/** A signal that rose by more was not so before: windows of few operations differ by chance. */
const mostRise = 1.5;

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

  function* valuing(source: SampleSource, atMs: number): Generator<undefined, SignalValues> {
    const found: SignalValues = {};
    for (const [name, expression] of expressions) {
      yield;
      const value = unlessRefused(() => evaluate(expression, source, atMs));
      if (value !== undefined && !Number.isNaN(value)) found[name as SignalName] = value;
    }
    return found;
  }

  const ofTraffic = (['errorRatio', 'latencyP95'] as const).flatMap((signal) => {
    const { rollback: bound } = table[signal];
    return bound ? [{ signal, bound, condition: trafficCondition(signal, bound, naming) }] : [];
  });

  /** The values by which a rollback may be called for: one that is over its limit by too few operations is none. */
  const tellingOf = (values: SignalValues, source: SampleSource, atMs: number): SignalValues => {
    const telling = { ...values };
    for (const { signal, bound, condition } of ofTraffic) {
      const value = values[signal];
      if (value === undefined || !holds(bound, value)) continue;
      const isTold = judgeCondition(condition, source, atMs).some(({ state }) => state === 'breached');
      if (!isTold) delete telling[signal];
    }
    return telling;
  };

  /** Whether what is down says nothing of the release that is judged. */
  const isBesideRelease = (values: SignalValues, source: SampleSource, atMs: number): boolean => {
    const { rollback: bound } = table.uptime;
    if (!bound || values.uptime === undefined || !holds(bound, values.uptime)) return false;
    const deployment = options.deploymentAt?.(atMs);
    return deployment !== undefined && isDownBesideRelease(source, naming.services, deployment, atMs);
  };

  let before: { deployedMs: number; values: SignalValues } | undefined;
  /**
   * Signals of live traffic before a deployment, of those that were past their limits; asked once for each. None where an
   * instance said the release already, which was recorded late, or where nobody says a release.
   */
  const pastBefore = (source: SampleSource, { release, timeMs }: JudgedRelease): SignalValues => {
    if (before?.deployedMs === timeMs) return before.values;
    const said = source.series(instanceReleaseMetric, [], timeMs - seenBeforeMs, timeMs);
    const isOfOthers = said.length > 0 && said.every(({ labels }) => labels.release !== release);
    const values: SignalValues = {};
    for (const { signal, condition } of isOfOthers ? ofTraffic : []) {
      const expression = expressions.find(([name]) => name === signal)?.[1];
      const value = unlessRefused(() => {
        const told = judgeCondition(condition, source, timeMs);
        const isPast = told.some(({ state }) => state === 'breached');
        return isPast && expression ? evaluate(expression, source, timeMs) : undefined;
      });
      if (value !== undefined) values[signal] = value;
    }
    before = { deployedMs: timeMs, values };
    return values;
  };

  /** Signals of live traffic that were past their limits before the deployment and are not much worse now. */
  const wasPast = (values: SignalValues, source: SampleSource, atMs: number): Set<SignalName> => {
    const deployment = options.deploymentAt?.(atMs);
    const past = deployment ? Object.entries(pastBefore(source, deployment)) : [];
    const isNoWorse = ([name, value]: [string, number]) =>
      !((values[name as SignalName] ?? 0) > value * mostRise);
    return new Set(past.filter(isNoWorse).map(([name]) => name as SignalName));
  };

  /** The outcomes of the last cycle: a runner that hangs must not go on proving what they showed. */
  const freshOf = (last: JudgedCycle | undefined, atMs: number) =>
    last && atMs - last.atMs <= 1.5 * cycleIntervalMs ? last.outcomes : undefined;

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
    const isDownBeside = isBesideRelease(values, source, atMs);
    const telling = tellingOf(values, source, atMs);
    const rollback = observeRollback(
      { values: telling, isKnown, outcomes: fresh, isDownBeside, wasPast: wasPast(telling, source, atMs) },
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
      const rollback = observeRollback({ values: {}, outcomes, isKnown: knownBy(outcomes) }, table, naming);
      return { values: {}, rollback, observations: [...rollback, ...ofChecks(last, hasJustEnded)] };
    },
  };
}
