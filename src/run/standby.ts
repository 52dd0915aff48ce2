import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type ProbeConfig, variables } from '../config/index.ts';
import type { SuiteOptions } from './run-suite.ts';
import { type CommandRun, runCommand } from './spawn-command.ts';
import { isFresh, learnedWorker, type StandbySettings, type WorkerShape } from './standby-state.ts';
import { suiteEnvironment } from './suite-environment.ts';
import { vitestArguments, vitestFile } from './vitest-suite.ts';
import { makeWorkFolder, type WorkFolder } from './work-folder.ts';

/** A suite's process that was started ahead and waits for its word. */
export interface WaitingSuite {
  work: WorkFolder;
  /** Lets it run, once; a signal ends it early. */
  go(run: Pick<SuiteOptions, 'signal' | 'onStart'>): Promise<CommandRun>;
  pid(): number | undefined;
}

/** Processes started ahead of their slot, one for each cycle and never used twice. */
export interface Standby {
  /** The waiting process if nothing has changed since it was started, else a new one. */
  take(): WaitingSuite;
  /** Starts the process of the next cycle; in its folder `ready` appears when it has read everything and waits. */
  prepare(): WorkFolder;
  close(): Promise<void>;
}

/** What is the same for every run of a Vitest suite. */
export type StandbyOptions = Pick<SuiteOptions, 'suite' | 'root' | 'timeoutMs' | 'compileCache'> & {
  /** Of the configuration: the variables that they name are the suite's too. */
  probes: readonly ProbeConfig[];
};

interface Started extends WaitingSuite {
  startedMs: number;
  hasEnded: boolean;
  end(): Promise<void>;
}

const childFile = fileURLToPath(new URL(`./standby-child${path.extname(import.meta.url)}`, import.meta.url));
/** A process that has waited for longer is replaced: what it holds in memory is of no use meanwhile. */
const longestWaitMs = 600_000;

function start(options: StandbyOptions, worker: WorkerShape | undefined): Started {
  const work = makeWorkFolder();
  const ended = new AbortController();
  const word = Promise.withResolvers<string>();
  const settings: StandbySettings = {
    vitest: pathToFileURL(vitestFile(options.root, 'dist/node.js')).href,
    argv: vitestArguments(options, work),
    worker,
    readyFile: work.ready,
    workerFile: work.worker,
  };
  let pid: number | undefined;
  const run = runCommand({
    command: [process.execPath, childFile, JSON.stringify(settings)],
    cwd: options.root,
    timeoutMs: options.timeoutMs,
    env: suiteEnvironment(options, options.probes, {
      [variables.context]: work.context,
      [variables.events]: work.events,
    }),
    standBy: word.promise,
    signal: ended.signal,
    onStart: (id) => {
      pid = id;
    },
  });
  const started: Started = {
    work,
    startedMs: Date.now(),
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
  const isUsable = ({ hasEnded, startedMs, work }: Started) =>
    !hasEnded && Date.now() - startedMs < longestWaitMs && isFresh(work.ready, startedMs);
  return {
    take() {
      const ahead = waiting;
      waiting = undefined;
      if (ahead && !isUsable(ahead)) void ahead.end();
      const taken = ahead && isUsable(ahead) ? ahead : start(options, worker);
      return {
        ...taken,
        async go(run) {
          const ended = await taken.go(run);
          worker = learnedWorker(taken.work.worker) ?? worker;
          return ended;
        },
      };
    },
    prepare() {
      waiting ??= start(options, worker);
      return waiting.work;
    },
    async close() {
      await waiting?.end();
      waiting = undefined;
    },
  };
}
