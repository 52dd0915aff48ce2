import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { variables } from '../../core/index.ts';
import { type CommandRun, runCommand } from './spawn-command.ts';
import { suiteEnvironment } from './suite-environment.ts';
import type { SuiteOptions } from './suite-options.ts';
import { vitestArguments, vitestFile } from './vitest-suite.ts';
import { makeWorkFolder, type WorkFolder } from './work-folder.ts';

/** How Vitest starts a worker: its arguments, and what its environment has beyond that of the run's own process. */
export interface WorkerShape {
  execArgv: string[];
  env: Record<string, string>;
}

/** What a child that waits for its slot is told when it is started. */
export interface StandbySettings {
  /** URL of the suite's own Vitest. */
  vitest: string;
  /** The command line, as for `vitest run`. */
  argv: string[];
  /** The worker of an earlier run, to be started ahead; without it there is nothing to go by yet. */
  worker: WorkerShape | undefined;
  /** Whether it was started before its time, so that what it reads may change until its word comes. */
  isAhead: boolean;
  /** Where the child says what it came to. */
  work: Pick<WorkFolder, 'ready' | 'stale' | 'worker'>;
}

/** A suite's process that was started ahead and waits for its word. */
export interface WaitingSuite {
  work: WorkFolder;
  /** Lets it run, once; a signal ends it early. */
  go(run: Pick<SuiteOptions, 'signal' | 'onStart'>): Promise<CommandRun>;
  pid(): number | undefined;
}

/** Processes started ahead of their slot, one for each cycle and never used twice. */
export interface Standby {
  /** The waiting process, which runs only if nothing has changed since it was started; else a new one does. */
  take(): WaitingSuite;
  /** Starts the process of the next cycle; in its folder `ready` appears when it has read everything and waits. */
  prepare(): WorkFolder;
  close(): Promise<void>;
}

/** What is the same for every run of a Vitest suite. */
export type StandbyOptions = Pick<SuiteOptions, 'suite' | 'root' | 'timeoutMs' | 'compileCache' | 'home'> & {
  /** Of the configuration: what this refers to, the suite must be able to resolve too. */
  refersTo: unknown;
};

interface Started extends WaitingSuite {
  startedMs: number;
  /** What the suite was given of the configuration and of our own variables. */
  given: string;
  hasEnded: boolean;
  end(): Promise<void>;
}

const childFile = fileURLToPath(new URL(`./standby-child${path.extname(import.meta.url)}`, import.meta.url));
/** A process that has waited for longer is replaced: what it holds in memory is of no use meanwhile. */
const longestWaitMs = 600_000;

/** A secret in it may be another one by now. */
const givenTo = (options: StandbyOptions) => JSON.stringify(suiteEnvironment(options, options.refersTo, {}));

/** How Vitest asked for its worker in a run; `undefined` when the run did not get so far. */
function learnedWorker(work: WorkFolder): WorkerShape | undefined {
  try {
    return JSON.parse(readFileSync(work.worker, 'utf8')) as WorkerShape;
  } catch {
    return undefined; // not written, or cut short: as if it had never been
  }
}

function start(
  options: StandbyOptions,
  worker: WorkerShape | undefined,
  isAhead: boolean,
  work = makeWorkFolder(),
): Started {
  const ended = new AbortController();
  const word = Promise.withResolvers<string>();
  const settings: StandbySettings = {
    vitest: pathToFileURL(vitestFile(options.root, 'dist/node.js')).href,
    argv: vitestArguments(options),
    worker,
    isAhead,
    work,
  };
  let pid: number | undefined;
  const run = runCommand({
    command: [process.execPath, childFile, JSON.stringify(settings)],
    cwd: options.root,
    timeoutMs: options.timeoutMs,
    env: suiteEnvironment(options, options.refersTo, {
      [variables.context]: work.context,
      [variables.events]: work.events,
      [variables.report]: work.junit,
    }),
    standBy: word.promise,
    endsAll: true,
    signal: ended.signal,
    onStart: (id) => {
      pid = id;
    },
  });
  const started: Started = {
    work,
    startedMs: Date.now(),
    given: givenTo(options),
    hasEnded: false,
    pid: () => pid,
    go({ signal, onStart }) {
      if (pid !== undefined) onStart?.(pid);
      if (signal?.aborted) ended.abort();
      signal?.addEventListener('abort', () => ended.abort(), { once: true });
      word.resolve('go\n');
      return run;
    },
    async end() {
      ended.abort();
      await run;
      work.remove();
    },
  };
  void run.then(() => {
    started.hasEnded = true;
  });
  return started;
}

/** Opens the place where the next cycle's process waits. */
export function openStandby(options: StandbyOptions): Standby {
  let waiting: Started | undefined;
  let worker: WorkerShape | undefined;
  const isUsable = ({ hasEnded, startedMs, given }: Started, now: string) =>
    !hasEnded && Date.now() - startedMs < longestWaitMs && given === now;
  const startNow = (work?: WorkFolder) => start(options, worker, false, work);
  return {
    take() {
      const given = givenTo(options);
      const ahead = waiting;
      waiting = undefined;
      const isTaken = ahead !== undefined && isUsable(ahead, given);
      if (ahead && !isTaken) void ahead.end();
      const taken = isTaken ? ahead : startNow();
      const { work } = taken;
      return {
        ...taken,
        async go(run) {
          const first = await taken.go(run);
          const ended = existsSync(work.stale) ? await startNow(work).go(run) : first;
          worker = learnedWorker(work) ?? worker;
          return ended;
        },
      };
    },
    prepare() {
      waiting ??= start(options, worker, true);
      return waiting.work;
    },
    async close() {
      await waiting?.end();
      waiting = undefined;
    },
  };
}
