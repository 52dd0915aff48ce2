import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { EngineState, NotificationEvent } from '../../alerts/index.ts';
import {
  effectiveThresholds,
  messageOf,
  oneLine,
  shellText,
  shortened,
  type VigilConfig,
} from '../../core/index.ts';
import type { History, HistoryReader } from '../../history/index.ts';
import type { Leadership } from '../../monitor/index.ts';
import type { AskAgreement } from './runs/agreement.ts';
import { decideAutomatic, detectionMs, rolledBackAlready } from './runs/automatic.ts';
import { openJournal } from './runs/journal.ts';
import { failedPage, interruptedPage, shadowChange } from './runs/notices.ts';
import { rollbackRuns } from './runs/run.ts';
import { recordShadow } from './runs/shadow.ts';
import { type DueTrigger, dueTriggers, triggerText } from './runs/triggers.ts';
import { askTakenBack } from './taken-back.ts';
import { wasUnreachedSince } from './unreached.ts';

export interface AutomaticOptions {
  config: VigilConfig;
  configFile: string | undefined;
  /** Which of several deployments of that file. */
  deployment?: string | undefined;
  history: History;
  /** Why the release is not the cause of a pass rate that calls for a rollback. */
  explained: () => string | undefined;
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

const bin = fileURLToPath(new URL('../../../bin/vigil.js', import.meta.url));
/** What was tried, so that a loop that is started again does not try it again. */
const attemptsKey = 'rollback-attempts';

const deployedMs = (history: HistoryReader): number | undefined =>
  history.deployments(0, Date.now()).at(-1)?.timeMs;

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
  explained: () => string | undefined,
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
    const why = trigger === 'pass_rate' ? explained() : undefined;
    if (why) return `the release before would bring it back, as ${why}; to roll back anyway: ${command}`;
    if (rollback.automatic === true)
      return `the loop rolls back automatically unless the alert is acknowledged; manually: ${command}`;
    return `roll back to the previous release: ${command} (without --execute it shows what it would do)`;
  };
}

const attemptsIn = (history: HistoryReader): string[] =>
  history.loadState(attemptsKey, z.array(z.string())) ?? [];

/**
 * Why nobody need be told that a rollback is called for: the loop has begun one for this episode, which has not failed.
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
        ? attemptsIn(history).includes(episode)
        : runs.some(({ status }) => status === 'running' || status === 'succeeded');
    return isAnswered ? 'the rollback that the loop began answers it' : undefined;
  };
}

/** What the log got from a byte on, on one line; `undefined` where it got nothing. */
function saidSince(log: string, fromByte: number): string | undefined {
  const said = readFileSync(log).subarray(fromByte).toString('utf8');
  return shortened(oneLine(said.trim()), 300) || undefined;
}

/** Starts a rollback as a process that goes on without this one; `onEnd` is told once how it ended. */
function startRollback(
  args: readonly string[],
  log: string,
  onEnd: (how: string) => void,
): number | undefined {
  mkdirSync(path.dirname(log), { recursive: true });
  const output = openSync(log, 'a');
  const child = spawn(process.execPath, [bin, 'rollback', '--execute', ...args], {
    detached: true,
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  child.unref();
  child.once('error', (error) => onEnd(error.message));
  child.once('exit', (code, signal) => onEnd(signal ?? `exit code ${code}`));
  return child.pid;
}

/** Where its output begins in the log, in bytes, and when it was started. */
interface Start {
  saidFrom: number;
  startedMs: number;
}

/** A rollback that could not ask the ledger is tried again so often, and not sooner than after this time. */
const mostRetries = 3;
const retryMs = 5000;

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
  const { config, configFile, deployment, history, explained, unrecorded, leadership, tell, say } = options;
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
  const where = ['--reports', config.reports];
  if (configFile) where.push('--config', configFile);
  if (deployment !== undefined) where.push('--deployment', deployment);

  /** How often a rollback did not begin because the ledger was away just then, by its episode. */
  const unreached = new Map<string, number>();
  let retryAtMs = 0;
  /** Whether a rollback that did not begin is tried again: nothing was done, because the ledger went away just then. */
  const isTriedAgain = (episode: string, startedMs: number): boolean => {
    const times = (unreached.get(episode) ?? 0) + 1;
    if (!wasUnreachedSince(history, startedMs) || times > mostRetries) return false;
    unreached.set(episode, times);
    retryAtMs = performance.now() + retryMs;
    history.saveState(
      attemptsKey,
      attempts().filter((one) => one !== episode),
    );
    say('The automatic rollback could not ask the ledger, and did not begin: it is tried again');
    return true;
  };

  const ended = (how: string, episode: string, { saidFrom, startedMs }: Start) => {
    isRunning = false;
    try {
      const begun = rollbackRuns(history, 0, Date.now()).some((run) => run.trigger?.episode === episode);
      if (!begun && isTriedAgain(episode, startedMs)) return;
      say(`The automatic rollback ended: ${how}`);
      const type = config.rollback?.options[0] ?? 'git';
      if (begun) return;
      const why = saidSince(log, saidFrom) ?? how;
      tell([failedPage(Date.now(), { type, detail: `it could not begin: ${why} (${log})` })]);
    } catch (thrown) {
      say(`The automatic rollback ended: ${how}; its result can’t be read: ${messageOf(thrown)}`);
    }
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
    let decision = decideAutomatic({
      automatic: automatic !== false,
      triggers: isRunning ? [] : dueTriggers(state, table),
      runs: rollbackRuns(history, 0, Date.now()),
      deployedMs: deployedMs(history),
      detectionMs: detection,
      nowMs: Date.now(),
    });
    if (decision.act === 'start' && decision.trigger.name === 'pass_rate') {
      const reason = explained();
      if (reason) decision = { act: 'hold', trigger: decision.trigger, reason };
    }
    if (decision.act === 'start' && automatic !== false) {
      const { trigger } = decision;
      const reason = unrecorded?.() ?? refusedByLedger(leadership) ?? agreed(trigger) ?? takenBack(trigger);
      if (reason === 'asked') return;
      if (reason !== undefined) decision = { act: 'hold', trigger: decision.trigger, reason };
    }
    if (decision.act === 'hold') {
      const line = `A rollback is due (${decision.trigger.name}) and is not started: ${decision.reason}`;
      once(line, () => say(line));
    }
    if (performance.now() < retryAtMs) return;
    if (decision.act !== 'start' || attempts().includes(decision.trigger.episode)) return;
    if (automatic === 'shadow') return wouldStart(decision.trigger);
    const { name, episode } = decision.trigger;
    history.saveState(attemptsKey, [...attempts(), episode].slice(-100));
    isRunning = true;
    const args = ['--trigger', name, '--by', 'vigil monitor, automatically', ...where];
    const standing = leadership?.standing();
    if (standing?.state === 'leading') args.push('--fence', String(standing.leader.fence));
    const start = { saidFrom: statSync(log, { throwIfNoEntry: false })?.size ?? 0, startedMs: Date.now() };
    const pid = startRollback(args, log, (how) => ended(how, episode, start));
    say(`Rolling back automatically (${name}) in process ${pid}; its log: ${log}`);
  };
}
