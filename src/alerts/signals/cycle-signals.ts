import { type CheckOutcome, isFailure } from '../../suite/index.ts';

/** Counts and ratios of one cycle; the definitions are in the glossary of docs/architecture.md. */
export interface CycleSignals {
  passed: number;
  /** Without those in quarantine. */
  failed: number;
  unknown: number;
  /** Skipped for a declared reason. */
  skipped: number;
  /** Failed, and decide nothing for a while; absent when none is in quarantine. */
  quarantined?: number;
  /** passed ÷ (passed + failed + unknown); `undefined` when nothing was executed. */
  passRate: number | undefined;
  /** executed ÷ catalogue; a check that was skipped or never ended was not executed. */
  coverage: number;
}

/**
 * The cycle's own signals. A declared skip and a failure in quarantine leave the pass rate's denominator, an unknown never
 * does. Of a shard the coverage is still that of the whole catalogue, whose size is given: what others run was not executed here.
 */
export function cycleSignals(
  outcomes: readonly CheckOutcome[],
  catalogueSize = outcomes.length,
): CycleSignals {
  const count = (outcome: CheckOutcome['outcome']) =>
    outcomes.filter((check) => check.outcome === outcome).length;
  const [passed, unknown, skipped] = [count('pass'), count('unknown'), count('skipped')];
  const failed = outcomes.filter(isFailure).length;
  const judged = passed + failed + unknown;
  return {
    passed,
    failed,
    unknown,
    skipped,
    ...(count('fail') > failed && { quarantined: count('fail') - failed }),
    passRate: judged === 0 ? undefined : passed / judged,
    coverage: catalogueSize === 0 ? 0 : outcomes.filter(({ executed }) => executed).length / catalogueSize,
  };
}
