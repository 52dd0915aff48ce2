import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EngineState, NotificationEvent } from '../src/alerts/index.ts';
import { effectiveThresholds, messageOf, type VigilConfig } from '../src/core/index.ts';
import type { History, HistoryReader } from '../src/history/index.ts';
import {
  decideAutomatic,
  detectionMs,
  dueTriggers,
  failedPage,
  interruptedPage,
  openJournal,
  rollbackCommand,
  rollbackRuns,
  rolledBackAlready,
} from '../src/release/index.ts';

export interface AutomaticOptions {
  config: VigilConfig;
  configFile: string | undefined;
  history: History;
  tell(events: readonly NotificationEvent[]): void;
  say(line: string): void;
}

const bin = fileURLToPath(new URL('../bin/vigil.js', import.meta.url));
/** What was tried, so that a loop that is started again does not try it again. */
const attemptsKey = 'rollback-attempts';

const deployedMs = (history: HistoryReader): number | undefined =>
  history.deployments(0, Date.now()).at(-1)?.timeMs;

/** What a page says to do when a trigger fires: the command, with the first configured type, unless it was done already. */
export function rollbackAdvice({ rollback }: VigilConfig, history: HistoryReader) {
  return (trigger: string): string => {
    const runs = rollbackRuns(history, 0, Date.now());
    const running = runs.find(({ status }) => status === 'running');
    if (running) return `a ${running.type} rollback is under way: wait for its end`;
    const already = rolledBackAlready(runs, deployedMs(history));
    if (already) return `no second rollback: ${already}; look elsewhere than at the deployment`;
    const command = rollbackCommand(rollback?.options[0] ?? 'git', `trigger ${trigger}`);
    if (rollback?.automatic)
      return `the loop rolls back by itself unless somebody has taken the alert; by hand: ${command}`;
    return `roll back to the previous release: ${command} (without --execute it shows what it would do)`;
  };
}

/**
 * Watches for a rollback that is due and, where the configuration says so, starts it: as a process of its own, which
 * goes on when the loop is ended, and whose journal the next loop reads.
 */
export function automaticRollback({ config, configFile, history, tell, say }: AutomaticOptions) {
  const table = effectiveThresholds(config);
  const detection = detectionMs(config, table);
  const journal = openJournal(history, Date.now);
  let isRunning = false;
  const said = new Set<string>();
  const sayOnce = (line: string) => {
    if (!said.has(line)) say(line);
    said.add(line);
  };
  const attempts = () => (history.loadState(attemptsKey) as string[] | undefined) ?? [];

  const start = (trigger: string, episode: string) => {
    history.saveState(attemptsKey, [...attempts(), episode].slice(-100));
    const args = ['rollback', '--execute', '--trigger', trigger, '--by', 'vigil monitor, automatically'];
    const log = path.join(config.reports, 'logs', 'rollback.log');
    mkdirSync(path.dirname(log), { recursive: true });
    const output = openSync(log, 'a');
    isRunning = true;
    const where = ['--reports', config.reports, ...(configFile ? ['--config', configFile] : [])];
    const child = spawn(process.execPath, [bin, ...args, ...where], {
      detached: true,
      stdio: ['ignore', output, output],
    });
    closeSync(output);
    child.unref();
    say(`Rolling back automatically (${trigger}) in process ${child.pid}; it is told in ${log}`);
    const over = (how: string) => {
      isRunning = false;
      const begun = rollbackRuns(history, 0, Date.now()).some((run) => run.trigger?.episode === episode);
      say(`The automatic rollback ended: ${how}`);
      if (!begun)
        tell([
          failedPage(Date.now(), {
            type: config.rollback?.options[0] ?? 'git',
            detail: `it could not begin (${how}): ${log}`,
          }),
        ]);
    };
    const settle = (how: string) => {
      try {
        over(how);
      } catch (thrown) {
        say(`The automatic rollback ended: ${how}; what it came to can’t be read: ${messageOf(thrown)}`);
      }
    };
    child.once('error', (error) => settle(error.message));
    child.once('exit', (code, signal) => settle(signal ?? `exit code ${code}`));
  };

  return (state: EngineState) => {
    const open = journal.open();
    if (open && !open.alive && !said.has(open.run.id)) {
      said.add(open.run.id);
      say(
        `A rollback was cut off: vigil rollback --resume or --abort (${open.run.type}, ${open.run.reason})`,
      );
      tell([interruptedPage(open.run)]);
    }
    const triggers = dueTriggers(state, table);
    const decision = decideAutomatic({
      automatic: config.rollback?.automatic ?? false,
      triggers: isRunning ? [] : triggers,
      runs: rollbackRuns(history, 0, Date.now()),
      deployedMs: deployedMs(history),
      detectionMs: detection,
      nowMs: Date.now(),
    });
    if (decision.act === 'hold') {
      const { trigger, reason } = decision;
      sayOnce(`A rollback is due (${trigger.name}) and is not started: ${reason}`);
    }
    if (decision.act === 'start' && !attempts().includes(decision.trigger.episode))
      start(decision.trigger.name, decision.trigger.episode);
  };
}
