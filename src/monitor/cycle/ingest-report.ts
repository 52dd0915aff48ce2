import { randomUUID } from 'node:crypto';
import {
  noTarget,
  type Redactor,
  redactXml,
  shownUrl,
  type VigilConfig,
  VigilError,
} from '../../core/index.ts';
import {
  asJUnit,
  contextOf,
  printedReport,
  readLeft,
  type SuiteResult,
  suiteResultOf,
} from '../../suite/index.ts';
import { judgeByKnown } from './judge-by-known.ts';
import { type KeptCycle, runSingleCycle } from './single-cycle.ts';

export interface IngestOptions {
  config: VigilConfig;
  /** A report that some other process made. */
  file: string;
  /** Name of the suite that it is of, where several are ingested into one history. */
  suite: string | undefined;
  /** Folder that paths in the report are shown relative to. */
  root: string;
  redactor: Redactor;
}

/** The same report with the suite's name before the path of each case. */
function named(result: SuiteResult, suite: string | undefined): SuiteResult {
  if (suite === undefined || 'unreadable' in result.report) return result;
  const cases = result.report.cases.map((entry) => ({
    ...entry,
    project: entry.project === undefined ? suite : `${suite} › ${entry.project}`,
  }));
  return { ...result, report: { ...result.report, cases } };
}

/**
 * Makes a cycle of a report alone: outcomes, metrics, alerts and history, as of a suite that ran here. Neither is anything
 * run nor the target looked at, and the exit code of what wrote the report is not known.
 */
export async function ingestReport({
  config,
  file,
  suite,
  root,
  redactor,
}: IngestOptions): Promise<KeptCycle> {
  const left = readLeft(file);
  if (!left.bytes && left.problem === undefined)
    throw new VigilError('USAGE', `there is no report ${file}`, {
      hint: 'name the JUnit file that the runner wrote',
    });
  const junitXml = left.bytes && redactXml(asJUnit(printedReport(left.bytes)), redactor.redact);
  const exit = { code: undefined, signal: undefined, timedOut: false };
  const result = suiteResultOf({ exit, events: undefined, junitXml, reportProblem: left.problem }, root);
  const judged = judgeByKnown(named(result, suite), config, [], { name: suite });
  const target = config.target ?? noTarget;
  const targetId = shownUrl(target.orchestration) || (suite ?? config.name);
  return runSingleCycle({
    config,
    context: contextOf(config, target, { cycleId: randomUUID(), targetId }),
    catalogue: undefined,
    suiteRoot: root,
    redactor,
    ran: { ...judged, suite, output: '', junitXml, leftBehind: [] },
  });
}
