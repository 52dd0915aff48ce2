import { messageOf, VigilError } from '../../core/index.ts';
import { parseJUnit } from '../junit/parse.ts';
import type { JUnitReport } from '../junit/types.ts';
import type { EventStream } from '../run/events.ts';
import type { SuiteRun } from '../run/run-suite.ts';
import type { SuiteExit } from '../run/spawn-command.ts';

/** Everything one run of a suite left behind; `report` is a sentence when there is none to read. */
export interface SuiteResult {
  report: JUnitReport | { unreadable: string };
  /** `undefined` for a suite that isn't Vitest and so has no stream. */
  events: EventStream | undefined;
  exit: SuiteExit;
  /** Folder that the suite ran in. */
  root?: string | undefined;
}

function readReport(xml: Buffer | undefined, problem: string | undefined): SuiteResult['report'] {
  if (!xml) return { unreadable: problem ?? 'the suite wrote no report' };
  if (xml.length === 0) return { unreadable: 'the report is empty (0 bytes)' };
  try {
    return parseJUnit(xml);
  } catch (thrown) {
    const where = thrown instanceof VigilError && thrown.where ? ` at ${thrown.where}` : '';
    return { unreadable: `the report can’t be read: ${messageOf(thrown)}${where}` };
  }
}

/** Reads the report of a run; one that can't be read is a fact about the run, not an error. */
export function suiteResultOf(
  run: Pick<SuiteRun, 'exit' | 'events' | 'junitXml' | 'reportProblem'>,
  root?: string,
): SuiteResult {
  return { report: readReport(run.junitXml, run.reportProblem), events: run.events, exit: run.exit, root };
}
