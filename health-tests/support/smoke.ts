import { createRedactor, type SmokeConfig } from '../../src/core/index.ts';
import { judgeReport, runSuite, suiteResultOf } from '../../src/suite/index.ts';
import { once } from './worker.ts';

export interface SmokeResult {
  /** Passed ÷ all, whatever kept the others from passing. */
  passRate: number;
  total: number;
  failures: string[];
  /** Why the run as a whole can't be believed. */
  problems: string[];
}

async function run(smoke: SmokeConfig): Promise<SmokeResult> {
  const suiteRun = await runSuite({
    redactor: createRedactor(), // what it says goes through the run's own
    suite: {
      command: smoke.command,
      junit: smoke.junit,
      args: [],
      env: smoke.env ?? {},
    },
    root: smoke.cwd ?? process.cwd(),
    timeoutMs: smoke.timeout,
  });
  const { outcomes, problems } = judgeReport(suiteResultOf(suiteRun));
  if (outcomes.length === 0) {
    const said = suiteRun.output.trim().split('\n').slice(-3).join(' | ');
    throw new Error(
      `the smoke suite proved nothing: ${problems.join('; ')} (${smoke.command.join(' ')}: ${said})`,
    );
  }
  const passed = outcomes.filter(({ outcome }) => outcome === 'pass').length;
  return {
    passRate: passed / outcomes.length,
    total: outcomes.length,
    failures: outcomes.filter(({ outcome }) => outcome === 'fail').map(({ title }) => title),
    problems,
  };
}

let shared: (() => Promise<SmokeResult>) | undefined;

/** Runs the target's smoke suite once per run of the monitor, in an environment without our secrets. */
export function runSmoke(smoke: SmokeConfig | undefined): Promise<SmokeResult> {
  if (!smoke) throw new Error('no smoke suite is declared');
  shared ??= once(() => run(smoke));
  return shared();
}
