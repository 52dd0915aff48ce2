import { readFileSync, statSync } from 'node:fs';

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
  /** Where the child says that it waits, and what it read until then. */
  readyFile: string;
  /** Where the child writes how Vitest asked for its worker. */
  workerFile: string;
}

/** What a waiting child has read already: if any of it changes, the child is out of date. */
export interface StandbyState {
  files: { path: string; modifiedMs: number }[];
}

/** When a file was last changed; 0 when it isn't there. */
export const modifiedMs = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

function read<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch {
    return undefined; // not written yet, or cut short: as if it had never been
  }
}

/**
 * Whether nothing that the child read has changed since it was started. One that does not wait yet has just been
 * started and is as fresh as any.
 */
export function isFresh(readyFile: string, startedMs: number): boolean {
  const state = read<StandbyState>(readyFile);
  return (
    state?.files.every((file) => modifiedMs(file.path) === file.modifiedMs && file.modifiedMs <= startedMs) ??
    true
  );
}

/** How Vitest asked for its worker in a run; `undefined` when the run did not get so far. */
export const learnedWorker = (workerFile: string): WorkerShape | undefined => read<WorkerShape>(workerFile);
