import path from 'node:path';
import { z } from 'zod';
import type { EngineState, NotificationEvent } from '../../alerts/index.ts';
import {
  type ConfigSource,
  effectiveThresholds,
  messageOf,
  shellText,
  type VigilConfig,
} from '../../core/index.ts';
import type { History, HistoryReader } from '../../history/index.ts';
import type { Leadership } from '../../monitor/index.ts';
import { forgetNotBegun, notBegunIn, noteNotBegun } from './not-begun.ts';
import type { AskAgreement } from './runs/agreement.ts';
import { decideAutomatic, detectionMs, rolledBackAlready } from './runs/automatic.ts';
import type { Explained } from './runs/explained-before.ts';
import { openJournal } from './runs/journal.ts';
import { interruptedPage, shadowChange } from './runs/notices.ts';
import { rollbackRuns } from './runs/run.ts';
import { recordShadow } from './runs/shadow.ts';
import { type DueTrigger, dueTriggers, triggerText } from './runs/triggers.ts';
import { saidSince, sizeOf, startRollback } from './start-process.ts';
import { askTakenBack } from './taken-back.ts';
import { wasUnreachedSince } from './unreached.ts';

export interface AutomaticOptions {
  config: VigilConfig;
  /** Of the configuration: the rollback goes by it as it was loaded. */
  source: ConfigSource;
  history: History;
  /** Why the release is not the cause of what calls for a rollback. */
  explained: Explained;
  /** Why nothing can be recorded, while it can't: a rollback without its journal could not be resumed. */
  unrecorded?: (() => string | undefined) | undefined;
  /** What all probes say, where several watch; what this one sees alone starts nothing. */
  agreement?: AskAgreement | undefined;
  /** Where several Vigils share a ledger: only who leads starts one. */
  leadership?: Leading | undefined;
  tell(events: readonly NotificationEvent[]): void;
  say(line: string): void;
}

/** What of the leadership an automatic rollback needs. */
interface Leading extends Pick<Leadership, 'standing' | 'tells'> {
  ledger: { fault(): string | undefined };
}

/** Why this Vigil starts no rollback, of several that share a ledger; `asked` while it is not known who leads. */
function refusedByLedger(leadership: Leading | undefined): string | undefined {
  if (!leadership) return undefined;
  const standing = leadership.standing();
  if (standing.state === 'following') return `${standing.leader.name} leads and starts it`;
  if (standing.state === 'unsure') return 'asked';
  const fault = standing.state === 'away' ? standing.reason : leadership.ledger.fault();
  return (
    fault &&
    `unknown, ${fault}: whether another Vigil rolls back can’t be seen; a person can: vigil rollback --execute --without-ledger --reason TEXT`
  );
}

/** What was tried, so that a loop that is started again does not try it again. */
const attemptsKey = 'rollback-attempts';

const deployedMs = (history: HistoryReader): number | undefined =>
  history.deployments(0, Date.now()).at(-1)?.timeMs;

/** Why the loop starts no rollback that is due, as its last evaluation said; `null` where none is due or it starts one. */
const heldKey = 'rollback-held';
const heldIn = (history: HistoryReader): string | undefined =>
  history.loadState(heldKey, z.string().nullable()) ?? undefined;

/** What there is to do where Vigil can't roll back. */
export const rollbackMissing =
  'no rollback is configured: deploy the previous release with your own tools, then record it with vigil gate --deployed RELEASE';

/**
 * What a page says to do when a trigger fires: the command, with the first configured type, unless it was done already, or
 * the release is not the cause (`explained`), or the rollback could not be written down (`unrecorded`).
 */
export function rollbackAdvice(
  { rollback }: VigilConfig,
  history: HistoryReader,
  explained: Explained,
  unrecorded: () => string | undefined = () => undefined,
) {
  return (trigger: string): string => {
    const runs = rollbackRuns(history, 0, Date.now());
    const running = runs.find(({ status }) => status === 'running');
    if (running) return `a ${running.type} rollback is under way: wait for its end`;
    const already = rolledBackAlready(runs, deployedMs(history));
    if (already) return `no second rollback: ${already}; look elsewhere than at the deployment`;
    if (!rollback) return rollbackMissing;
    const held = unrecorded();
    if (held !== undefined)
      return `Vigil starts no rollback, as ${held}; until then roll back with your own tools`;
    const type = rollback.options[0] ?? 'git';
    const args = ['--execute', '--type', type, '--reason', `trigger ${trigger}`];
    const command = shellText(['vigil', 'rollback', ...args]);
    const why = explained(trigger);
    if (why) return `a rollback would not help, as ${why}; to roll back anyway: ${command}`;
    const notBegun = notBegunIn(history);
    if (rollback.automatic === true && notBegun?.trigger === trigger)
      return `the automatic rollback could not begin: ${notBegun.reason}; roll back by hand: with your own tools, or by ${command} once that is mended; the loop tries again every minute`;
    const heldBecause = heldIn(history);
    if (rollback.automatic === true && heldBecause !== undefined)
      return `the loop does not roll back: ${heldBecause}; to roll back anyway: ${command}`;
    if (rollback.automatic === true)
      return `the loop rolls back automatically unless the alert is acknowledged; manually: ${command}`;
    return `roll back to the previous release: ${command} (without --execute it shows what it would do)`;
  };
}

const attemptsIn = (history: HistoryReader): string[] =>
  history.loadState(attemptsKey, z.array(z.string())) ?? [];

/**
 * Why nobody need be told that a rollback is called for: the loop has begun one for this episode, or is about to, which has
 * not failed. One that could not begin answers nothing.
 * `undefined` where the loop begins none.
 */
export function rollbackAnswer({ rollback }: VigilConfig, history: HistoryReader) {
  if (rollback?.automatic !== true) return undefined;
  return ({ fingerprint, firedAtMs }: { fingerprint: string; firedAtMs: number }): string | undefined => {
    const episode = `${fingerprint}@${firedAtMs}`;
    // One that runs answers whatever fires until its end.
    const runs = rollbackRuns(history, 0, Date.now()).filter(
      ({ trigger, startedMs, endedMs = Number.POSITIVE_INFINITY }) =>
        trigger?.episode === episode || (startedMs <= firedAtMs && firedAtMs <= endedMs),
    );
    const isAnswered =
      runs.length === 0
        ? attemptsIn(history).includes(episode) && notBegunIn(history)?.episode !== episode
        : runs.some(({ status }) => status === 'running' || status === 'succeeded');
    return isAnswered ? 'the rollback that the loop began answers it' : undefined;
  };
}

/** Where its output begins in the log, in bytes, and when it was started. */
interface Start {
  saidFrom: number;
  startedMs: number;
}

/** A rollback that could not ask the ledger is tried again so often, and not sooner than after this time. */
const mostRetries = 3;
const retryMs = 5000;

/** A rollback that could not begin for any other reason is tried again after this time, for as long as it is due. */
const beginAgainMs = 60_000;

/** How long an answer stands by which a rollback may start: the next evaluations ask again. */
const answerStandsMs = 60_000;

/**
 * Why a rollback is not to start, by what was answered last: `undefined` when nothing speaks against it or there is nobody
 * to ask, and `asked` while nobody has answered yet. What can't be asked starts nothing.
 */
function answered(ask: AskAgreement | undefined): (trigger: DueTrigger) => string | undefined {
  let last: { episode: string; atMs: number; reason: string | undefined } | undefined;
  let isAsking = false;
  return ({ name, episode }) => {
    if (!ask) return undefined;
    const known =
      last?.episode === episode && performance.now() - last.atMs < answerStandsMs ? last : undefined;
    const mayStart = known !== undefined && known.reason === undefined;
    if (!isAsking && !mayStart) {
      isAsking = true;
      void ask(name)
        .catch((thrown) => `unknown, the store can’t be asked: ${messageOf(thrown)}`)
        .then((reason) => {
          last = { episode, atMs: performance.now(), reason };
          isAsking = false;
        });
    }
    return known ? known.reason : 'asked';
  };
}

/**
 * Watches for a rollback that is due and, where the configuration says so, starts it: as a process of its own, which
 * goes on when the loop is ended, and whose journal the next loop reads.
 */
export function automaticRollback(options: AutomaticOptions) {
  const { config, source, history, explained, unrecorded, leadership, tell, say } = options;
  const automatic = config.rollback?.automatic ?? false;
  const table = effectiveThresholds(config);
  const detection = detectionMs(config, table);
  const journal = openJournal(history, Date.now);
  let isRunning = false;
  const said = new Set<string>();
  const once = (key: string, act: () => void) => {
    if (!said.has(key)) act();
    said.add(key);
  };
  const attempts = () => attemptsIn(history);
  const log = path.join(config.reports, 'logs', 'rollback.log');

  /** How often a rollback did not begin because the ledger was away just then, by its episode. */
  const unreached = new Map<string, number>();
  let retryAtMs = 0;
  const forgetAttempt = (episode: string) =>
    history.saveState(
      attemptsKey,
      attempts().filter((one) => one !== episode),
    );
  /** Whether a rollback that did not begin is tried again at once: nothing was done, because the ledger went away just then. */
  const isTriedAtOnce = (episode: string, startedMs: number): boolean => {
    const times = (unreached.get(episode) ?? 0) + 1;
    if (!wasUnreachedSince(history, startedMs) || times > mostRetries) return false;
    unreached.set(episode, times);
    retryAtMs = performance.now() + retryMs;
    forgetAttempt(episode);
    say('The automatic rollback could not ask the ledger, and did not begin: it is tried again');
    return true;
  };

  const ended = (how: string, { name, episode }: DueTrigger, { saidFrom, startedMs }: Start) => {
    isRunning = false;
    try {
      const begun = rollbackRuns(history, 0, Date.now()).some((run) => run.trigger?.episode === episode);
      if (begun) return say(`The automatic rollback ended: ${how}`);
      if (isTriedAtOnce(episode, startedMs)) return;
      const why = saidSince(log, saidFrom) ?? how;
      say(`The automatic rollback could not begin, and is tried again in a minute: ${why} (${how}, ${log})`);
      const type = config.rollback?.options[0] ?? 'git';
      noteNotBegun(history, { trigger: name, episode, type, reason: why }, Date.now(), tell);
      forgetAttempt(episode);
    } catch (thrown) {
      say(`The automatic rollback ended: ${how}; its result can’t be read: ${messageOf(thrown)}`);
    }
  };
  /** Whether it is too early to try again what could not begin; a clock that was set back delays nothing. */
  const waitsToBegin = (episode: string): boolean => {
    const notBegun = notBegunIn(history);
    const goneMs = Date.now() - (notBegun?.lastMs ?? 0);
    return notBegun?.episode === episode && goneMs >= 0 && goneMs < beginAgainMs;
  };
  /** Ends what could not begin once a rollback has begun since, or nothing calls for it any more. */
  const endNotBegun = (triggers: readonly DueTrigger[]) => {
    const notBegun = notBegunIn(history);
    if (!notBegun) return;
    const isDue = triggers.some(({ episode }) => episode === notBegun.episode);
    const hasBegun = rollbackRuns(history, notBegun.lastMs, Date.now()).length > 0;
    if (!isDue || hasBegun) forgetNotBegun(history, Date.now(), tell);
  };

  const start = (trigger: DueTrigger) => {
    const { name, episode } = trigger;
    history.saveState(attemptsKey, [...attempts(), episode].slice(-100));
    isRunning = true;
    const args = ['--trigger', name, '--by', 'vigil monitor, automatically', '--reports', config.reports];
    const standing = leadership?.standing();
    if (standing?.state === 'leading') args.push('--fence', String(standing.leader.fence));
    const from = { saidFrom: sizeOf(log), startedMs: Date.now() };
    try {
      const pid = startRollback(args, source, log, (how) => ended(how, trigger, from));
      say(`Rolling back automatically (${name}) in process ${pid}; its log: ${log}`);
    } catch (thrown) {
      ended(messageOf(thrown), trigger, from);
    }
  };

  const keepHeld = (reason: string | undefined) => {
    if (unrecorded?.() !== undefined || reason === heldIn(history)) return;
    history.saveState(heldKey, reason ?? null);
  };

  const agreed = answered(options.agreement);
  const takenBack = answered(askTakenBack(config, history));

  const wouldStart = (trigger: DueTrigger) => {
    const deployment = history.deployments(0, Date.now()).at(-1);
    if (!deployment) return;
    const { timeMs: deployedMs, release } = deployment;
    const reason = triggerText(trigger);
    const shadow = { atMs: Date.now(), deployedMs, release, trigger: trigger.name, reason };
    if (!recordShadow(history, shadow)) return;
    say(
      `Would have rolled back ${release} now (${reason}); rollback.automatic is 'shadow', so nothing is done`,
    );
    tell([shadowChange(shadow, trigger.episode)]);
  };

  return (state: EngineState) => {
    const open = journal.open();
    if (open && !open.alive && (leadership?.tells() ?? true))
      once(open.run.id, () => {
        say(
          `A rollback was cut off: vigil rollback --resume or --abort (${open.run.type}, ${open.run.reason})`,
        );
        tell([interruptedPage(open.run)]);
      });
    const triggers = dueTriggers(state, table);
    endNotBegun(triggers);
    let decision = decideAutomatic({
      automatic: automatic !== false,
      triggers: isRunning ? [] : triggers,
      runs: rollbackRuns(history, 0, Date.now()),
      deployedMs: deployedMs(history),
      detectionMs: detection,
      nowMs: Date.now(),
    });
    if (decision.act === 'start') {
      const reason = explained(decision.trigger.name);
      if (reason) decision = { act: 'hold', trigger: decision.trigger, reason };
    }
    if (decision.act === 'start' && automatic !== false) {
      const { trigger } = decision;
      const reason = unrecorded?.() ?? refusedByLedger(leadership) ?? agreed(trigger) ?? takenBack(trigger);
      if (reason === 'asked') return;
      if (reason !== undefined) decision = { act: 'hold', trigger: decision.trigger, reason };
    }
    keepHeld(decision.act === 'hold' ? decision.reason : undefined);
    if (decision.act === 'hold') {
      const line = `A rollback is due (${decision.trigger.name}) and is not started: ${decision.reason}`;
      once(line, () => say(line));
    }
    if (performance.now() < retryAtMs) return;
    if (decision.act !== 'start' || attempts().includes(decision.trigger.episode)) return;
    if (automatic === 'shadow') return wouldStart(decision.trigger);
    if (!waitsToBegin(decision.trigger.episode)) start(decision.trigger);
  };
}
