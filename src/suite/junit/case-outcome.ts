import type { JUnitCase, JUnitOutcome, JUnitProblemCode } from './types.ts';

/** What the content and the status attribute of one `<testcase>` say. */
export interface CaseContent {
  failures: readonly { kind: 'failure' | 'error' }[];
  skip?: { type?: string | undefined } | undefined;
  /** Attempts that failed and were not the last (`rerunFailure`, `rerunError`). */
  reruns: number;
  /** The `status` or `result` attribute. */
  status?: string | undefined;
}

export interface CaseOutcome {
  outcome: JUnitOutcome;
  doubt?: JUnitProblemCode;
}

const RAN = new Set([
  '',
  'run',
  'ran',
  'passed',
  'pass',
  'success',
  'successful',
  'succeeded',
  'ok',
  'completed',
  'complete',
]);
const NOT_RUN = new Set([
  'notrun',
  'not run',
  'skipped',
  'skip',
  'disabled',
  'suppressed',
  'ignored',
  'pending',
  'todo',
  'untested',
]);

function outcomeOfStatus(status: string): CaseOutcome {
  const word = status.trim().toLowerCase();
  if (RAN.has(word)) return { outcome: 'passed' };
  if (NOT_RUN.has(word)) return { outcome: 'skipped' };
  // A word that is neither can't be taken for success.
  return { outcome: 'failed', doubt: 'status-only' };
}

/**
 * The outcome of one case. An error is worse than a failure, a failure than a skip; node:test's failing todo
 * (`<skipped type="todo">` beside a failure) is a skip, as it doesn't fail its run.
 */
export function outcomeOf({ failures, skip, reruns, status }: CaseContent): CaseOutcome {
  if (failures.length > 0) {
    if (skip?.type === 'todo') return { outcome: 'skipped', doubt: 'todo-failed' };
    const outcome = failures.some((failure) => failure.kind === 'error') ? 'errored' : 'failed';
    return skip === undefined ? { outcome } : { outcome, doubt: 'skipped-and-failed' };
  }
  // Surefire writes rerun… only beside a failure; alone, it still says that no attempt passed.
  if (reruns > 0) return { outcome: 'failed' };
  if (skip !== undefined) return { outcome: 'skipped' };
  return outcomeOfStatus(status ?? '');
}

const RANK: Readonly<Record<JUnitOutcome, number>> = { passed: 0, skipped: 1, failed: 2, errored: 3 };

/**
 * One case of two that a suite lists under one name (pytest: call and tear-down failed): the worse outcome, what
 * both say, and the longer time.
 */
export function mergeCases(first: JUnitCase, second: JUnitCase): JUnitCase {
  const times = [first.timeSeconds, second.timeSeconds].filter((time) => time !== undefined);
  return {
    ...first,
    timeSeconds: times.length === 0 ? undefined : Math.max(...times),
    skip: first.skip ?? second.skip,
    outcome: RANK[second.outcome] > RANK[first.outcome] ? second.outcome : first.outcome,
    failures: [...first.failures, ...second.failures],
    flaky: first.flaky + second.flaky,
    properties: [...first.properties, ...second.properties],
  };
}
