import { readdirSync, readFileSync } from 'node:fs';
import { parseJUnit } from '../../../src/suite/junit/parse.ts';
import type { JUnitCase, JUnitOutcome, JUnitReport } from '../../../src/suite/junit/types.ts';

const FOLDER = new URL('../../../fixtures/junit/', import.meta.url);

/** Names of the recorded reports. */
export const CORPUS = readdirSync(FOLDER).filter((name) => name.endsWith('.xml'));

/** Bytes of a recorded report. */
export function recorded(name: string): Buffer {
  return readFileSync(new URL(name, FOLDER));
}

/** A recorded report, read. */
export function reportOf(name: string): JUnitReport {
  return parseJUnit(recorded(name));
}

/** How many cases have each outcome. */
export function outcomes(report: JUnitReport): Partial<Record<JUnitOutcome, number>> {
  const counts: Partial<Record<JUnitOutcome, number>> = {};
  for (const { outcome } of report.cases) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

/** The one case of that name. */
export function caseOf(report: JUnitReport, name: string): JUnitCase {
  const found = report.cases.filter((each) => each.name === name);
  if (found.length !== 1 || found[0] === undefined)
    throw new Error(`${found.length} cases are called ${name}`);
  return found[0];
}

/** Names under the problems of one code. */
export function named(report: JUnitReport, code: string): string[] {
  return report.problems.filter((problem) => problem.code === code).flatMap((problem) => problem.names);
}

/** The codes of a report's problems, each once. */
export function codes(report: JUnitReport): string[] {
  return [...new Set(report.problems.map((problem) => problem.code))].sort();
}
