import { statSync } from 'node:fs';
import { type Redactor, redactXml, variables } from '../../core/index.ts';
import { asJUnit, reportWithin } from '../junit/as-junit.ts';
import { refersToSecrets, writeContext } from './context.ts';
import { type CaseEvent, type EventStream, parseEvents } from './events.ts';
import { type ExternalCommand, externalCommand } from './external-suite.ts';
import { noReport } from './no-report.ts';
import { type Left, readLeft } from './read-left.ts';
import { type CommandRun, runCommand, type SuiteExit } from './spawn-command.ts';
import type { Standby } from './standby.ts';
import { suiteEnvironment } from './suite-environment.ts';
import type { SuiteOptions } from './suite-options.ts';
import { vitestCommand } from './vitest-suite.ts';
import { makeWorkFolder, type WorkFolder } from './work-folder.ts';

/** What one run of a suite left behind, not yet believed. */
export interface SuiteRun {
  exit: SuiteExit;
  /** `undefined` for a suite that isn't Vitest and so has no stream. */
  events: EventStream | undefined;
  /** The report as it came; `undefined` when none was written. */
  junitXml: Buffer | undefined;
  /** Why a report that is there was not read. */
  reportProblem?: string | undefined;
  /** What the suite printed, newest part; for the log. */
  output: string;
  durationMs: number;
  /** What the suite left running outside its process group, by command line and number; it was ended. */
  leftBehind: string[];
}

/** A run that may take the process of a Vitest suite that waits already; not for one that is part of a trace, which it could not know. */
export interface RunSuiteOptions extends SuiteOptions {
  standby?: Standby | undefined;
}

const pollMs = 150;

const clipped = (text: string, length: number): string =>
  text.length > length ? `${text.slice(0, length - 1)}…` : text;

/** Reports each finished case while the suite still runs; for showing progress, never for judging. */
function followEvents(file: string, onCase: (event: CaseEvent) => void): () => void {
  let reported = 0;
  const timer = setInterval(() => {
    const { cases } = parseEvents(readLeft(file).bytes?.toString('utf8') ?? '');
    for (const event of cases.slice(reported)) onCase(event);
    reported = cases.length;
  }, pollMs);
  return () => clearInterval(timer);
}

/** A report on stdout; of one whose beginning was dropped nothing can be believed. */
function printed(run: CommandRun): Left {
  if (run.isCut) return { problem: 'the report on stdout is too large' };
  return run.stdout.trim() === '' ? {} : { bytes: Buffer.from(reportWithin(run.stdout)) };
}

/** What is left of a run without its secrets: what it printed, its report and its stream. */
function leftBehind(
  run: CommandRun,
  work: WorkFolder,
  { redact, redactDeep }: Redactor,
  external: Left | undefined,
  missing: () => string,
): SuiteRun {
  const { bytes, problem } = external ?? readLeft(work.junit);
  const events = external ? undefined : parseEvents(readLeft(work.events).bytes?.toString('utf8') ?? '');
  return {
    exit: run.exit,
    events: events && redactDeep(events),
    junitXml: bytes && redactXml(asJUnit(bytes), redact),
    reportProblem: bytes ? problem : (problem ?? redact(missing())),
    output: redact([run.stdout, run.stderr].filter(Boolean).join('\n')),
    durationMs: run.durationMs,
    leftBehind: run.left.map(({ pid, command }) => `${clipped(redact(command), 120)} (process ${pid})`),
  };
}

/** A run that is over, with the report of an external suite and the PATH that it had. */
interface Ended {
  run: CommandRun;
  report?: Left;
  searchPath?: string | undefined;
}

async function runNow(options: SuiteOptions, work: WorkFolder, external?: ExternalCommand): Promise<Ended> {
  let report: Left | undefined;
  const isPrinted = external?.junit === '-';
  // By the clock of the files, which is not always ours.
  const sinceMs = statSync(work.folder).mtimeMs;
  const env = suiteEnvironment(options, refersToSecrets(options.context), {
    [variables.context]: options.context && work.context,
    [variables.events]: external ? undefined : work.events,
    [variables.report]: external ? undefined : work.junit,
    [variables.traceparent]: options.traceparent,
  });
  const run = await runCommand({
    command: external?.command ?? vitestCommand(options),
    cwd: options.root,
    timeoutMs: options.timeoutMs,
    keepBytes: isPrinted ? 64 * 1024 * 1024 : 65_536,
    env,
    // At its end, not after the rest of its output: who left its group could write one meanwhile.
    onExit() {
      if (external && !isPrinted) report = readLeft(external.junit, sinceMs);
    },
    signal: options.signal,
    onStart: options.onStart,
    endsAll: true,
  });
  if (!external) return { run };
  return { run, report: isPrinted ? printed(run) : (report ?? {}), searchPath: env.PATH };
}

/** Runs the suite once in a child of its own and gathers what it left behind; never throws for what the suite does. */
export async function runSuite(options: RunSuiteOptions): Promise<SuiteRun> {
  const { suite, context, onCase, redactor } = options;
  const mayWait = !suite.command && options.traceparent === undefined;
  const waiting = mayWait ? options.standby?.take() : undefined;
  const work = waiting?.work ?? makeWorkFolder();
  const stopFollowing = onCase && followEvents(work.events, (event) => onCase(redactor.redactDeep(event)));
  try {
    const external = suite.command ? externalCommand(suite.command, options, work) : undefined;
    if (context) writeContext(work.context, context);
    const ended: Ended = waiting ? { run: await waiting.go(options) } : await runNow(options, work, external);
    const missing = () => noReport(ended.run.exit, external && { ...external, root: options.root, ...ended });
    return leftBehind(ended.run, work, redactor, ended.report, missing);
  } finally {
    stopFollowing?.();
    work.remove();
  }
}
