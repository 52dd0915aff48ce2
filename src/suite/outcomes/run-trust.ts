import type { JUnitProblemCode, JUnitReport } from '../junit/types.ts';
import { describeExit } from '../run/spawn-command.ts';
import { lateRun } from './late-run.ts';
import type { SuiteResult } from './suite-result.ts';

/** Contradictions within a report after which none of its passes can be believed. */
const contradictory: readonly JUnitProblemCode[] = ['totals-disagree', 'failures-missing', 'suite-failed'];

/**
 * Reasons not to believe a run as a whole, the first being the gravest; empty when XML, stream and
 * exit code tell the same story.
 */
export function runDoubts(result: SuiteResult): string[] {
  const { report, events, exit } = result;
  const doubts: string[] = [];
  const late = lateRun(events, exit);
  if (late !== undefined) doubts.push(late);
  else if (exit.signal !== undefined) doubts.push(`the suite was ${describeExit(exit)}`);
  if ('unreadable' in report) return [...doubts, report.unreadable];
  if (report.cases.length === 0) return [...doubts, 'the report holds no case'];
  if (events && !events.end) doubts.push('the run never said how it ended');
  if (events?.end?.reason === 'interrupted') doubts.push('the run was interrupted');
  const contradictions = report.problems.filter(({ code }) => contradictory.includes(code));
  return [...doubts, ...exitDoubts(report, result), ...contradictions.map(({ message }) => message)];
}

function exitDoubts(report: JUnitReport, { events, exit }: SuiteResult): string[] {
  if (exit.code === undefined) return [];
  const red = report.cases.some(({ outcome }) => outcome === 'failed' || outcome === 'errored');
  const excused =
    (events?.end?.unhandledErrors.length ?? 0) > 0 || (events?.end?.failedModules.length ?? 0) > 0;
  if (exit.code === 0 && events?.end?.reason === 'failed' && !red)
    return ['the suite exited 0 although the run said failed'];
  if (exit.code === 0 && red) return ['the suite exited 0 although cases failed'];
  if (exit.code !== 0 && !red && !excused)
    return [`the suite ended with ${describeExit(exit)} although no case failed`];
  if (events?.end?.reason === 'passed' && exit.code !== 0) return ['the run said passed but did not exit 0'];
  return [];
}
