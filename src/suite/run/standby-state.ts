import { readFileSync } from 'node:fs';

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
  /** Where the child says that it waits. */
  readyFile: string;
  /** Where the child says that it did not run, because something that it had read has changed. */
  staleFile: string;
  /** Where the child writes how Vitest asked for its worker. */
  workerFile: string;
}

/** How Vitest asked for its worker in a run; `undefined` when the run did not get so far. */
export function learnedWorker(workerFile: string): WorkerShape | undefined {
  try {
    return JSON.parse(readFileSync(workerFile, 'utf8')) as WorkerShape;
  } catch {
    return undefined; // not written, or cut short: as if it had never been
  }
}
