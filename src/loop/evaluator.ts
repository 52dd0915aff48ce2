import {
  type AlertRule,
  alertRules,
  type EngineSetup,
  type EngineState,
  engineSetup,
  initialState,
  observeChecks,
  observeRollback,
  observeRules,
  step,
} from '../alerts/index.ts';
import type { CheckDefinition } from '../catalogue/index.ts';
import type { History } from '../history/index.ts';
import { enqueue, type NotificationEvent, type Redactor } from '../notify/index.ts';
import { type Baseline, type CheckOutcome, isNewFailure } from '../outcomes/index.ts';
import { evaluate, type SignalNaming, type SignalValues, signalExpressions } from '../signals/index.ts';
import type { SignalName, ThresholdTable } from '../thresholds/index.ts';
import { eventsOf } from './alert-events.ts';

const stateKey = 'alerts';

export interface EvaluatorOptions {
  /** With the tables of `createOutboxTables` in its database. */
  history: History;
  table: ThresholdTable;
  naming: SignalNaming;
  catalogue: readonly CheckDefinition[] | undefined;
  baseline: Baseline;
  route: (event: NotificationEvent) => readonly string[];
  redactor: Redactor;
  url: string;
  rollbackAdvice?(trigger: string): string;
  evaluationIntervalMs: number;
  cycleIntervalMs: number;
}

export interface Evaluator {
  rules: readonly AlertRule[];
  /** Signals as the recorded samples show them now; what has no data is absent. */
  values(atMs: number): SignalValues;
  /** Judges every rule, and every check after a cycle; what changes is recorded and queued in one transaction. */
  evaluate(atMs: number, outcomes?: readonly CheckOutcome[]): void;
  /** Queues something that is no alert. */
  tell(event: NotificationEvent, atMs: number): void;
  state(): EngineState;
}

/** A saved state of another version means a watch that has seen nothing, not a crash. */
function restored(saved: unknown): EngineState {
  const state = saved as Partial<EngineState> | undefined;
  return state?.version === 1 && state.alerts && state.groups ? (state as EngineState) : initialState();
}

/** Opens the evaluation of alerts on an evidence history; pending times and what was told survive a restart with it. */
export function openEvaluator(options: EvaluatorOptions): Evaluator {
  const { history, table, naming, baseline } = options;
  const rules = alertRules(table, naming);
  const setup: EngineSetup = engineSetup(
    rules,
    { evaluationIntervalMs: options.evaluationIntervalMs },
    options.cycleIntervalMs,
  );
  const expressions = signalExpressions(naming);
  let state = restored(history.loadState(stateKey));
  let last: { outcomes: readonly CheckOutcome[]; atMs: number } | undefined;

  const values = (atMs: number): SignalValues =>
    Object.fromEntries(
      Object.entries(expressions).flatMap(([name, expression]) => {
        if (!(name in table)) return [];
        const value = evaluate(expression, history, atMs);
        return value === undefined || Number.isNaN(value) ? [] : [[name as SignalName, value]];
      }),
    );
  const queue = (events: readonly NotificationEvent[], nowMs: number) =>
    enqueue(history.database, events, { route: options.route, redactor: options.redactor, nowMs });

  return {
    rules,
    values,
    state: () => state,
    tell: (event, atMs) => void history.transaction(() => queue([event], atMs)),
    evaluate(atMs, outcomes) {
      if (outcomes) last = { outcomes, atMs };
      // A runner that hangs must not go on proving what its last cycle showed.
      const fresh = last && atMs - last.atMs <= 1.5 * options.cycleIntervalMs ? last.outcomes : undefined;
      const failing = (fresh ?? []).filter(({ outcome }) => outcome === 'fail');
      const isKnown = (check: string) =>
        baseline.has(check) &&
        !failing.some((outcome) => outcome.id === check && isNewFailure(outcome, baseline));
      const observations = [
        ...observeRules(rules, history, atMs),
        ...observeRollback({ values: values(atMs), isKnown, ...(fresh && { outcomes: fresh }) }, table),
        ...(outcomes ? observeChecks(outcomes, (check) => isNewFailure(check, baseline)) : []),
      ];
      const maintenance = history.maintenance(atMs, atMs).map(({ matcher, fromMs, toMs, reason }) => ({
        matchers: Object.entries(matcher).map(([label, value]) => ({ label, operator: '=' as const, value })),
        ...{ fromMs, toMs, reason },
      }));
      const acknowledgements = history
        .acknowledgements(0, atMs)
        .map(({ alertKey, who, timeMs, untilMs }) => ({
          ...{ fingerprint: alertKey, by: who, atMs: timeMs },
          ...(untilMs !== undefined && { untilMs }),
        }));
      const result = step(state, { observations, maintenance, acknowledgements }, atMs, setup);
      const events = eventsOf(result.notifications, {
        rules,
        catalogue: options.catalogue,
        outcomes: last?.outcomes ?? [],
        url: options.url,
        ...(options.rollbackAdvice && { rollbackAdvice: options.rollbackAdvice }),
      });
      history.transaction(() => {
        for (const { rule, labels, from, to, atMs: timeMs, value } of result.transitions) {
          history.recordTransition({
            timeMs,
            alert: rule,
            labels,
            from,
            to,
            ...(value !== undefined && { value }),
          });
        }
        queue(events, atMs);
        history.saveState(stateKey, result.state);
      });
      // Only what is written is true: a transaction that failed leaves the old state, and the next step tries again.
      state = result.state;
    },
  };
}
