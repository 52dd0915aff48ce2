import { randomBytes } from 'node:crypto';
import path from 'node:path';
import {
  effectiveThresholds,
  headAt,
  type LoadedConfig,
  messageOf,
  targetIdOf,
  type VigilConfig,
  VigilError,
} from '../src/core/index.ts';
import type { History } from '../src/history/index.ts';
import { savedState } from '../src/monitor/index.ts';
import {
  abortRollback,
  askTakenBack,
  executePlan,
  firingTrigger,
  gateSetup,
  makePlan,
  openJournal,
  openSession,
  type PlanDocument,
  planText,
  progressPrinter,
  type RollbackDocument,
  type RollbackPlan,
  type RollbackType,
  releaseCause,
  resumeRollback,
  rollbackTypes,
  type Session,
  type SessionOptions,
  type SessionResult,
  settleRollbacks,
} from '../src/release/index.ts';
import { exitCodes } from './exit-codes.ts';
import { openSuites } from './rollback-suites.ts';
import { terminalStyle } from './terminal.ts';
import { configured, invalid, json, type SharedOptions, userName } from './values.ts';

interface RollbackOptions extends SharedOptions {
  execute?: boolean;
  type?: string;
  reason?: string;
  trigger?: string;
  by?: string;
  resume?: boolean;
  abort?: boolean;
  settle?: boolean;
  withoutLedger?: boolean;
  /** The fencing number of the loop that starts it. */
  fence?: string;
  /** That loop writes its configuration to the standard input. */
  asLoaded?: boolean;
}

/** For a person, beside what stdout is for. */
const say = (line: string): void => void process.stderr.write(`${line}\n`);

const codes: Record<SessionResult['status'], number> = {
  succeeded: exitCodes.pass,
  failed: exitCodes.fail,
  escalated: exitCodes.fail,
  'not proven': exitCodes.inconclusive,
  aborted: exitCodes.inconclusive,
  interrupted: exitCodes.inconclusive,
};

function typeOf(text: string | undefined): RollbackType | undefined {
  if (text === undefined) return undefined;
  const type = rollbackTypes.find((name) => name === text);
  if (type) return type;
  throw invalid('--type', text, rollbackTypes.join(', '));
}

/** What the release shows of why; evidence that can't be read keeps no rollback back. */
function causeIn(config: VigilConfig, history: History): string | undefined {
  try {
    return releaseCause(history, gateSetup(config, targetIdOf(config)), Date.now());
  } catch (thrown) {
    say(messageOf(thrown));
    return undefined;
  }
}

/** Makes the plan. Whether one is under way is asked before: the plan would look at a half-way place. */
async function planned(
  args: RollbackOptions,
  type: RollbackType | undefined,
  config: LoadedConfig['config'],
  { history }: Session,
) {
  const state = savedState(history, 'alerts');
  const table = effectiveThresholds(config);
  const due =
    args.trigger === undefined
      ? undefined
      : firingTrigger(state, table, args.trigger, history.latestCycle()?.outcomes, causeIn(config, history));
  const reason = args.reason ?? due?.reason;
  if (args.execute && !reason?.trim()) {
    throw new VigilError('USAGE', '--execute requires --reason or --trigger');
  }
  openJournal(history, Date.now).requireNone();
  return makePlan({
    config,
    type,
    reason: reason ?? '(--reason TEXT)',
    trigger: due?.trigger,
    who: args.by ?? userName(),
    tag: randomBytes(4).toString('hex'),
  });
}

/** Warns a person who would roll back what was taken back already; who does not ask by hand is held by the loop. */
async function warnOfTakenBack({ config }: LoadedConfig, { history }: Session): Promise<void> {
  const reason = await askTakenBack(config, history)?.();
  if (reason) say(`Warning: ${reason}; record the release that runs instead: vigil gate --deployed RELEASE`);
}

function show(plan: RollbackPlan, { redactor }: Session, asJson: boolean | undefined): void {
  const text = `${planText(plan, redactor.redact)}\nDry run: nothing was changed. --execute runs this plan.\n`;
  const document: PlanDocument = { ...headAt(Date.now()), ...redactor.redactDeep(plan) };
  process.stdout.write(asJson ? json(document) : text);
}

/** Does what `act` does with everything that a rollback needs, and says how it ended. */
async function carryOut(
  { config, folder }: LoadedConfig,
  session: Session,
  { json: asJson, fence }: RollbackOptions,
  act: (options: SessionOptions) => Promise<SessionResult>,
): Promise<SessionResult> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort());
  const suites = await openSuites(config, folder, session);
  const printer = progressPrinter((text) => process.stderr.write(text), terminalStyle(process.stderr));
  try {
    const result = await act({
      ...session,
      config,
      table: suites.table,
      leaderFence: fence === undefined ? undefined : Number(fence),
      runSuite: suites.runSuite,
      stop: stop.signal,
      now: Date.now,
      say,
      onProgress: (run, event) => printer.show(run, event),
    });
    const document: RollbackDocument = { ...headAt(Date.now()), ...result };
    if (asJson) process.stdout.write(json(document));
    const interrupted = 'stopped in the middle: vigil rollback --resume continues, --abort undoes it';
    const last = result.runs.at(-1);
    const isOpen = result.status === 'interrupted' && last?.status === 'running';
    const elsewhere = result.status === 'interrupted' ? `another process ended it, ${last?.status}: ` : '';
    const detail = isOpen ? interrupted : `${elsewhere}${last?.detail ?? ''}`;
    const said = detail.replace(/^NOT PROVEN: /, '');
    say(`${result.status.toUpperCase()}: ${said}`);
    say(`Incident: ${path.join(result.incident, 'incident-report.md')}`);
    return result;
  } finally {
    printer.close();
    await suites.close();
  }
}

/** `--abort`: the process of the rollback ends it when it lives, this one otherwise. */
async function abort(loaded: LoadedConfig, session: Session, args: RollbackOptions): Promise<number> {
  const run = await abortRollback(session.history, (asked) =>
    say(`Process ${asked} was asked to end its rollback …`),
  );
  if (!run) {
    const { status } = await carryOut(loaded, session, args, resumeRollback);
    return status === 'aborted' || status === 'interrupted' ? exitCodes.pass : codes[status]; // as was asked
  }
  const document: RollbackDocument = { ...headAt(Date.now()), status: run.status, runs: [run] };
  if (args.json) process.stdout.write(json(document));
  say(`${run.status.toUpperCase()}: ${run.detail ?? ''}`);
  return run.status === 'aborted' ? exitCodes.pass : exitCodes.fail;
}

/** `vigil rollback`: shows the plan; executes it, goes on with one, or ends one. */
export async function runRollback(args: RollbackOptions): Promise<void> {
  const asked = (['execute', 'resume', 'abort', 'settle'] as const).filter((name) => args[name]);
  if (asked.length > 1) {
    throw new VigilError('USAGE', `${asked.map((name) => `--${name}`).join(' and ')} exclude each other`);
  }
  if (args.withoutLedger && !args.reason?.trim())
    throw new VigilError('USAGE', '--without-ledger requires --reason');
  const loaded = await configured(args);
  const type = typeOf(args.type);
  const session = await openSession(loaded.config, loaded.folder, {
    say,
    print: say,
    needsLedger: asked.length > 0 && !args.withoutLedger,
  });
  try {
    if (args.settle) {
      const runs = settleRollbacks({ history: session.history, now: Date.now, tell: session.tell });
      say(await session.delivered());
      const text = `Settled: ${runs} rollback${runs === 1 ? '' : 's'}; the loop may roll back again\n`;
      process.stdout.write(text);
    } else if (args.resume) {
      const { status } = await carryOut(loaded, session, args, resumeRollback);
      process.exitCode = codes[status];
    } else if (args.abort) process.exitCode = await abort(loaded, session, args);
    else {
      const plan = await planned(args, type, loaded.config, session);
      if (args.trigger === undefined) await warnOfTakenBack(loaded, session);
      if (!args.execute) return show(plan, session, args.json);
      const redacted = { ...plan, reason: session.redactor.redact(plan.reason) };
      const { status } = await carryOut(loaded, session, args, (options) => executePlan(redacted, options));
      process.exitCode = codes[status];
    }
  } finally {
    await session.close().catch((thrown: unknown) => say(`closing: ${messageOf(thrown)}`));
  }
}
