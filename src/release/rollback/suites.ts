import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  type CheckDefinition,
  type Group,
  holds,
  messageOf,
  type Redactor,
  type ThresholdTable,
  type VigilConfig,
} from '../../core/index.ts';
import type { HistoryReader } from '../../history/index.ts';
import { type CycleOptions, runCycle } from '../../monitor/index.ts';
import {
  type Baseline,
  type CheckOutcome,
  type Harness,
  isNewFailure,
  judgeReport,
  runSuite,
  suiteResultOf,
} from '../../suite/index.ts';
import type { SuiteName } from './action.ts';
import type { SuiteVerdict } from './steps/context.ts';

export interface RollbackSuiteOptions {
  config: VigilConfig;
  harness: Harness;
  history: HistoryReader;
  /** Undefined for a suite that isn't ours. */
  catalogue: readonly CheckDefinition[] | undefined;
  suiteRoot: string;
  /** The probes of the configuration; they belong to the whole suite. */
  beside?: CycleOptions['beside'];
  redactor: Redactor;
  /** The files of a group, relative to the suite's root. */
  filesOf: (group: Group) => string[];
  /** Folder of the incident; reports are kept there. */
  folder: string;
}

const said = ({ id, title, reason }: CheckOutcome): string =>
  [id.endsWith(title) ? id : `${id} ${title}`, reason?.split('\n', 1)[0]].filter(Boolean).join(': ');

/** Any new failure is red; any doubt, or nothing that passed, proves nothing. */
export function suiteVerdict(
  outcomes: readonly CheckOutcome[],
  problems: readonly string[],
  baseline: Baseline,
): SuiteVerdict {
  const failing = outcomes.filter(({ outcome }) => outcome === 'fail');
  const failed = failing.filter((check) => isNewFailure(check, baseline)).map(said);
  const known = failing.filter((check) => !isNewFailure(check, baseline)).map(said);
  const unknown = [...outcomes.filter(({ outcome }) => outcome === 'unknown').map(said), ...problems];
  const passed = outcomes.filter(({ outcome }) => outcome === 'pass').length;
  const judged = { passed, failed, unknown, known };
  if (failed.length > 0) return { verdict: 'fail', ...judged };
  if (unknown.length === 0 && passed > 0) return { verdict: 'pass', ...judged };
  return { verdict: 'inconclusive', ...judged, unknown: unknown.length > 0 ? unknown : ['nothing passed'] };
}

/** Failures that the SLO of the smoke suite still allows leave it green; every other is red. */
function smokeVerdict(
  outcomes: readonly CheckOutcome[],
  problems: readonly string[],
  table: ThresholdTable,
): SuiteVerdict {
  const judged = suiteVerdict(outcomes, problems, new Map());
  const slo = table.smokePassRate.slo;
  const isAllowed = slo && outcomes.length > 0 && holds(slo, judged.passed / outcomes.length);
  return judged.verdict === 'fail' && isAllowed && judged.unknown.length === 0
    ? { ...judged, verdict: 'pass' }
    : judged;
}

interface ForeignSuite {
  command: string[];
  junit?: string | undefined;
  cwd: string;
  env?: Record<string, string> | undefined;
}

/** Makes the question "does this suite pass now?". Every run leaves its report in the incident's folder. */
export function suiteRunner(options: RollbackSuiteOptions) {
  const { config, harness, history, catalogue, folder, redactor } = options;
  const baseline: Baseline = new Map(
    history.baseline().map(({ check, fingerprint }) => [check, fingerprint]),
  );
  const keep = (name: string, xml: Buffer | undefined) => {
    try {
      if (xml) writeFileSync(path.join(folder, `${name}.junit.xml`), xml);
    } catch {
      // The verdict counts, not its copy.
    }
  };

  const foreign = async (name: string, given: ForeignSuite, signal: AbortSignal) => {
    const { command, junit, cwd, env = {} } = given;
    const suite = { command, args: [], env, ...(junit && { junit }) };
    const run = await runSuite({ suite, root: cwd, redactor, timeoutMs: config.timeout, signal });
    keep(name, run.junitXml);
    return judgeReport(suiteResultOf(run));
  };

  const own = async (group: Group | undefined, signal: AbortSignal) => {
    const context = harness.contextFor(randomUUID());
    const args = group ? options.filesOf(group) : [];
    const record = await runCycle({
      config: { ...config, suite: { ...config.suite, args: [...config.suite.args, ...args] } },
      context,
      catalogue: group ? catalogue?.filter((check) => check.group === group) : catalogue,
      suiteRoot: options.suiteRoot,
      ...(group === undefined && { beside: options.beside }),
      redactor,
      snapshots: history.snapshots(Date.now() - config.liveWindow * 3, 1000, harness.targetId),
      signal,
    });
    keep(group ?? 'suite', record.junitXml);
    return record;
  };

  return async (
    suite: SuiteName,
    configured: ForeignSuite | undefined,
    signal: AbortSignal,
  ): Promise<SuiteVerdict> => {
    try {
      if (suite === 'smoke') {
        const smoke = config.target?.smoke;
        if (!smoke) throw new Error('no smoke suite is declared');
        const { command, junit, cwd = process.cwd(), env } = smoke;
        const judged = await foreign('smoke', { command, junit, cwd, env }, signal);
        return smokeVerdict(judged.outcomes, judged.problems, harness.contextFor('').thresholds);
      }
      const { outcomes, problems } = configured
        ? await foreign(suite, configured, signal)
        : await own(suite === 'whole' ? undefined : suite, signal);
      return suiteVerdict(outcomes, problems, baseline);
    } catch (thrown) {
      signal.throwIfAborted();
      return { verdict: 'inconclusive', passed: 0, failed: [], unknown: [messageOf(thrown)], known: [] };
    }
  };
}
