import { randomUUID } from 'node:crypto';
import { catalogue } from '../health-tests/catalogue.ts';
import {
  describeMeasurement,
  loadConfig,
  printable,
  redactorOf,
  signOf,
  type VigilConfig,
  VigilError,
  validateConfig,
} from '../src/core/index.ts';
import type { Verdict } from '../src/history/index.ts';
import { runCycle } from '../src/monitor/index.ts';
import { type CheckOutcome, openHarness } from '../src/suite/index.ts';
import { exitCodes } from './exit-codes.ts';
import { packageRoot } from './package-root.ts';
import { terminalStyle } from './terminal.ts';

export interface OnTargetOptions {
  target?: string | undefined;
  config?: string | undefined;
  /** Whether a fault or a load was asked for too; neither is ever put on somebody else's deployment. */
  isFaulty: boolean;
  json: boolean;
}

const readOnly = catalogue.filter((check) => check.readOnly);
const notRun = catalogue.filter((check) => !check.readOnly).map(({ id }) => id);

async function configOf({ target, config }: OnTargetOptions): Promise<VigilConfig> {
  if (target !== undefined) return validateConfig({ target: { orchestration: target } }, '--target');
  const loaded = await loadConfig(process.cwd(), config);
  if (loaded.config.target) return loaded.config;
  throw new VigilError('USAGE', `${loaded.file} declares no target`, {
    expected: 'target: { orchestration: URL, … }',
  });
}

function verdictOf(outcomes: readonly CheckOutcome[]): Verdict {
  if (outcomes.some(({ outcome }) => outcome === 'fail')) return 'fail';
  return outcomes.some(({ outcome }) => outcome === 'unknown') ||
    outcomes.every(({ outcome }) => outcome !== 'pass')
    ? 'inconclusive'
    : 'pass';
}

function line(check: CheckOutcome, style: ReturnType<typeof terminalStyle>['style']): string {
  const said =
    check.outcome === 'pass' ? check.measurements.map(describeMeasurement).join('; ') : (check.reason ?? '');
  return `  ${signOf(check.outcome, style)} ${check.id} ${check.title}: ${printable(said).split('\n', 1)[0]}`;
}

/** Runs the checks that only read against somebody else's deployment; faults are refused there. Returns the exit code. */
export async function drillOnTarget(options: OnTargetOptions): Promise<number> {
  if (options.isFaulty) {
    throw new VigilError('USAGE', 'faults and load are put into the reference target only', {
      expected: '--target or --config alone, or neither of them',
      hint: 'vigil drill, without --target, drills the same checks on the reference',
    });
  }
  const config = await configOf(options);
  const harness = await openHarness(config, () => {
    throw new VigilError('HARNESS', 'a configured target is never started');
  });
  try {
    const pattern = `^(${readOnly.map(({ id }) => id).join('|')}) `;
    const record = await runCycle({
      config: { ...config, suite: { ...config.suite, args: [...config.suite.args, '-t', pattern] } },
      context: harness.contextFor(randomUUID()),
      catalogue,
      redactor: redactorOf(config),
      suiteRoot: packageRoot,
      snapshots: [],
    });
    const outcomes = record.outcomes.filter(({ definition }) => definition?.readOnly);
    const verdict = record.problems.length > 0 ? 'inconclusive' : verdictOf(outcomes);
    if (options.json) {
      const checks = outcomes.map(({ definition, ...check }) => check);
      const document = {
        version: 1,
        verdict,
        target: record.target,
        checks,
        notRun,
        problems: record.problems,
      };
      process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    } else {
      const { style } = terminalStyle(process.stdout);
      const lines = [
        `Read-only checks on ${record.target.url}`,
        ...outcomes.map((check) => line(check, style)),
        ...record.problems.map((problem) => `  ! ${printable(problem)}`),
        `${verdict.toUpperCase()}  ${outcomes.filter(({ outcome }) => outcome === 'pass').length} of ${outcomes.length} passed`,
        style.dim(
          `Not run, because they send something or need the whole suite: ${notRun.join(' ')}. No fault was put in, so nothing here shows that a check can fail.`,
        ),
      ];
      process.stdout.write(`${lines.join('\n')}\n`);
    }
    return exitCodes[verdict];
  } finally {
    await harness.close();
  }
}
