import type { JUnitLimits, JUnitProblem, JUnitProblemCode } from './types.ts';

const NAMES_KEPT = 100;

/** A problem with at most the first hundred of the names concerned. */
export function problem(
  code: JUnitProblemCode,
  message: string,
  names: readonly string[] = [],
): JUnitProblem {
  return { code, message, names: names.slice(0, NAMES_KEPT) };
}

/** Names per code, gathered while reading, so that ten thousand cases make one problem and not ten thousand. */
export class ProblemList {
  private readonly names = new Map<JUnitProblemCode, string[]>();
  private readonly counts = new Map<JUnitProblemCode, number>();

  note(code: JUnitProblemCode, name: string): void {
    const names = this.names.get(code) ?? [];
    if (names.length < NAMES_KEPT) names.push(name);
    this.names.set(code, names);
    this.counts.set(code, (this.counts.get(code) ?? 0) + 1);
  }

  /** The problem of a code, its message made of the number of notes; nothing when there was none. */
  problem(code: JUnitProblemCode, message: (count: number) => string): JUnitProblem[] {
    const count = this.counts.get(code);
    return count === undefined ? [] : [problem(code, message(count), this.names.get(code))];
  }
}

/** The gathered notes as problems, in a fixed order. */
export function notedProblems(noted: ProblemList, { maxText }: JUnitLimits): JUnitProblem[] {
  const sentences: [JUnitProblemCode, (count: number) => string][] = [
    ['suite-failed', (n) => `${n} failures belong to suites and to no case`],
    ['maybe-unfinished', (n) => `${n} cases have no time and no content: they may not have run`],
    ['skipped-and-failed', (n) => `${n} cases are both skipped and failed, and count as failed`],
    ['todo-failed', (n) => `${n} todos failed, and count as skipped`],
    ['status-only', (n) => `${n} cases fail by their status attribute alone`],
    ['merged', (n) => `${n} cases came again in their suite and were merged, the worst outcome kept`],
    ['text-cut', (n) => `texts of ${n} cases were cut at ${maxText} characters`],
  ];
  return sentences.flatMap(([code, sentence]) => noted.problem(code, sentence));
}
