import { randomUUID } from 'node:crypto';
import {
  describeMeasurement,
  headAt,
  printable,
  redactorOf,
  type Style,
  signOf,
  type VigilConfig,
  VigilError,
} from '../core/index.ts';
import type { Verdict } from '../history/index.ts';
import { type CycleRecord, runCycle } from '../monitor/index.ts';
import { type CheckOutcome, openHarness } from '../suite/index.ts';
import type { OnTargetDocument } from './drill-documents.ts';
import type { Suite } from './run-scenario.ts';

/** What the checks that only read say of somebody else's deployment. */
export interface OnTargetResult {
  verdict: Verdict;
  target: CycleRecord['target'];
  checks: Omit<CheckOutcome, 'definition'>[];
  /** Ids of the checks that send something or need the whole suite. */
  notRun: string[];
  problems: string[];
}

function verdictOf({ problems }: CycleRecord, outcomes: readonly CheckOutcome[]): Verdict {
  const has = (wanted: CheckOutcome['outcome']) => outcomes.some(({ outcome }) => outcome === wanted);
  if (problems.length > 0) return 'inconclusive';
  if (has('fail')) return 'fail';
  return has('unknown') || !has('pass') ? 'inconclusive' : 'pass';
}

/** Runs the checks that only read against a configured deployment; no fault is put into it. */
export async function drillOnTarget(
  config: VigilConfig,
  { catalogue, root }: Pick<Suite, 'catalogue' | 'root'>,
): Promise<OnTargetResult> {
  const readOnly = catalogue.filter((check) => check.readOnly).map(({ id }) => id);
  const harness = await openHarness(config, () => {
    throw new VigilError('HARNESS', 'a configured target is never started');
  });
  try {
    const args = [...config.suite.args, '-t', `^(${readOnly.join('|')}) `];
    const record = await runCycle({
      config: { ...config, suite: { ...config.suite, args } },
      context: harness.contextFor(randomUUID()),
      catalogue,
      redactor: redactorOf(config),
      suiteRoot: root,
      snapshots: [],
    });
    const outcomes = record.outcomes.filter(({ definition }) => definition?.readOnly);
    return {
      verdict: verdictOf(record, outcomes),
      target: record.target,
      checks: outcomes.map(({ definition, ...check }) => check),
      notRun: catalogue.filter((check) => !check.readOnly).map(({ id }) => id),
      problems: record.problems,
    };
  } finally {
    await harness.close();
  }
}

/** The result for machines. */
export const onTargetDocument = ({ checks, ...result }: OnTargetResult, nowMs: number): OnTargetDocument => ({
  ...headAt(nowMs),
  ...result,
  checks: checks.map(({ measurements, ...check }) => ({
    ...check,
    measurements: measurements.map((one) => ({
      ...one,
      value: Number.isFinite(one.value) ? one.value : null,
    })),
  })),
});

/** The result for a person. */
export function onTargetText(result: OnTargetResult, style: Style): string {
  const { verdict, target, checks, notRun, problems } = result;
  const lines = checks.map(({ id, title, outcome, measurements, reason }) => {
    const said = outcome === 'pass' ? measurements.map(describeMeasurement).join('; ') : (reason ?? '');
    return `  ${signOf(outcome, style)} ${id} ${title}: ${printable(said).split('\n', 1)[0]}`;
  });
  const passed = checks.filter(({ outcome }) => outcome === 'pass').length;
  return `${[
    `Read-only checks on ${target.url}`,
    ...lines,
    ...problems.map((problem) => `  ! ${printable(problem)}`),
    `${verdict.toUpperCase()}  ${passed} of ${checks.length} passed`,
    style.dim(
      `Not run, because they send something or need the whole suite: ${notRun.join(' ')}. No fault was injected, so nothing here shows that a check can fail.`,
    ),
  ].join('\n')}\n`;
}
