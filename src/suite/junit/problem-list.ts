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
export type Noted = Map<JUnitProblemCode, string[]>;

export function note(noted: Noted, code: JUnitProblemCode, name: string): void {
  const names = noted.get(code) ?? [];
  names.push(name);
  noted.set(code, names);
}

/** The gathered notes as problems, in a fixed order. */
export function notedProblems(noted: Noted, { maxText }: JUnitLimits): JUnitProblem[] {
  const sentences: [JUnitProblemCode, (count: number) => string][] = [
    ['suite-failed', (n) => `${n} failures belong to suites and to no case`],
    ['maybe-unfinished', (n) => `${n} cases have no time and no content: they may not have run`],
    ['skipped-and-failed', (n) => `${n} cases are both skipped and failed, and count as failed`],
    ['todo-failed', (n) => `${n} todos failed, and count as skipped`],
    ['status-only', (n) => `${n} cases fail by their status attribute alone`],
    ['merged', (n) => `${n} cases came again in their suite and were merged, the worst outcome kept`],
    ['text-cut', (n) => `texts of ${n} cases were cut at ${maxText} characters`],
  ];
  return sentences.flatMap(([code, sentence]) => {
    const names = noted.get(code);
    return names ? [problem(code, sentence(names.length), names)] : [];
  });
}
