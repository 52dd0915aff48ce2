import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Group, holds, messageOf, type ThresholdTable, type VigilConfig } from '../../core/index.ts';
import type { HistoryReader } from '../../history/index.ts';
import { type CycleOptions, runCycle } from '../../monitor/index.ts';
import {
  ambiguity,
  type Baseline,
  type CheckOutcome,
  type Harness,
  isFailure,
  isMeantSkip,
  isNewFailure,
  judgeReport,
  quarantine,
  runSuite,
  suiteResultOf,
} from '../../suite/index.ts';
import type { OwnSuite, SuiteName } from './action.ts';
import type { SessionOptions } from './session-options.ts';
import type { SuiteVerdict } from './steps/context.ts';

export interface RollbackSuiteOptions
  extends Pick<CycleOptions, 'config' | 'catalogue' | 'suiteRoot' | 'probeSuite' | 'redactor'> {
  harness: Harness;
  history: HistoryReader;
  /** The files of a group, relative to the suite's root. */
  filesOf: (group: Group) => string[];
}

/** What a run of a suite came to. */
interface Judged {
  outcomes: readonly CheckOutcome[];
  problems: readonly string[];
  junitXml: Buffer | undefined;
}

const said = ({ id, title, reason }: CheckOutcome): string =>
  [id.endsWith(title) ? id : `${id} ${title}`, reason?.split('\n', 1)[0]].filter(Boolean).join(': ');

/** Any new failure that is not in quarantine is red; any doubt, or nothing that passed, proves nothing. */
function verdictOf({ outcomes, problems }: Judged, baseline: Baseline): SuiteVerdict {
  const of = (wanted: CheckOutcome['outcome']) => outcomes.filter(({ outcome }) => outcome === wanted);
  const { failed = [], known = [] } = Object.groupBy(of('fail').filter(isFailure), (check) =>
    isNewFailure(check, baseline) ? 'failed' : 'known',
  );
  const unknown = [...of('unknown').map(said), ...problems];
  const passed = of('pass').length;
  if (failed.length === 0 && unknown.length === 0 && passed === 0) unknown.push('nothing passed');
  const verdict = failed.length > 0 ? 'fail' : unknown.length > 0 ? 'inconclusive' : 'pass';
  return {
    verdict,
    passed,
    failed: failed.map(said),
    unknown,
    known: known.map(said),
    skipped: of('skipped').filter(isMeantSkip).length,
    quarantined: of('fail').filter((check) => !isFailure(check)).length,
  };
}

/** Failures that the SLO of the smoke suite still allows leave it green; every other is red. */
function smokeVerdict(judged: Judged, { smokePassRate: { slo } }: ThresholdTable): SuiteVerdict {
  const found = verdictOf(judged, new Map());
  const counted = judged.outcomes.filter(
    (check) => check.outcome !== 'skipped' && (check.outcome !== 'fail' || isFailure(check)),
  );
  const isAllowed = slo && holds(slo, found.passed / counted.length);
  const isGreen = found.verdict === 'fail' && isAllowed && found.unknown.length === 0;
  return isGreen ? { ...found, verdict: 'pass' } : found;
}

function keep(file: string, xml: Buffer | undefined): void {
  try {
    if (xml) writeFileSync(file, xml);
  } catch {
    // The verdict counts, not its copy.
  }
}

type ForeignSuite = Omit<NonNullable<NonNullable<VigilConfig['target']>['smoke']>, 'timeout'>;

/** Makes the question "does this suite pass now?". Every run leaves its report in the incident's folder. */
export function suiteRunner(options: RollbackSuiteOptions): SessionOptions['runSuite'] {
  const { config, harness, history, catalogue, redactor } = options;

  const foreign = async (given: ForeignSuite, signal: AbortSignal): Promise<Judged> => {
    const { command, junit, cwd = process.cwd(), env = {} } = given;
    const suite = { command, args: [], env, ...(junit && { junit }) };
    const run = await runSuite({ suite, root: cwd, redactor, timeoutMs: config.timeout, signal });
    const judged = judgeReport(suiteResultOf(run, cwd), config.suite.skips);
    const { outcomes } = quarantine(judged.outcomes, config.quarantine, Date.now());
    const doubtful = config.quarantine.flatMap(({ check }) => ambiguity(check, outcomes) ?? []);
    const problems = [...judged.problems, ...doubtful.map((text) => `quarantine: ${text}`)];
    return { outcomes, problems, junitXml: run.junitXml };
  };

  const own = (group: Group | undefined, signal: AbortSignal): Promise<Judged> => {
    const args = group ? options.filesOf(group) : [];
    return runCycle({
      config: { ...config, suite: { ...config.suite, args: [...config.suite.args, ...args] } },
      context: harness.contextFor(randomUUID()),
      catalogue: group ? catalogue?.filter((check) => check.group === group) : catalogue,
      suiteRoot: options.suiteRoot,
      // The probes of the configuration belong to the whole suite.
      ...(group === undefined && { probeSuite: options.probeSuite }),
      redactor,
      snapshots: history.snapshots(Date.now() - config.liveWindow * 3, 1000, harness.targetId),
      signal,
    });
  };

  const run = (suite: SuiteName, configured: OwnSuite | undefined, signal: AbortSignal): Promise<Judged> => {
    if (suite !== 'smoke')
      return configured ? foreign(configured, signal) : own(suite === 'whole' ? undefined : suite, signal);
    const smoke = config.target?.smoke;
    if (!smoke) throw new Error('no smoke suite is declared');
    return foreign(smoke, signal);
  };

  return async (suite, configured, signal, folder) => {
    try {
      const judged = await run(suite, configured, signal);
      keep(path.join(folder, `${suite === 'whole' ? 'suite' : suite}.junit.xml`), judged.junitXml);
      if (suite === 'smoke') return smokeVerdict(judged, harness.contextFor('').thresholds);
      const before = history.baseline().map(({ check, fingerprint }) => [check, fingerprint] as const);
      return verdictOf(judged, new Map(before));
    } catch (thrown) {
      signal.throwIfAborted();
      const unknown = [messageOf(thrown)];
      return {
        verdict: 'inconclusive',
        passed: 0,
        failed: [],
        unknown,
        known: [],
        skipped: 0,
        quarantined: 0,
      };
    }
  };
}
