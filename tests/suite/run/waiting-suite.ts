import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterEach } from 'vitest';
import { createRedactor } from '../../../src/core/text/redactor.ts';
import { type JudgedSuite, judgeCatalogue } from '../../../src/suite/outcomes/judge-suite.ts';
import { suiteResultOf } from '../../../src/suite/outcomes/suite-result.ts';
import { type RunSuiteOptions, runSuite, type SuiteRun } from '../../../src/suite/run/run-suite.ts';
import { openStandby, type Standby } from '../../../src/suite/run/standby.ts';
import { until } from './processes.ts';
import { check, suiteFolder, three } from './suite-folder.ts';

/** Tells when the worker's process began and which it is. */
export const traced = check(
  'T01 counts',
  "trace([performance.timeOrigin, process.pid, process.ppid].join(' '));",
);
export const rest = check('T02 counts') + check('T03 counts');
export const green = ['T01 pass', 'T02 pass', 'T03 pass'];

const opened: { folder: string; standby: Standby }[] = [];
afterEach(async () => {
  for (const { folder, standby } of opened.splice(0)) {
    await standby.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

export interface Waiting {
  folder: string;
  standby: Standby;
  /** Runs the suite by the process that waits, if one does. */
  run(options?: Partial<RunSuiteOptions>): Promise<{ left: SuiteRun; judged: JudgedSuite }>;
  /** Runs it as it is run without one that waits. */
  runPlainly(options?: Partial<RunSuiteOptions>): Promise<{ left: SuiteRun; judged: JudgedSuite }>;
  /** The lines that the suite left. */
  lines(): string[];
  traces(): [beganMs: number, pid: number, parent: number][];
}

export interface WaitingOptions {
  files?: Record<string, string>;
  /** More of the suite's own Vitest configuration. */
  config?: string;
  env?: Record<string, string>;
  timeoutMs?: number;
}

/** A suite in a folder of its own, and the place where its process waits; both are gone after the test. */
export function open(
  text: string,
  { files, config, env = {}, timeoutMs = 30_000 }: WaitingOptions = {},
): Waiting {
  const folder = suiteFolder({ ...files, 'a.suite.mjs': text }, config);
  const kind = { suite: { args: [], env }, root: folder, timeoutMs };
  const standby = openStandby({ ...kind, refersTo: [] });
  opened.push({ folder, standby });
  const run = async (options: Partial<RunSuiteOptions> = {}) => {
    const left = await runSuite({ ...kind, standby, redactor: createRedactor(), ...options });
    return { left, judged: judgeCatalogue(suiteResultOf(left), three, ['orchestration']) };
  };
  const lines = () => {
    const file = path.join(folder, 'trace.txt');
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  };
  return {
    folder,
    standby,
    run,
    lines,
    runPlainly: (options) => run({ ...options, standby: undefined }),
    traces: () => lines().map((line) => line.split(' ').map(Number) as [number, number, number]),
  };
}

/** Lets the next process wait; it has read everything when this resolves. */
export async function prepared(standby: Standby): Promise<void> {
  const { ready } = standby.prepare();
  await until(() => existsSync(ready), 'the waiting process');
}

const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
const named = (name: string) => (pid: number) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(name);

/** The processes that this one lets wait. */
export const waitingHere = (): number[] => childrenOf(process.pid).filter(named('standby-child'));
/** The workers that such a process has started ahead. */
export const workersOf = (pid: number): number[] => childrenOf(pid).filter(named('standby-worker-entry'));
