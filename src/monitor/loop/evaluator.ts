import {
  type AlertRecord,
  type AlertRule,
  type ChannelStatistics,
  declaredPrefix,
  declaredWindows,
  type EngineState,
  enqueue,
  goneReadings,
  healthCheckRule,
  initialState,
  isUndelivered,
  type NotificationEvent,
  type Observation,
  observeChannels,
  type RollbackTriggers,
  rollbackCalls,
  type SignalValues,
  type StepInputs,
  type StepResult,
  step,
} from '../../alerts/index.ts';
import type { Redactor, VigilConfig } from '../../core/index.ts';
import type { History } from '../../history/index.ts';
import type { CheckOutcome } from '../../suite/index.ts';
import { type EventContext, eventsOf, streamOfAlert } from './alert-events.ts';
import { type JudgedCycle, type JudgeOptions, openJudge } from './judge.ts';
import { alertLines } from './loop-lines.ts';
import { savedState } from './saved-state.ts';
import { openSentinelAlert, type Sentinel } from './sentinel-alert.ts';

export interface EvaluatorOptions
  extends Omit<JudgeOptions, 'rules'>,
    Omit<EventContext, 'rules' | 'outcomes' | 'channels'> {
  /** With the tables of `createOutboxTables` in its database. */
  history: History;
  /** Planned works by the configuration. */
  maintenance: VigilConfig['maintenance'];
  route: (event: NotificationEvent) => readonly string[];
  /** How each channel delivers now. */
  channels?: (() => Readonly<Record<string, ChannelStatistics>>) | undefined;
  redactor: Redactor;
  /** Names of the channels that interrupt somebody; what none of them delivers explains nothing. */
  interrupting?: readonly string[] | undefined;
  /** Why nobody need act on a call for a rollback any more. */
  rollbackAnswer?: StepInputs['answerOf'];
  /** Told which alerts begin and end to fire, a line each. */
  say?(line: string): void;
  /** Told what could not be judged, and why. */
  warn?(text: string): void;
}

export interface Evaluator {
  /** The rules that are judged now. */
  rules(): readonly AlertRule[];
  /** Signals as the recorded samples show them, as they were judged last if that is not long ago; what has no data is absent. */
  values(atMs: number): SignalValues;
  /**
   * Judges every rule, and every check after a cycle; what changes is recorded and queued in one transaction. `isWhole`:
   * the cycle names every check that is expected, so that an alert of another check is over.
   */
  evaluate(atMs: number, outcomes?: readonly CheckOutcome[], isWhole?: boolean): void;
  /** The same in short parts, between which the loop goes on; one evaluation after the other. */
  evaluateInTurns(atMs: number, outcomes?: readonly CheckOutcome[], isWhole?: boolean): Promise<void>;
  /** Sends the sentinel with the alerts of the next cycle; without one, the one on its way is over. */
  sendSentinel(sentinel: Sentinel | undefined): void;
  /** Says that a cycle comes at other intervals from now on. */
  setCycleInterval(intervalMs: number): void;
  /** Tells anew what fires, because what was told may be lost; a channel that knows it already is not told twice. */
  forgetTold(): void;
  /** Queues something that is no alert. */
  notify(event: NotificationEvent, atMs: number): void;
  /** Whether each trigger calls for a rollback by new failures; one that is unknown or pending is absent. */
  triggers(): RollbackTriggers;
  state(): EngineState;
}

/**
 * Keeps the windows of the configuration that are open now beside those by command, so that whoever reads the
 * history sees them. One that the configuration no longer declares ends now.
 */
function keepDeclaredWindows(history: History, declared: VigilConfig['maintenance'], nowMs: number): void {
  const open = declaredWindows(declared, nowMs, nowMs);
  const kept = history.maintenance(nowMs, nowMs).filter(({ id }) => id.startsWith(declaredPrefix));
  for (const window of open) {
    if (!kept.some(({ id }) => id === window.id))
      history.saveMaintenance({ ...window, who: 'the configuration' });
  }
  for (const window of kept) {
    if (!open.some(({ id }) => id === window.id)) history.saveMaintenance({ ...window, toMs: nowMs });
  }
}

/** How long the delivery of an alert may take before it counts as not delivered. */
const deliveryMs = 60_000;

/** Records what a step changed, and what it kept silent. */
function record(history: History, { transitions, muted }: StepResult): void {
  for (const { rule: alert, labels, from, to, atMs: timeMs, value } of transitions)
    history.recordTransition({ timeMs, alert, labels, from, to, value });
  for (const { rule: alert, labels, fingerprint: alertKey, atMs: timeMs, mute } of muted)
    history.recordMute({ timeMs, alert, alertKey, labels, ...mute });
}

/** An alert that was opened under the former name of a check goes on under it, so that its end is told where its begin was. */
function asOpened(
  state: EngineState,
  observations: readonly Observation[],
  outcomes: readonly CheckOutcome[],
): Observation[] {
  const former = new Map(outcomes.map(({ id, was }) => [id, was]));
  const open = Object.values(state.alerts).filter(
    ({ rule, status }) => rule === healthCheckRule.name && status !== 'resolved',
  );
  return observations.map((observation) => {
    const { rule, labels } = observation;
    const was = rule === healthCheckRule.name ? former.get(labels?.check ?? '') : undefined;
    const alert =
      was === undefined || was === labels?.check
        ? undefined
        : open.find(({ labels: { check } }) => check === was);
    return alert ? { ...observation, labels: alert.labels } : observation;
  });
}

/** The end of alerts of checks that a whole cycle no longer names. */
function forgottenChecks(state: EngineState, outcomes: readonly CheckOutcome[]): Observation[] {
  const ids = new Set(outcomes.flatMap(({ id, was = id }) => [id, was]));
  return goneReadings(state, healthCheckRule.name, ({ check = '' }) => ids.has(check));
}

/** Opens the evaluation of alerts on an evidence history; pending times and what was told survive a restart with it. */
export function openEvaluator(options: EvaluatorOptions): Evaluator {
  const { history } = options;
  const judgeAt = (cycleIntervalMs: number) => openJudge({ ...options, cycleIntervalMs });
  let judge = judgeAt(options.cycleIntervalMs);
  // A saved state of another version means a watch that has seen nothing, not a crash.
  let state = savedState(history, 'alerts') ?? initialState();
  let triggers: RollbackTriggers = {};
  let last: JudgedCycle | undefined;
  let latest: { atMs: number; values: SignalValues } | undefined;
  /** Ends when those that were begun have. */
  let evaluations: Promise<void> = Promise.resolve();
  const sentinel = openSentinelAlert({ ...options, rules: [], outcomes: [], channels: undefined });

  const queue = (events: readonly NotificationEvent[], nowMs: number) =>
    enqueue(history.database, events, { route: options.route, redactor: options.redactor, nowMs });

  /** What could not be judged lately, by rule; said again only when it changes. */
  const problems = new Map<string, string>();
  const warnOnce = (observations: readonly Observation[]) => {
    for (const { rule, problem } of observations) {
      if (problem === undefined) problems.delete(rule);
      else if (problems.get(rule) !== problem) {
        problems.set(rule, problem);
        options.warn?.(`the rule ${rule} could not be judged: ${problem}`);
      }
    }
  };

  /** The alerts that were told, and that no channel to somebody has delivered in its time. */
  const undeliveredAlerts = (atMs: number): Set<string> => {
    const { interrupting = [], probe } = options;
    const told = Object.values(state.alerts).filter(
      ({ status, told }) => status === 'firing' && told && atMs - told.firstMs > deliveryMs,
    );
    if (interrupting.length === 0) return new Set();
    const isWaiting = (alert: AlertRecord) =>
      isUndelivered(history.database, interrupting, {
        stream: streamOfAlert(alert, probe),
        sinceMs: alert.told?.firstMs ?? atMs,
      });
    return new Set(told.filter(isWaiting).map(({ fingerprint }) => fingerprint));
  };

  /** What an evaluation saw is carried out: what changes is recorded and queued in one transaction. */
  const settle = (
    atMs: number,
    seen: ReturnType<typeof judge.observe>,
    outcomes: readonly CheckOutcome[] | undefined,
    isWhole: boolean,
  ) => {
    const channels = options.channels?.() ?? {};
    const forgotten = outcomes && isWhole ? forgottenChecks(state, outcomes) : [];
    const observed = asOpened(state, seen.observations, outcomes ?? []);
    const observations = [...observed, ...forgotten, ...observeChannels(channels, state)];
    warnOnce(observations);
    keepDeclaredWindows(history, options.maintenance, atMs);
    const inputs = {
      observations,
      maintenance: history.maintenance(atMs, atMs),
      acknowledgements: history.acknowledgements(0, atMs),
      undelivered: undeliveredAlerts(atMs),
      answerOf: options.rollbackAnswer,
    };
    const result = step(state, inputs, atMs, judge.setup);
    const travelling = sentinel.evaluate(atMs, outcomes !== undefined);
    const events = eventsOf(result.notifications, {
      ...options,
      rules: judge.rules,
      outcomes: last?.outcomes ?? [],
      channels,
    });
    history.transaction(() => {
      record(history, result);
      queue([...events, ...travelling.events], atMs);
      history.saveState('alerts', result.state);
    });
    // Only what is written is true: a transaction that failed leaves the old state, and the next step tries again.
    state = result.state;
    for (const line of alertLines(result)) options.say?.(line);
    travelling.queued();
    triggers = rollbackCalls(seen.rollback, state);
    latest = { atMs, values: seen.values };
  };

  return {
    rules: () => judge.rules,
    values: (atMs) =>
      latest && atMs >= latest.atMs && atMs - latest.atMs < 2 * options.evaluationIntervalMs
        ? latest.values
        : judge.values(history, atMs),
    setCycleInterval(intervalMs) {
      judge = judgeAt(intervalMs);
    },
    state: () => state,
    triggers: () => triggers,
    forgetTold() {
      state = structuredClone(state);
      for (const alert of Object.values(state.alerts)) if (alert.status === 'firing') delete alert.told;
    },
    sendSentinel: sentinel.send,
    notify: (event, atMs) => void history.transaction(() => queue([event], atMs)),
    evaluate(atMs, outcomes, isWhole = false) {
      if (outcomes) last = { outcomes, atMs };
      settle(atMs, judge.observe(history, atMs, last, outcomes !== undefined), outcomes, isWhole);
    },
    evaluateInTurns(atMs, outcomes, isWhole = false) {
      const evaluation = evaluations.then(async () => {
        if (outcomes) last = { outcomes, atMs };
        const seen = await judge.observeInTurns(history, atMs, last, outcomes !== undefined);
        settle(atMs, seen, outcomes, isWhole);
      });
      evaluations = evaluation.catch(() => undefined);
      return evaluation;
    },
  };
}
