import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type VigilConfig, VigilError } from '../src/core/index.ts';
import {
  openJournal,
  resumeRollback,
  type SessionOptions,
  type SessionResult,
} from '../src/release/index.ts';
import { exitCodes } from './exit-codes.ts';
import { progressPrinter } from './rollback-progress.ts';
import { openSuites, type Session } from './rollback-session.ts';

/** For a person, beside what stdout is for. */
export const say = (line: string): void => void process.stderr.write(`${line}\n`);

const codes: Record<SessionResult['status'], number> = {
  succeeded: exitCodes.pass,
  failed: exitCodes.fail,
  escalated: exitCodes.fail,
  aborted: exitCodes.inconclusive,
  interrupted: exitCodes.inconclusive,
};

/** Does what `act` does with everything that a rollback needs; sets the exit code by how it ended. */
export async function carryOut(
  config: VigilConfig,
  folder: string,
  session: Session,
  json: boolean,
  act: (options: SessionOptions) => Promise<SessionResult>,
): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort());
  const suites = await openSuites(config, folder, session);
  const printer = progressPrinter(process.stderr);
  try {
    const result = await act({
      config,
      history: session.history,
      table: suites.table,
      redactor: session.redactor,
      secret: session.secret,
      tell: session.tell,
      delivered: session.delivered,
      runSuite: suites.runSuite,
      stop: stop.signal,
      now: Date.now,
      say,
      onProgress: (run, event) => printer.show(run, event),
    });
    const last = result.runs.at(-1);
    if (json) process.stdout.write(`${JSON.stringify({ version: 1, ...result }, null, 2)}\n`);
    const interrupted = 'stopped in the middle: vigil rollback --resume goes on, --abort takes it back';
    const detail = result.status === 'interrupted' ? interrupted : last?.detail;
    say(`${result.status.toUpperCase()}: ${detail ?? ''}`);
    say(`Incident: ${path.join(result.incident, 'incident-report.md')}`);
    process.exitCode = codes[result.status];
  } finally {
    printer.close();
    await suites.close();
  }
}

/** Ends the rollback that is under way: its own process does when it lives, this one otherwise. */
export async function abort(
  config: VigilConfig,
  folder: string,
  session: Session,
  json: boolean,
): Promise<void> {
  const journal = openJournal(session.history, Date.now);
  const open = journal.open();
  if (!open)
    throw new VigilError('USAGE', 'no rollback is under way', {
      hint: 'vigil rollback shows what one would do',
    });
  journal.askAbort(open.run.id);
  if (!open.alive) {
    await carryOut(config, folder, session, json, resumeRollback);
    if (process.exitCode === exitCodes.inconclusive) process.exitCode = exitCodes.pass; // as was asked
    return;
  }
  say(`Process ${open.pid} was asked to end its rollback …`);
  while (journal.open()?.run.id === open.run.id && journal.open()?.alive) await sleep(250);
  const run = journal.run(open.run.id);
  if (json)
    process.stdout.write(`${JSON.stringify({ version: 1, status: run.status, runs: [run] }, null, 2)}\n`);
  say(`${run.status.toUpperCase()}: ${run.detail ?? ''}`);
  process.exitCode = run.status === 'aborted' ? exitCodes.pass : exitCodes.fail;
}
