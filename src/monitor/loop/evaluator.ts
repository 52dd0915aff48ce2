import {
  type AlertEvent,
  type AlertRecord,
  type AlertRule,
  type ChannelStatistics,
  declaredPrefix,
  declaredWindows,
  type EngineState,
  type Escalation,
  type InstanceRelease,
  initialState,
  isUndelivered,
  type NotificationEvent,
  type Observation,
  observeChannels,
  observeRecording,
  observeReleases,
  observeWitness,
  openSpareOutbox,
  type RollbackTriggers,
  rollbackCalls,
  type SignalValues,
  type SpareOutbox,
  type StepInputs,
  step,
  withOutlived,
} from '../../alerts/index.ts';
import type { Witness } from '../../clients/index.ts';
import type { Redactor, VigilConfig } from '../../core/index.ts';
import type { History } from '../../history/index.ts';
import type { CheckOutcome } from '../../suite/index.ts';
import { type EventContext, eventsOf, streamOfAlert } from './alert-events.ts';
import { summaryOf } from './alert-words.ts';
import { escalationsOf } from './escalate.ts';
import { type JudgedCycle, type JudgeOptions, openJudge } from './judge.ts';
import { openStepKeeper } from './keep-step.ts';
import type { Leadership } from './leadership.ts';
import { alertLines, escalatedLine } from './loop-lines.ts';
import type { Recording } from './recording.ts';
import { asOpened, forgottenChecks } from './renamed-checks.ts';
import { savedState } from './saved-state.ts';
import { openSentinelAlert, type Sentinel } from './sentinel-alert.ts';
import { continueNotified, endsOfUnseen } from './taken-over.ts';

export interface EvaluatorOptions
  extends Omit<JudgeOptions, 'rules' | 'deploymentAt'>,
    Omit<EventContext, 'rules' | 'outcomes' | 'channels' | 'unrecorded'> {
  /** With the tables of `createOutboxTables` in its database. */
  history: History;
  /** Planned works by the configuration. */
  maintenance: VigilConfig['maintenance'];
  route: (event: NotificationEvent) => readonly string[];
  /** Which channels hear of an alert when nobody has acknowledged it for a while. */
  escalate?: ((event: AlertEvent) => readonly Escalation[]) | undefined;
  /** How each channel delivers now. */
  channels?: (() => Readonly<Record<string, ChannelStatistics>>) | undefined;
  redactor: Redactor;
  /** Names of the channels that interrupt somebody; what none of them delivers explains nothing. */
  interrupting?: readonly string[] | undefined;
  /** Why nobody need act on a call for a rollback any more. */
  rollbackAnswer?: StepInputs['answerOf'];
  /** Whether the watch itself is cut off, where witnesses can tell. */
  witness?: Pick<Witness, 'isOffline'> | undefined;
  /** Whether this Vigil tells people, of several that share a ledger; it does without. */
  leadership?: Pick<Leadership, 'tells' | 'holdBack' | 'openNotified' | 'noteEnds'> | undefined;
  /** Whether the history can be written; what is to be told waits in `outbox`, also while it can't. */
  recording?: Recording | undefined;
  outbox?: SpareOutbox | undefined;
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
   * Judges every rule, and every check after a cycle; what changes is recorded and queued in one transaction. While the
   * history can't be written, the checks alone are judged, and what changes is kept in memory until it can. `isWhole`:
   * the cycle names every check that is expected, so that an alert of another check is over. `releases`: whether each
   * instance runs the release that it must, as the cycle saw it.
   */
  evaluate(
    atMs: number,
    outcomes?: readonly CheckOutcome[],
    isWhole?: boolean,
    releases?: readonly InstanceRelease[],
  ): void;
  /** The same in short parts, between which the loop goes on; one evaluation after the other. */
  evaluateInTurns(
    atMs: number,
    outcomes?: readonly CheckOutcome[],
    isWhole?: boolean,
    releases?: readonly InstanceRelease[],
  ): Promise<void>;
  /** Sends the sentinel with the alerts of the next cycle; without one, the one on its way is over. */
  sendSentinel(sentinel: Sentinel | undefined): void;
  /** Says that a cycle comes at other intervals from now on. */
  setCycleInterval(intervalMs: number): void;
  /** Tells anew what fires, because what was told may be lost; a channel that knows it already is not told twice. */
  forgetNotified(): void;
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

/** Opens the evaluation of alerts on an evidence history; pending times and what was told survive a restart with it. */
export function openEvaluator(options: EvaluatorOptions): Evaluator {
  const { history } = options;
  const deploymentAt = (atMs: number) => history.deployments(0, atMs).at(-1);
  const judgeAt = (cycleIntervalMs: number) => openJudge({ ...options, cycleIntervalMs, deploymentAt });
  let judge = judgeAt(options.cycleIntervalMs);
  // A saved state of another version means a watch that has seen nothing, not a crash.
  let state = savedState(history, 'alerts') ?? initialState();
  let triggers: RollbackTriggers = {};
  let last: JudgedCycle | undefined;
  let latest: { atMs: number; values: SignalValues } | undefined;
  /** Ends when those that were begun have. */
  let evaluations: Promise<void> = Promise.resolve();
  const sentinel = openSentinelAlert({ ...options, rules: [], outcomes: [], channels: undefined });

  const { recording } = options;
  const outbox = options.outbox ?? openSpareOutbox(() => history.database);
  const keeper = openStepKeeper({ ...options, outbox });

  /** What the history answers, or what is assumed while it can't be used. */
  const ask = <T>(question: () => T, otherwise: T): T => {
    try {
      return question();
    } catch (thrown) {
      if (!recording?.failed(thrown)) throw thrown;
      return otherwise;
    }
  };

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
    const { interrupting = [] } = options;
    const overdue = Object.values(state.alerts).filter(
      ({ status, told }) => status === 'firing' && told && atMs - told.firstMs > deliveryMs,
    );
    if (interrupting.length === 0) return new Set();
    const isWaiting = (alert: AlertRecord) =>
      isUndelivered(history.database, interrupting, {
        stream: streamOfAlert({ ...alert, externalLabels: alert.told?.externalLabels }, options),
        sinceMs: alert.told?.firstMs ?? atMs,
      });
    return new Set(overdue.filter(isWaiting).map(({ fingerprint }) => fingerprint));
  };

  /** What an evaluation saw is carried out: what changes is recorded and queued in one transaction. */
  const settle = (
    atMs: number,
    seen: ReturnType<typeof judge.observe>,
    outcomes: readonly CheckOutcome[] | undefined,
    isWhole: boolean,
    releases: readonly InstanceRelease[],
  ) => {
    const channels = options.channels?.() ?? {};
    const forgotten = outcomes && isWhole ? forgottenChecks(state, outcomes) : [];
    const named = asOpened(state, seen.observations, outcomes ?? []);
    const observed = withOutlived(named, state, judge.rules);
    // Of what a watch that is cut off has seen nothing is known.
    const isOffline = options.witness?.isOffline() ?? false;
    const ofReleases = outcomes ? observeReleases(releases, state) : [];
    const known = isOffline ? [] : [...observed, ...forgotten, ...ofReleases];
    const observations = [
      ...known,
      ...observeChannels(channels, state),
      ...(options.witness ? [observeWitness(isOffline)] : []),
      ...(recording ? [observeRecording(recording.trouble() === undefined)] : []),
    ];
    warnOnce(observations);
    ask(() => keepDeclaredWindows(history, options.maintenance, atMs), undefined);
    const inputs = {
      observations,
      maintenance: ask(
        () => history.maintenance(atMs, atMs),
        declaredWindows(options.maintenance, atMs, atMs),
      ),
      acknowledgements: ask(() => history.acknowledgements(0, atMs), []),
      undelivered: ask(() => undeliveredAlerts(atMs), new Set<string>()),
      answerOf: options.rollbackAnswer,
    };
    const scene = { open: options.leadership?.openNotified() ?? [], setup: judge.setup, watcher: options };
    const result = step(continueNotified(state, scene), inputs, atMs, judge.setup);
    const ends = endsOfUnseen(result.state, scene, { observations, isWhole, atMs });
    const travelling = sentinel.evaluate(atMs, outcomes !== undefined);
    const unrecorded = recording?.trouble();
    const context = { ...options, rules: judge.rules, outcomes: last?.outcomes ?? [], channels, unrecorded };
    const events = [...eventsOf(result.notifications, context), ...ends];
    const isTelling = options.leadership?.tells() ?? true;
    const { escalate } = options;
    const { groupBy } = judge.setup.policy;
    const given = escalate && { groupBy, context, escalate, database: outbox.database() };
    const late = given && isTelling ? ask(() => escalationsOf(result.state, events, given, atMs), []) : [];
    const escalated = keeper.keep({ result, events, travelling: travelling.events, late, isTelling, atMs });
    state = result.state;
    for (const line of alertLines(result, (one) => summaryOf(one, context))) options.say?.(line);
    for (const one of escalated) if (one.event.state === 'firing') options.say?.(escalatedLine(one));
    travelling.queued();
    triggers = rollbackCalls(isOffline ? [] : seen.rollback, state);
    latest = { atMs, values: seen.values };
  };

  /** What there is to judge by now: while nothing can be recorded, the samples in the history are of before. */
  const observeNow = async (atMs: number, hasJustEnded: boolean) => {
    try {
      if (!recording?.isFailing()) return await judge.observeInTurns(history, atMs, last, hasJustEnded);
    } catch (thrown) {
      if (!recording?.failed(thrown)) throw thrown;
    }
    return judge.observeOutcomes(atMs, last, hasJustEnded);
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
    forgetNotified() {
      state = structuredClone(state);
      for (const alert of Object.values(state.alerts)) if (alert.status === 'firing') delete alert.told;
    },
    sendSentinel: sentinel.send,
    notify(event, atMs) {
      if (options.leadership?.tells() ?? true)
        history.transaction(() => keeper.queue(history.database, [event], atMs));
    },
    evaluate(atMs, outcomes, isWhole = false, releases = []) {
      if (outcomes) last = { outcomes, atMs };
      const seen = judge.observe(history, atMs, last, outcomes !== undefined);
      settle(atMs, seen, outcomes, isWhole, releases);
    },
    evaluateInTurns(atMs, outcomes, isWhole = false, releases = []) {
      const evaluation = evaluations.then(async () => {
        if (outcomes) last = { outcomes, atMs };
        const seen = await observeNow(atMs, outcomes !== undefined);
        settle(atMs, seen, outcomes, isWhole, releases);
      });
      evaluations = evaluation.catch(() => undefined);
      return evaluation;
    },
  };
}
