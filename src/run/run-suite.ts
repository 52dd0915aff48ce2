import { accessSync, constants, existsSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  givenValue,
  minimalEnvironment,
  referredVariables,
  secretEnvironment,
  type VigilConfig,
  variables,
} from '../config/index.ts';
import { VigilError } from '../errors.ts';
import { type RunContext, writeContext } from './context.ts';
import { type CaseEvent, type EventStream, parseEvents } from './events.ts';
import { followEvents } from './follow-events.ts';
import { type CommandRun, runCommand } from './spawn-command.ts';
import type { SuiteExit } from './suite-exit.ts';
import { makeWorkFolder, type WorkFolder } from './work-folder.ts';

/** What one run of a suite left behind, not yet believed. */
export interface SuiteRun {
  exit: SuiteExit;
  /** `undefined` for a suite that isn't Vitest and so has no stream. */
  events: EventStream | undefined;
  /** The report as it came; `undefined` when none was written. */
  junitXml: Buffer | undefined;
  /** What the suite printed, newest part; for the log. */
  output: string;
  durationMs: number;
}

export interface SuiteOptions {
  suite: Pick<VigilConfig['suite'], 'command' | 'junit' | 'root' | 'args' | 'env'>;
  /** Folder of the Vitest configuration, or in which the command runs. */
  root: string;
  timeoutMs: number;
  /** Given to Vitest suites; a foreign command needs none. */
  context?: RunContext;
  /** Trace that the suite is a part of; a W3C traceparent for whatever command it is. */
  traceparent?: string;
  /** Where Node may keep its compiled code between cycles. */
  compileCache?: string;
  signal?: AbortSignal;
  /** Told the suite's process id when it runs. */
  onStart?: (pid: number) => void;
  /** Told of each finished case while the suite runs. */
  onCase?: (event: CaseEvent) => void;
}

const reporterFile = fileURLToPath(new URL(`./reporter${path.extname(import.meta.url)}`, import.meta.url));

/** The path of the Vitest that belongs to the suite, whichever package manager put it there. */
function vitestOf(root: string): string {
  try {
    const require = createRequire(pathToFileURL(path.join(root, 'package.json')));
    return path.join(path.dirname(require.resolve('vitest/package.json')), 'vitest.mjs');
  } catch (thrown) {
    throw new VigilError('HARNESS', 'Vitest was not found', {
      where: root,
      hint: 'npm install --save-dev vitest, or name another suite with suite.command',
      cause: thrown,
    });
  }
}

/** Vite bundles a configuration into a file beside it, unless it is told not to: an image may be read-only. */
function readOnlyArguments(root: string): string[] {
  try {
    accessSync(root, constants.W_OK);
    return [];
  } catch {
    return ['--configLoader=runner'];
  }
}

function vitestCommand(options: SuiteOptions, work: WorkFolder): string[] {
  return [
    process.execPath,
    vitestOf(options.root),
    'run',
    '--reporter=junit',
    `--reporter=${reporterFile}`,
    `--outputFile.junit=${work.junit}`,
    ...readOnlyArguments(options.root),
    ...options.suite.args,
  ];
}

/** The command with a fresh path for its report, and where that report will be (`-` is stdout). */
function foreignCommand(
  command: readonly string[],
  options: SuiteOptions,
  work: WorkFolder,
): { command: string[]; junit: string } {
  const placed = command.map((part) => part.replaceAll('{junit}', work.junit));
  const junit = options.suite.junit;
  if (placed.some((part, index) => part !== command[index])) return { command: placed, junit: work.junit };
  if (junit === undefined) {
    throw new VigilError('CONFIG_INVALID', 'suite.command writes its report nobody knows where', {
      expected: '{junit} in the command, or suite.junit with the path it writes ("-" for stdout)',
    });
  }
  if (junit === '-') return { command: placed, junit };
  const file = path.resolve(options.root, junit);
  rmSync(file, { force: true }); // a report of the past must not be taken for this run's
  return { command: placed, junit: file };
}

/** What the configuration gives the suite, and the variables that its probes name; nothing else of ours. */
function givenVariables({ suite, context }: SuiteOptions): Record<string, string> {
  const env = secretEnvironment();
  const named = referredVariables(context?.probes ?? []).flatMap((name) =>
    env[name] === undefined ? [] : [[name, env[name]] as const],
  );
  const given = Object.entries(suite.env).map(
    ([name, value]) => [name, givenValue(value, `suite.env.${name}`)] as const,
  );
  return Object.fromEntries([...named, ...given]);
}

function outputOf(run: CommandRun): string {
  return [run.stdout, run.stderr].filter(Boolean).join('\n');
}

/** Runs the suite once in a child of its own and gathers what it left behind; never throws for what the suite does. */
export async function runSuite(options: SuiteOptions): Promise<SuiteRun> {
  const work = makeWorkFolder();
  const stopFollowing = options.onCase && followEvents(work.events, options.onCase);
  try {
    const foreign = options.suite.command && foreignCommand(options.suite.command, options, work);
    const command = foreign?.command ?? vitestCommand(options, work);
    if (options.context) writeContext(work.context, options.context);
    const run = await runCommand({
      command,
      cwd: options.root,
      timeoutMs: options.timeoutMs,
      keepBytes: foreign?.junit === '-' ? 64 * 1024 * 1024 : 65_536,
      env: {
        ...minimalEnvironment(),
        CI: '1',
        ...(options.compileCache && { NODE_COMPILE_CACHE: options.compileCache }),
        ...(options.context && { [variables.context]: work.context }),
        ...(!foreign && { [variables.events]: work.events }),
        ...(options.traceparent && { [variables.traceparent]: options.traceparent }),
        ...givenVariables(options),
      },
      ...(options.signal && { signal: options.signal }),
      ...(options.onStart && { onStart: options.onStart }),
    });
    const junitXml =
      foreign?.junit === '-' ? Buffer.from(run.stdout) : readIfThere(foreign?.junit ?? work.junit);
    const events = foreign ? undefined : parseEvents(readIfThere(work.events)?.toString('utf8') ?? '');
    return {
      exit: run.exit,
      events,
      junitXml,
      output: outputOf(run),
      durationMs: run.durationMs,
    };
  } finally {
    stopFollowing?.();
    work.remove();
  }
}

function readIfThere(file: string): Buffer | undefined {
  return existsSync(file) ? readFileSync(file) : undefined;
}
